using System.Buffers.Binary;
using System.Diagnostics;
using Kiosk.Devices.Keypad;
using Kiosk.Simulators.Keypad;

namespace Kiosk.Processes.Keypad;

/// <summary>The reader of the real device, on a pipe that carries the same events.</summary>
public sealed class EvdevKeypadTests
{
    private const ushort EvKey = 1, EvSyn = 0;

    /// <summary>For a busy machine; a keypad is looked for every 2 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [SkippableFact]
    public async Task Presses_become_keys_and_nothing_else_does()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux's input events");
        string pipe = Path.Combine(Path.GetTempPath(), $"kiosk-keypad-{Guid.NewGuid():N}");
        using (Process made = Process.Start("mkfifo", pipe)) await made.WaitForExitAsync();
        using CancellationTokenSource over = new(Patience);
        List<KeypadKey> keys = [];
        Task reading = Task.Run(async () =>
        {
            await foreach (KeypadKey key in new EvdevKeypad(pipe, grab: false).WatchAsync(_ => { }, over.Token))
            {
                keys.Add(key);
                if (key is KeypadKey.Help) await over.CancelAsync();
            }
        });
        await using (FileStream keypad = new(pipe, FileMode.Open, FileAccess.Write))
        {
            // 7 pressed, held and released; 0; next; press; back; a key that means nothing; help.
            foreach ((ushort type, ushort code, int value) in new[]
            {
                (EvKey, (ushort)71, 1), (EvSyn, (ushort)0, 0), (EvKey, (ushort)71, 2), (EvKey, (ushort)71, 0), (EvKey, (ushort)82, 1),
                    (EvKey, (ushort)78, 1),
                (EvKey, (ushort)96, 1), (EvKey, (ushort)83, 1), (EvKey, (ushort)200, 1), (EvKey, (ushort)98, 1),
            }) await keypad.WriteAsync(Event(type, code, value), over.Token);
            await keypad.FlushAsync();
            await reading;
        }
        File.Delete(pipe);
        Assert.Equal([KeypadKey.Digit7, KeypadKey.Digit0, KeypadKey.Next, KeypadKey.Press, KeypadKey.Back, KeypadKey.Help], keys);
    }

    [SkippableFact]
    public async Task A_keypad_of_the_kernels_is_read_and_held_alone()
    {
        Skip.IfNot(File.Exists("/dev/uinput"), "no /dev/uinput: the pipe alone stands for a keypad here");
        using CancellationTokenSource over = new(Patience);
        using UinputKeypad made = new();
        string node = await UinputKeypad.NodeAsync(over.Token);
        List<KeypadKey> keys = [];
        TaskCompletionSource held = new(), refused = new();
        Task reading = Task.Run(async () =>
        {
            await foreach (KeypadKey key in new EvdevKeypad(node).WatchAsync(_ => held.TrySetResult(), over.Token))
            {
                keys.Add(key);
                if (key is KeypadKey.Help) await over.CancelAsync();
            }
        });
        await held.Task.WaitAsync(over.Token);
        Task other = Task.Run(async () =>
        {
            await foreach (KeypadKey _ in new EvdevKeypad(node)
                .WatchAsync(there => { if (!there) refused.TrySetResult(); }, over.Token)) { }
        });
        await refused.Task.WaitAsync(over.Token);
        foreach (ushort code in new ushort[] { 71, 96, 98 }) made.Press(code);
        await reading;
        await other;
        Assert.Equal([KeypadKey.Digit7, KeypadKey.Press, KeypadKey.Help], keys);
    }

    [SkippableFact]
    public async Task A_keypad_that_is_not_there_is_told_once_and_waited_for()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux's input events");
        string pipe = Path.Combine(Path.GetTempPath(), $"kiosk-keypad-{Guid.NewGuid():N}");
        using CancellationTokenSource over = new(Patience);
        TaskCompletionSource missed = new();
        List<bool> told = [];
        Task reading = Task.Run(async () =>
        {
            await foreach (KeypadKey _ in new EvdevKeypad(pipe, grab: false).WatchAsync(See, over.Token)) await over.CancelAsync();
        });
        await missed.Task.WaitAsync(over.Token);
        using (Process made = Process.Start("mkfifo", pipe)) await made.WaitForExitAsync();
        await using (FileStream keypad = new(pipe, FileMode.Open, FileAccess.Write))
        {
            await keypad.WriteAsync(Event(EvKey, 98, 1), over.Token);
            await keypad.FlushAsync();
            await reading;
        }
        File.Delete(pipe);
        Assert.Equal([false, true], told);

        void See(bool there)
        {
            told.Add(there);
            if (!there) missed.TrySetResult();
        }
    }

    private static byte[] Event(ushort type, ushort code, int value)
    {
        byte[] one = new byte[EvdevKeypad.EventSize];
        BinaryPrimitives.WriteUInt16LittleEndian(one.AsSpan(16), type);
        BinaryPrimitives.WriteUInt16LittleEndian(one.AsSpan(18), code);
        BinaryPrimitives.WriteInt32LittleEndian(one.AsSpan(20), value);
        return one;
    }
}
