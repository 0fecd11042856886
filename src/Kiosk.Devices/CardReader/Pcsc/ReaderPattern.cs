using System.IO.Enumeration;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Which of the readers to use: a pattern with * and ?, because a reader that is unplugged and plugged in again has another name ("… 00 00"
/// becomes "… 01 00").
/// </summary>
/// <param name="Pattern">Not case-sensitive; <c>*</c> matches any reader but those of <see cref="ReaderNames.IsVirtual"/>.</param>
public sealed record ReaderPattern(string Pattern)
{
    /// <summary>The pattern for setting <c>card.reader</c>: a text with <c>*</c> is used as it is; any other text matches a part of the
    /// name.</summary>
    public static ReaderPattern ForName(string setting) => new(setting.Contains('*', StringComparison.Ordinal) ? setting : $"*{setting}*");

    /// <returns>The preferred slot; null if none matches.</returns>
    public string? Choose(IReadOnlyList<string> readers) => Slots(readers) is [string first, ..] ? first : null;

    /// <summary>
    /// The slots of the one device to use: all slots of the preferred slot's device, the contactless one first. Slots for a security module
    /// (SAM) and virtual readers are left out. If there are two devices of one model, both are watched.
    /// </summary>
    /// <param name="readers">As listed by the service.</param>
    /// <returns>Empty if none matches.</returns>
    public IReadOnlyList<string> Slots(IReadOnlyList<string> readers)
    {
        string[] fitting = Fitting(readers);
        return fitting.Length == 0 ? [] : [.. fitting.Where(r => ReaderNames.Device(r) == ReaderNames.Device(fitting[0]))];
    }

    /// <summary>One slot of each device that fits, of the device to use first. A device has one slot of a kind, so two are two
    /// devices.</summary>
    /// <param name="readers">As listed by the service.</param>
    public IReadOnlyList<string> Devices(IReadOnlyList<string> readers) =>
        [.. Fitting(readers).GroupBy(ReaderNames.Device).SelectMany(slots => slots.GroupBy(ReaderNames.Rank).MaxBy(same => same.Count())!)];

    private string[] Fitting(IReadOnlyList<string> readers)
    {
        bool takesVirtual = ReaderNames.NamesVirtual(Pattern);
        return
        [
            .. readers.Where(r => FileSystemName.MatchesSimpleExpression(Pattern, r) && !ReaderNames.IsSecurityModule(r)
                && (takesVirtual || !ReaderNames.IsVirtual(r))).OrderBy(ReaderNames.Rank),
        ];
    }
}
