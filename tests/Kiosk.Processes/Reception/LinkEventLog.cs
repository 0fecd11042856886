using System.Threading.Channels;
using Kiosk.Core.Reception;

namespace Kiosk.Processes.Reception;

/// <summary>Collects what a kiosk's link reports while it is watched, in order.</summary>
internal sealed class LinkEventLog : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ReceptionEvent> _all = Channel.CreateUnbounded<ReceptionEvent>();
    private readonly Task _watch;

    public LinkEventLog(IReceptionLink link) => _watch = WatchAsync(link);

    public async Task<ReceptionEvent> NextAsync(int seconds = 60)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(seconds));
        return await _all.Reader.ReadAsync(late.Token);
    }

    /// <summary>Skips until one of this kind comes.</summary>
    public async Task<T> NextAsync<T>(int seconds = 60)
        where T : ReceptionEvent
    {
        while (true)
        {
            if (await NextAsync(seconds) is T wanted) return wanted;
        }
    }

    /// <summary>Skips until this one comes.</summary>
    public async Task NextAsync(ReceptionEvent wanted)
    {
        while (await NextAsync() != wanted)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync(IReceptionLink link)
    {
        await foreach (ReceptionEvent one in link.WatchAsync(_stop.Token)) await _all.Writer.WriteAsync(one);
    }
}
