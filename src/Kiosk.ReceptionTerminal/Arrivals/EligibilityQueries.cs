using System.Collections.Concurrent;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Arrivals;

/// <summary>
/// Asks the centre about each stored arrival of today, or uses what it answered before the check-in, keeps the answer in memory for the
/// page, and has the face result written.
/// Arrivals of yesterday are asked about too until their face result is written. After a restart everything is asked again; a
/// face result is written once.
/// </summary>
internal sealed class EligibilityQueries(
    ReceptionStore store, IEligibilityCentre centre, CentreAnswers answers, FaceResultWriter writer, NameImages names, CardHolders holders,
    ChangeSignal changes, TimeProvider time,
    ILogger log)
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(15);

    /// <summary>A little less, so that a question is due when the loop wakes up.</summary>
    private static readonly TimeSpan _pauseAfterFailure = TimeSpan.FromSeconds(14);
    private static readonly Dictionary<string, int> _nothingMissing = [];

    private readonly ConcurrentDictionary<long, EligibilityResult> _results = new();

    // Questions under way, so that one slow answer does not hold the others; and when the page was told that one had failed.
    private readonly Dictionary<long, (Task<Eligibility> Answer, long? ToldAt)> _asked = [];

    public IEligibilityCentre Centre => centre;

    /// <param name="no">Of the arrival.</param>
    /// <returns>Null: not asked yet, or forgotten after its day.</returns>
    public EligibilityResult? Find(long no) => _results.GetValueOrDefault(no);

    /// <summary>What staff entered by hand; nobody is asked about it again.</summary>
    public void Keep(long no, EligibilityResult result)
    {
        _results[no] = result;
        changes.Notify();
    }

    public async Task RunAsync(CancellationToken stop)
    {
        if (centre is NoCentre) return;
        bool recovered = false;
        while (!stop.IsCancellationRequested)
        {
            Task next = changes.Next;
            try
            {
                if (!recovered) writer.Recover();
                recovered = true;
                await UpdateAsync(stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException or StartException)
            {
                Log.FileTrouble(log, e.GetType().Name);
            }

            // Also without a change: a centre or a folder that failed is tried again.
            await Task.WhenAny(next, Task.Delay(_retry, time, stop));
        }
    }

    private async Task UpdateAsync(CancellationToken stop)
    {
        DateOnly today = JapanTime.DateOf(time.GetUtcNow());
        List<ArrivalRow> rows = [.. store.Recent().Where(r => JapanTime.DateOf(r.At) == today || (!r.IsByHand && writer.IsOwed(r)))];
        HashSet<long> kept = [.. rows.Select(r => r.No)];
        foreach (long old in _results.Keys.Where(k => !kept.Contains(k))) _results.TryRemove(old, out _);
        foreach (long old in _asked.Keys.Where(k => !kept.Contains(k)).ToList()) _asked.Remove(old);
        answers.Trim();
        // Of a card that is not proven staff compare the picture of the name with the name of the answer.
        if (names.Any) foreach (ArrivalRow row in rows.Where(r => r.IsProven && Find(r.No) is { Answer: not null, NameNeedsImage: false }))
            names.Drop(row.Kiosk, row.Visit);
        foreach (ArrivalRow row in rows.Where(r => !r.IsByHand && (Find(r.No) is null or { Trouble.Length: > 0 })))
        {
            EligibilityResult before = Find(row.No) ?? new(null, _nothingMissing, "");
            if (before.Answer is null && Asked(row) is not { IsCompleted: true }) continue;
            EligibilityResult after = await AskAsync(row, before);
            _results[row.No] = after;
            // Not when the same trouble is found again: this loop would wake itself without end.
            if (after.Trouble != before.Trouble || after.Answer != before.Answer) changes.Notify();
        }
    }

    /// <summary>The question about this arrival, asked now if it was not; after a failure again when the pause is over.</summary>
    private Task<Eligibility> Asked(ArrivalRow row)
    {
        if (_asked.TryGetValue(row.No, out (Task<Eligibility> Answer, long? ToldAt) asked)
            && !(asked.ToldAt is long told && time.GetElapsedTime(told) >= _pauseAfterFailure)) return asked.Answer;
        Task<Eligibility> answer = answers.AskAsync(row.Kiosk, row.Visit, row.CheckIn.Evidence.Certificate.ToByteArray());
        _asked[row.No] = (answer, null);
        if (!answer.IsCompleted) _ = answer.ContinueWith(_ => changes.Notify(), TaskScheduler.Default);
        return answer;
    }

    private async Task<EligibilityResult> AskAsync(ArrivalRow row, EligibilityResult before)
    {
        try
        {
            Eligibility answer = before.Answer ?? await Asked(row);
            await CompareAsync(row, answer);
            (IReadOnlyDictionary<string, int> missing, string trouble) = await writer.WriteAsync(row, answer);
            return new(answer, missing, trouble);
        }
        catch (CentreException e)
        {
            if (_asked.TryGetValue(row.No, out (Task<Eligibility> Answer, long? ToldAt) asked) && asked.ToldAt is null)
                _asked[row.No] = asked with { ToldAt = time.GetTimestamp() };
            return before with { Trouble = e.Message };
        }
    }

    /// <summary>
    /// Binds the certificate to the card that was there: the birth date and sex that its issuer signed must be those of every person whom
    /// the centre names. Only the result is kept.
    /// </summary>
    private async Task CompareAsync(ArrivalRow row, Eligibility answer)
    {
        if (!row.NeedsComparison || holders.Find(row.Kiosk, row.Key) is not { } holder) return;
        bool same = CardHolders.IsSame(holder, answer);
        if (!same) Log.CardFaceDiffers(log, row.Kiosk, row.Number);
        await store.NoteComparisonAsync(row.No, same);
        holders.Drop(row.Kiosk, row.Key);
    }
}
