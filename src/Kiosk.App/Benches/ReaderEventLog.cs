using System.Threading.Channels;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.App.Benches;

/// <summary>The reader's events, each with its time stamp. A reader that is lost although nobody unplugged it ends the bench.</summary>
internal sealed class ReaderEventLog : IAsyncDisposable
{
    private readonly Channel<(ReaderEvent News, long At)> _events = Channel.CreateUnbounded<(ReaderEvent, long)>();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly Task _watching;

    public ReaderEventLog(ICardReader reader, TimeProvider time)
    {
        _time = time;
        _watching = WatchAsync(reader);
    }

    /// <summary>Waits for the next event of a kind and skips all others.</summary>
    /// <returns>Its time stamp.</returns>
    /// <exception cref="FailureException">The reader's own failure when it is lost; ReaderMissing or CardSilent when none came within
    /// <paramref name="patience"/>.</exception>
    public async Task<long> NextAsync<T>(TimeSpan patience, CancellationToken stop) where T : ReaderEvent
    {
        using CancellationTokenSource limit = new(patience, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            while (true)
            {
                (ReaderEvent news, long at) = await _events.Reader.ReadAsync(either.Token);
                if (news is T) return at;
                // Before a reader comes back, "missing" and "service down" may be reported in any order.
                if (news is ReaderEvent.Lost lost && typeof(T) != typeof(ReaderEvent.Found))
                    throw new FailureException(lost.Why, $"{lost.Detail} (while waiting for {typeof(T).Name})");
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Failure why = typeof(T) == typeof(ReaderEvent.Found) ? Failure.ReaderMissing : Failure.CardSilent;
            throw new FailureException(why, $"no {typeof(T).Name} for {patience.TotalSeconds} s");
        }
    }

    private async Task WatchAsync(ICardReader reader)
    {
        await foreach (ReaderEvent news in reader.WatchAsync(_stop.Token)) _events.Writer.TryWrite((news, _time.GetTimestamp()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
