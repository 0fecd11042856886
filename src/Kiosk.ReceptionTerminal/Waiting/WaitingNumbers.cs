using System.Collections.Concurrent;
using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Events;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Waiting;

/// <summary>What the waiting display shows: numbers, and nothing that tells whose they are or how an insurance stands.</summary>
/// <param name="Called">The newest first, at most <see cref="WaitingNumbers.MostCalled"/>.</param>
/// <param name="Waiting">In the order of arrival, at most <see cref="WaitingNumbers.MostWaiting"/>.</param>
/// <param name="More">How many more wait.</param>
/// <param name="Environment">trial, production, or empty.</param>
internal sealed record WaitingView(IReadOnlyList<string> Called, IReadOnlyList<string> Waiting, int More, string Environment);

/// <summary>
/// The arrivals of today by number: the queue number that the site's own system gave, else the number of the day. That one was called is in
/// the database, so it outlives a restart and every reception sees it. The order of the calls is in memory.
/// </summary>
internal sealed class WaitingNumbers(
    ReceptionStore store, ArrivalAnswers answers, string environment, ChangeSignal changes, TimeProvider time)
{
    public const int MostCalled = 6, MostWaiting = 30;

    private const string Prefix = "called_";

    private readonly ConcurrentDictionary<long, long> _order = new();
    private long _calls;

    /// <summary>Staff call this arrival, or call it again: it stands first among the called ones.</summary>
    /// <param name="no">Of one of its readings.</param>
    /// <returns>Its number of the day; null: there is no such arrival today.</returns>
    /// <exception cref="System.Data.Common.DbException">The database cannot be written.</exception>
    public async Task<long?> CallAsync(long no)
    {
        if (store.Arrival(no) is not { } row || JapanTime.DateOf(row.At) != JapanTime.DateOf(time.GetUtcNow())) return null;
        long first = row.JoinedTo ?? row.No;
        await store.NoteAsync(first, NameOf(first));
        _order[first] = Interlocked.Increment(ref _calls);
        changes.Notify();
        return row.Number;
    }

    /// <summary>First readings that were called.</summary>
    /// <exception cref="System.Data.Common.DbException">The database cannot be read.</exception>
    public IReadOnlySet<long> Called() => store.Notes(Prefix)
        .Select(name => long.Parse(name[Prefix.Length..], CultureInfo.InvariantCulture)).ToHashSet();

    /// <exception cref="System.Data.Common.DbException">The database cannot be read.</exception>
    public WaitingView Build()
    {
        DateOnly today = JapanTime.DateOf(time.GetUtcNow());
        IReadOnlySet<long> called = Called();
        ILookup<bool, ArrivalRow> rows = store.Recent().Where(r => r.JoinedTo is null && JapanTime.DateOf(r.At) == today)
            .ToLookup(r => called.Contains(r.No));
        foreach (long old in _order.Keys.Where(no => !called.Contains(no))) _order.TryRemove(old, out _);
        List<ArrivalRow> waiting = [.. rows[false]];
        return new(
            [.. rows[true].OrderByDescending(r => _order.GetValueOrDefault(r.No)).ThenByDescending(r => r.No).Take(MostCalled)
                .Select(Number)],
            [.. waiting.Take(MostWaiting).Select(Number)], Math.Max(0, waiting.Count - MostWaiting), environment);
    }

    private string Number(ArrivalRow row) => answers.Find(row.No) is { QueueNumber.Length: > 0 } answer
        ? answer.QueueNumber : row.Number.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(long no) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{no:D17}");
}
