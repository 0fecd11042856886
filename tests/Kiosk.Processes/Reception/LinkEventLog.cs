using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Kiosk.Core.Reception;

namespace Kiosk.Processes.Reception;

/// <summary>
/// Collects what a kiosk's link reports while it is watched, in order. A link has one stream: several logs of one link share it, and each
/// begins with what was reported before.
/// </summary>
internal sealed class LinkEventLog : IAsyncDisposable
{
    private static readonly ConditionalWeakTable<IReceptionLink, Stream> _streams = [];

    private readonly Channel<ReceptionEvent> _all = Channel.CreateUnbounded<ReceptionEvent>();
    private readonly IReceptionLink _link;
    private readonly Stream _stream;

    public LinkEventLog(IReceptionLink link)
    {
        (_link, _stream) = (link, _streams.GetValue(link, one => new(one)));
        _stream.Add(_all.Writer);
    }

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

    /// <summary>The stream ends with the last log.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stream.Remove(_all.Writer)) return;
        _streams.Remove(_link);
        await _stream.DisposeAsync();
    }

    private sealed class Stream : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<ReceptionEvent> _before = [];
        private readonly List<ChannelWriter<ReceptionEvent>> _logs = [];
        private readonly Task _watch;

        public Stream(IReceptionLink link) => _watch = WatchAsync(link);

        public void Add(ChannelWriter<ReceptionEvent> log)
        {
            lock (_logs)
            {
                foreach (ReceptionEvent one in _before) log.TryWrite(one);
                _logs.Add(log);
            }
        }

        /// <returns>True: it was the last one.</returns>
        public bool Remove(ChannelWriter<ReceptionEvent> log)
        {
            lock (_logs) return _logs.Remove(log) && _logs.Count == 0;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task WatchAsync(IReceptionLink link)
        {
            await foreach (ReceptionEvent one in link.WatchAsync(_stop.Token))
            {
                lock (_logs)
                {
                    _before.Add(one);
                    foreach (ChannelWriter<ReceptionEvent> log in _logs) log.TryWrite(one);
                }
            }
        }
    }
}
