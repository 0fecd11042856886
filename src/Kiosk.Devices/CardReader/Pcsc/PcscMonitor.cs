using System.Threading.Channels;
using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Watches the reader on a thread and a context of its own. Nothing but Dispose ends it: a service that stops, a reader
/// that goes, a code nobody expected lead back to the beginning, with back-off (card.md 8, the list of monitors that died).
/// </summary>
internal sealed class PcscMonitor : IDisposable
{
    /// <summary>With this spelling (pcsc-lite winscard.h); another is answered UNKNOWN.</summary>
    private const string PlugAndPlay = @"\\?PnP?\Notification";

    private static readonly TimeSpan CancelEvery = TimeSpan.FromMilliseconds(50);

    private readonly IPcsc _pcsc;
    private readonly ReaderPattern _pattern;
    private readonly MonitorTiming _timing;
    private readonly TimeProvider _time;
    private readonly ReaderStory _story;
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly Thread _thread;
    private PcscContext? _context;
    private bool _hasPlugAndPlay = true;

    public PcscMonitor(IPcsc pcsc, ReaderPattern pattern, MonitorTiming timing, TimeProvider time, ChannelWriter<ReaderEvent> news)
    {
        _pcsc = pcsc;
        _pattern = pattern;
        _timing = timing;
        _time = time;
        _story = new ReaderStory(news, pattern);
        _thread = new Thread(Watch) { IsBackground = true, Name = "PC/SC monitor" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        // A Cancel that comes before the wait is lost: repeat it until the thread has seen the flag.
        while (!_thread.Join(CancelEvery)) Volatile.Read(ref _context)?.Cancel();
        _stop.Dispose();
    }

    private void Watch()
    {
        for (int failures = 0; !_stop.IsSet;)
        {
            using PcscContext? context = PcscContext.Establish(_pcsc, out _);
            Volatile.Write(ref _context, context);
            bool wasUp = context is not null && WatchWith(context);
            Volatile.Write(ref _context, null);
            if (_stop.IsSet) return;

            failures = wasUp ? 0 : failures + 1;
            // One miss right after a good time may be a restart: report only what lasts beyond the first retry.
            if (failures > 0) _story.ServiceDown();
            _stop.Wait(_timing.Retry(failures));
        }
    }

    /// <returns>Whether a wait ever worked: then the next attempt comes soon. One whose every wait fails is as good as down.</returns>
    private bool WatchWith(PcscContext context)
    {
        ReaderWatch plug = new(PlugAndPlay, ReaderStates.None, ReaderStates.None);
        ReaderWatch[] slots = [];
        bool wasUp = false;
        while (!_stop.IsSet)
        {
            if (context.ListReaders(out IReadOnlyList<string> readers) != PcscCode.Success) return wasUp;
            IReadOnlyList<string> names = _pattern.Slots(readers);
            if (names.Count == 0) _story.ReaderMissing(readers);
            // New names start with a clean slate; the story knows whether a card was there.
            if (!names.SequenceEqual(slots.Select(s => s.Name))) slots = [.. names.Select(name => new ReaderWatch(name, ReaderStates.None, ReaderStates.None))];

            long since = _time.GetTimestamp();
            int before = _story.Told;
            uint code = Wait(context, ref plug, slots);
            if (code is not (PcscCode.Success or PcscCode.Timeout or PcscCode.Cancelled or PcscCode.UnknownReader)) return wasUp;
            wasUp = true;
            if (_story.Told == before && code != PcscCode.Timeout && _time.GetElapsedTime(since) < _timing.Pause) _stop.Wait(_timing.Pause);
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
            _story.Seen(seen);
        }

        return code;
    }
}
