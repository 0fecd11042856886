using System.Threading.Channels;
using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Watches the reader on its own thread and context. Only Dispose ends it. When the service stops, the reader is removed or an unknown
/// code comes, it starts again after a pause (monitors of other libraries ended there: <c>src/Kiosk.Devices/CardReader/README.md</c>).
/// </summary>
internal sealed class PcscMonitor : IDisposable
{
    /// <summary>Exactly this spelling (pcsc-lite winscard.h); the service answers UNKNOWN to any other.</summary>
    private const string PlugAndPlay = @"\\?PnP?\Notification";

    private static readonly TimeSpan CancelEvery = TimeSpan.FromMilliseconds(50);

    private readonly IPcsc _pcsc;
    private readonly ReaderPattern _pattern;
    private readonly MonitorTiming _timing;
    private readonly TimeProvider _time;
    private readonly ReaderEventWriter _events;
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly Thread _thread;
    private PcscContext? _context;
    private bool _hasPlugAndPlay = true;

    /// <param name="isWindows">The service stops with its last reader (<see cref="PcscFailure.IsReaderGone"/>).</param>
    public PcscMonitor(
        IPcsc pcsc, ReaderPattern pattern, MonitorTiming timing, TimeProvider time, ChannelWriter<ReaderEvent> news, bool isWindows)
    {
        _pcsc = pcsc;
        _pattern = pattern;
        _timing = timing;
        _time = time;
        _events = new ReaderEventWriter(news, pattern, isWindows);
        _thread = new Thread(Watch) { IsBackground = true, Name = "PC/SC monitor" };
        _thread.Start();
    }

    /// <summary>The slot where the reported card lies; null: none.</summary>
    public string? CardIn => _events.CardIn;

    public void Dispose()
    {
        _stop.Set();
        // A Cancel that comes before the wait is lost. Repeat it until the thread has seen the flag.
        while (!_thread.Join(CancelEvery)) Volatile.Read(ref _context)?.Cancel();
        _stop.Dispose();
    }

    private void Watch()
    {
        for (int failures = 0; !_stop.IsSet;)
        {
            using PcscContext? context = PcscContext.Establish(_pcsc, out uint code);
            Volatile.Write(ref _context, context);
            bool wasUp = context is not null && WatchWith(context, out code);
            Volatile.Write(ref _context, null);
            if (_stop.IsSet) return;

            failures = wasUp ? 0 : failures + 1;
            // One failure right after the service worked may be a restart. Report it only if it lasts longer than the first retry.
            if (failures > 0) _events.ServiceDown(code);
            _stop.Wait(_timing.Retry(failures));
        }
    }

    /// <param name="code">Why it ended.</param>
    /// <returns>True if at least one wait worked: then the next attempt comes soon. A service whose every wait fails counts as
    /// down.</returns>
    private bool WatchWith(PcscContext context, out uint code)
    {
        _events.Begin();
        code = PcscCode.Success;
        ReaderWatch plug = new(PlugAndPlay, ReaderStates.None, ReaderStates.None);
        ReaderWatch[] slots = [];
        bool wasUp = false;
        while (!_stop.IsSet)
        {
            code = context.ListReaders(out IReadOnlyList<string> readers);
            if (code != PcscCode.Success) return wasUp;
            IReadOnlyList<string> names = _pattern.Slots(readers);
            if (names.Count == 0) _events.ReaderMissing(readers);
            // For new reader names start with unknown states; ReaderEventWriter remembers whether a card was there.
            if (!names.SequenceEqual(slots.Select(s => s.Name)))
                slots = [.. names.Select(name => new ReaderWatch(name, ReaderStates.None, ReaderStates.None))];

            long since = _time.GetTimestamp();
            int before = _events.EventCount;
            code = Wait(context, ref plug, slots);
            if (code is not (PcscCode.Success or PcscCode.Timeout or PcscCode.Cancelled or PcscCode.UnknownReader)) return wasUp;
            wasUp = true;
            if (_events.EventCount == before && code != PcscCode.Timeout && _time.GetElapsedTime(since) < _timing.Pause)
                _stop.Wait(_timing.Pause);
        }

        return wasUp;
    }

    private uint Wait(PcscContext context, ref ReaderWatch plug, ReaderWatch[] slots)
    {
        if (slots.Length == 0 && !_hasPlugAndPlay)
        {
            _stop.Wait(_timing.Relist);
            return PcscCode.Timeout;
        }

        ReaderWatch[] watched = [.. _hasPlugAndPlay ? [plug] : Array.Empty<ReaderWatch>(), .. slots];
        uint code = _pcsc.GetStatusChange(context.Handle, _timing.Relist, watched);
        if (code is not (PcscCode.Success or PcscCode.Timeout)) return code;
        if (_hasPlugAndPlay)
        {
            _hasPlugAndPlay = !watched[0].Seen.HasFlag(ReaderStates.Unknown);
            plug = watched[0].Next;
        }

        if (slots.Length > 0)
        {
            Span<ReaderWatch> seen = watched.AsSpan(^slots.Length..);
            for (int i = 0; i < slots.Length; i++) slots[i] = seen[i].Next;
            _events.Seen(seen);
        }

        return code;
    }
}
