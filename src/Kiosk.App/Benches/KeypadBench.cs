using System.Threading.Channels;
using Kiosk.Core.Failures;
using Kiosk.Devices.Keypad;

namespace Kiosk.App.Benches;

/// <summary>A keypad under test, read by the same code as in a visit.</summary>
/// <param name="Press">Presses and releases a key by its Linux key code; null: a person must press.</param>
internal sealed record KeypadUnderTest(DeviceFacts Facts, EvdevKeypad Keypad, Func<ushort, CancellationToken, Task>? Press);

/// <summary>
/// `bench keypad`: each key in turn: how soon a press is reported, and whether one press is reported once. Stores no key.
/// </summary>
/// <param name="rounds">Presses of each key.</param>
internal sealed class KeypadBench(KeypadUnderTest tested, int rounds)
{
    /// <summary>A second press within this time is a bouncing contact, not a finger.</summary>
    private static readonly TimeSpan _bounce = TimeSpan.FromMilliseconds(50);

    /// <summary>Key codes of Linux, include/uapi/linux/input-event-codes.h (KEY_KP7 = 71 and so on).</summary>
    private static readonly (string Name, ushort Code, KeypadKey Key)[] _keys =
    [
        ("0", 82, KeypadKey.Digit0), ("1", 79, KeypadKey.Digit1), ("2", 80, KeypadKey.Digit2), ("3", 81, KeypadKey.Digit3),
        ("4", 75, KeypadKey.Digit4),
        ("5", 76, KeypadKey.Digit5), ("6", 77, KeypadKey.Digit6), ("7", 71, KeypadKey.Digit7), ("8", 72, KeypadKey.Digit8),
        ("9", 73, KeypadKey.Digit9),
        ("Enter", 96, KeypadKey.Press), ("Backspace", 14, KeypadKey.Back),
    ];

    private readonly TaskCompletionSource _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<(KeypadKey Key, long At)> _presses = Channel.CreateUnbounded<(KeypadKey, long)>();

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        run.Uses(tested.Facts);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task reading = ReadAsync(run.Time, over.Token);
        try
        {
            await _found.Task.WaitAsync(TimeSpan.FromSeconds(10), run.Time, stop);
            await EveryKeyAsync(run, stop);
        }
        finally
        {
            await over.CancelAsync();
            await reading;
        }

        run.Tell($"{_keys.Length} keys, {rounds} presses each");
    }

    private Task EveryKeyAsync(BenchRun run, CancellationToken stop) =>
        run.PartAsync("every key", _keys.Length * rounds, async done =>
        {
            foreach ((string name, ushort code, KeypadKey key) in _keys)
                for (int i = 0; i < rounds; i++, done()) await KeyAsync(run, name, code, key, stop);
        });

    private async Task KeyAsync(BenchRun run, string name, ushort code, KeypadKey key, CancellationToken stop)
    {
        long since = run.Time.GetTimestamp();
        if (tested.Press is null) await Console.Error.WriteLineAsync($"→ press {name}");
        else await tested.Press(code, stop);
        (KeypadKey got, long at) = await NextAsync(TimeSpan.FromSeconds(tested.Press is null ? 60 : 10), name, run, stop);
        if (tested.Press is not null)
            run.Add("key", "ms", "from the press to its event", run.Time.GetElapsedTime(since, at).TotalMilliseconds);
        run.Add("wrong key", "", "1 for each press that was reported as another key", got == key ? 0 : 1);
        await Task.Delay(_bounce, run.Time, stop);
        int more = 0;
        while (_presses.Reader.TryRead(out _)) more++;
        run.Add("bounce", "", "presses reported in addition to the one that was made", more);
    }

    private async Task<(KeypadKey Key, long At)> NextAsync(TimeSpan patience, string name, BenchRun run, CancellationToken stop)
    {
        try
        {
            return await _presses.Reader.ReadAsync(stop).AsTask().WaitAsync(patience, run.Time, stop);
        }
        catch (Exception silent) when (silent is TimeoutException or ChannelClosedException)
        {
            throw new FailureException(Failure.BoardDeviceMissing, $"{tested.Facts.Found}: key {name} was not "
                + $"reported{(silent is TimeoutException ? $" within {patience.TotalSeconds} s" : "; the keypad is lost")}");
        }
    }

    private async Task ReadAsync(TimeProvider time, CancellationToken over)
    {
        await foreach (KeypadKey key in tested.Keypad.WatchAsync(PresenceChanged, over)) _presses.Writer.TryWrite(
            (key, time.GetTimestamp()));

        void PresenceChanged(bool there)
        {
            if (there) _found.TrySetResult();
            else if (!_found.TrySetException(
                new FailureException(Failure.BoardDeviceMissing, $"keypad {tested.Facts.Address}: not found, or no permission to open it")))
                _presses.Writer.TryComplete();
        }
    }
}
