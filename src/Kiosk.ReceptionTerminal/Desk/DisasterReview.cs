using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>What was done in disaster mode and no administrator has reviewed yet.</summary>
internal static class DisasterReview
{
    /// <summary>In the access log, with the day that was reviewed.</summary>
    public const string Done = "disaster reviewed";

    /// <param name="accesses">All of disaster mode on days before today, and all reviews; oldest first.</param>
    /// <returns>By day, yyyy-MM-dd.</returns>
    public static SortedDictionary<string, List<AccessRow>> Open(IReadOnlyList<AccessRow> accesses)
    {
        HashSet<string> reviewed = [.. accesses.Where(a => a.Action == Done).Select(a => a.About)];
        SortedDictionary<string, List<AccessRow>> open = new(StringComparer.Ordinal);
        foreach (AccessRow row in accesses.Where(a => a.Action != Done))
        {
            string day = JapanTime.DateOf(row.At).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            if (reviewed.Contains(day)) continue;
            if (!open.TryGetValue(day, out List<AccessRow>? rows)) open.Add(day, rows = []);
            rows.Add(row);
        }

        return open;
    }
}
