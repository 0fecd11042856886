using System.Threading.Channels;
using Kiosk.Core.Reception;

namespace Kiosk.Processes.Reception;

/// <summary>Collects the news of one watch.</summary>
internal sealed class News : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ReceptionEvent> _all = Channel.CreateUnbounded<ReceptionEvent>();
    private readonly Task _watch;

    public News(IReceptionLink link) => _watch = WatchAsync(link);

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

    /// <summary>What has come and was not asked for.</summary>
    public List<ReceptionEvent> Rest()
    {
        List<ReceptionEvent> rest = [];
        while (_all.Reader.TryRead(out ReceptionEvent? one)) rest.Add(one);
        return rest;
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
