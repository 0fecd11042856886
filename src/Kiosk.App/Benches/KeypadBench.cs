using System.Buffers.Binary;
using System.Threading.Channels;
using Kiosk.Core;

namespace Kiosk.App.Benches;

/// <summary>A keypad under test.</summary>
/// <param name="Events">struct input_event after struct input_event, 24 bytes each on 64-bit Linux; disposed by the bench.</param>
/// <param name="Press">Presses and lets go a key by its code; null: a person must.</param>
internal sealed record KeypadUnderTest(DeviceFacts Facts, Stream Events, Func<ushort, CancellationToken, Task>? Press);

/// <summary>`bench keypad`: each key asked for in turn; how soon its press is told, and whether one press is one press. Knows key codes, keeps none.</summary>
/// <param name="rounds">Presses of each key.</param>
internal sealed class KeypadBench(KeypadUnderTest tested, int rounds)
{
    private const int EventSize = 24, EvKey = 1, Pressed = 1;

    /// <summary>A second press so soon after the first was not a finger.</summary>
    private static readonly TimeSpan _bounce = TimeSpan.FromMilliseconds(50);

    /// <summary>include/uapi/linux/input-event-codes.h: KEY_KP7 and so on.</summary>
    private static readonly (string Name, ushort Code)[] _keys =
        [("0", 82), ("1", 79), ("2", 80), ("3", 81), ("4", 75), ("5", 76), ("6", 77), ("7", 71), ("8", 72), ("9", 73), ("Enter", 96), ("Backspace", 14)];

    private readonly Channel<(ushort Code, long At)> _presses = Channel.CreateUnbounded<(ushort, long)>();

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        run.Uses(tested.Facts);
        // A thread of its own, left behind at the end: reading an event device blocks until the next key.
        new Thread(() => Read(run.Time)) { IsBackground = true, Name = "keypad" }.Start();
        await run.PartAsync("every key", _keys.Length * rounds, async done =>
        {
            foreach ((string name, ushort code) in _keys)
                for (int i = 0; i < rounds; i++, done()) await KeyAsync(run, name, code, stop);
        });
        run.Tell($"{_keys.Length} keys, {rounds} presses each");
    }

    private async Task KeyAsync(BenchRun run, string name, ushort code, CancellationToken stop)
    {
        long since = run.Time.GetTimestamp();
        if (tested.Press is null) await Console.Error.WriteLineAsync($"→ press {name}");
        else await tested.Press(code, stop);
        (ushort got, long at) = await NextAsync(TimeSpan.FromSeconds(tested.Press is null ? 60 : 10), name, run, stop);
        if (tested.Press is not null) run.Add("key", "ms", "from the press to its news", run.Time.GetElapsedTime(since, at).TotalMilliseconds);
        run.Add("wrong key", "", "1 for each press that was told as another key", got == code ? 0 : 1);
        await Task.Delay(_bounce, run.Time, stop);
        int more = 0;
        while (_presses.Reader.TryRead(out _)) more++;
        run.Add("bounce", "", "presses told beside the one that was made", more);
    }

    private async Task<(ushort Code, long At)> NextAsync(TimeSpan patience, string name, BenchRun run, CancellationToken stop)
    {
        try
        {
            return await _presses.Reader.ReadAsync(stop).AsTask().WaitAsync(patience, run.Time, stop);
        }
        catch (Exception silent) when (silent is TimeoutException or ChannelClosedException)
        {
            throw new FailureException(Failure.BoardDeviceMissing, $"{tested.Facts.Found}: key {name} was not told{(silent is TimeoutException ? $" for {patience.TotalSeconds} s" : "; the keypad is gone")}");
        }
    }

    private void Read(TimeProvider time)
    {
        byte[] one = new byte[EventSize];
        try
        {
            while (true)
            {
                tested.Events.ReadExactly(one);
                ushort type = BinaryPrimitives.ReadUInt16LittleEndian(one.AsSpan(16)), code = BinaryPrimitives.ReadUInt16LittleEndian(one.AsSpan(18));
                if (type == EvKey && BinaryPrimitives.ReadInt32LittleEndian(one.AsSpan(20)) == Pressed) _presses.Writer.TryWrite((code, time.GetTimestamp()));
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            _presses.Writer.TryComplete();
        }
    }
}
