using System.Globalization;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>One person of a bulk inquiry.</summary>
/// <param name="Asked">Search information as it came.</param>
/// <param name="Query">Null: a field is wrong, <paramref name="ErrorWords"/> says which.</param>
internal sealed record BulkUnit(
    IReadOnlyList<(string Tag, string Text)> Asked, InsuranceQuery? Query, string ErrorCode = "", string ErrorWords = "",
    Eligibility? Answer = null);

/// <summary>
/// Bulk inquiries (OQSmuquc): accepted with a reception number, asked one person after the other, and given when that number is asked for.
/// In memory only, for a day: after a restart the number is not known any more, and the レセコン sends its inquiry again.
/// </summary>
internal sealed class BulkInquiries(IEligibilityCentre centre, TimeProvider time)
{
    public const int MaxUnits = 5000;
    private const int MaxInquiries = 100;
    private static readonly TimeSpan s_kept = TimeSpan.FromHours(24);

    private readonly Dictionary<string, Inquiry> _inquiries = new(StringComparer.Ordinal);
    private int _count;

    private sealed record Inquiry(DateTimeOffset At, DateOnly Day, Task<IReadOnlyList<BulkUnit>> Work);

    /// <param name="day">QualificationConfirmationDate.</param>
    /// <returns>The reception number: 14 digits of the time and 4 of a counter.</returns>
    public string Begin(IReadOnlyList<BulkUnit> units, DateOnly day, CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (string old in _inquiries.Where(i => now - i.Value.At > s_kept).Select(i => i.Key).ToList()) _inquiries.Remove(old);
        if (_inquiries.Count >= MaxInquiries) _inquiries.Remove(_inquiries.MinBy(i => i.Value.At).Key);
        string number = ResultXml.Stamp(now) + (++_count % 10000).ToString("D4", CultureInfo.InvariantCulture);
        _inquiries[number] = new(now, day, AskAsync(units, stop));
        return number;
    }

    /// <returns>Null: no such number. Otherwise the units, null while the centre is being asked.</returns>
    public (DateOnly Day, IReadOnlyList<BulkUnit>? Units)? Find(string number) =>
        _inquiries.TryGetValue(number, out Inquiry? one) ? (one.Day, one.Work.IsCompletedSuccessfully ? one.Work.Result : null) : null;

    private async Task<IReadOnlyList<BulkUnit>> AskAsync(IReadOnlyList<BulkUnit> units, CancellationToken stop)
    {
        List<BulkUnit> answered = [];
        foreach (BulkUnit unit in units)
        {
            try
            {
                answered.Add(unit.Query is null ? unit : unit with { Answer = await centre.AskAsync(unit.Query, stop) });
            }
            catch (CentreException)
            {
                answered.Add(unit with { ErrorCode = RequestAnswers.NoAnswer, ErrorWords = RequestAnswers.NoAnswerWords });
            }
        }

        return answered;
    }
}
