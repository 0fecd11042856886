using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Kiosk.Devices.Keypad;

/// <summary>
/// A tactile keypad, read from its event device with exclusive access (EVIOCGRAB), so that no other program, including the browser, sees
/// its keys. Works again by itself after it is plugged in again.
/// </summary>
/// <param name="path">Event device, e.g. /dev/input/by-id/usb-…-event-kbd.</param>
/// <param name="grab">False only for a pipe that replaces a keypad in tests: a pipe cannot be grabbed.</param>
public sealed partial class EvdevKeypad(string path, bool grab = true)
{
    /// <summary>struct input_event on 64-bit Linux: time 16, type 2, code 2, value 4 bytes.</summary>
    public const int EventSize = 24;

    private const int EvKey = 1, Pressed = 1, ReadOnly = 0, NonBlocking = 0x800;
    private const short PollIn = 1;
    private const nuint EviocGrab = 0x40044590;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>Returns key presses until cancelled. Releases and repeats are ignored.</summary>
    /// <param name="state">Called with true when the keypad is connected, with false when it is gone or cannot be opened.</param>
    public async IAsyncEnumerable<KeypadKey> WatchAsync(Action<bool> state, [EnumeratorCancellation] CancellationToken stop)
    {
        Channel<KeypadKey> keys = Channel.CreateUnbounded<KeypadKey>();
        // A separate thread, because reading a device blocks.
        Task reading = Task.Factory.StartNew(
            () => Read(keys.Writer, state, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await foreach (KeypadKey key in keys.Reader.ReadAllAsync(CancellationToken.None)) yield return key;
        await reading;
    }

    private void Read(ChannelWriter<KeypadKey> keys, Action<bool> state, CancellationToken stop)
    {
        bool? told = null;
        while (!stop.IsCancellationRequested)
        {
            int fd = Open(path, ReadOnly | NonBlocking);
            bool there = fd >= 0 && (!grab || Control(fd, EviocGrab, 1) == 0);
            if (told != there) state(there);
            told = there;
            if (there) ReadEvents(fd, keys, stop);
            if (fd >= 0) _ = Close(fd);
            if (!stop.IsCancellationRequested) stop.WaitHandle.WaitOne(Retry);
        }
        keys.Complete();
    }

    /// <summary>Reads until the device is gone.</summary>
    private static void ReadEvents(int fd, ChannelWriter<KeypadKey> keys, CancellationToken stop)
    {
        // Pinned and zeroed, because a key code shows which digit was typed.
        byte[] bytes = GC.AllocateArray<byte>(EventSize * 16, pinned: true);
        PollFd poll = new() { Fd = fd, Events = PollIn };
        while (!stop.IsCancellationRequested)
        {
            int ready = Poll(ref poll, 1, 200);
            if (ready == 0) continue;
            nint got = ready < 0 ? -1 : Read(fd, bytes, (nuint)bytes.Length);
            if (got <= 0) return;
            for (int at = 0; at + EventSize <= got; at += EventSize)
            {
                ReadOnlySpan<byte> one = bytes.AsSpan(at, EventSize);
                bool pressed = BinaryPrimitives.ReadUInt16LittleEndian(one[16..]) == EvKey
                    && BinaryPrimitives.ReadInt32LittleEndian(one[20..]) == Pressed;
                if (pressed && KeyCodes.KeyOf(BinaryPrimitives.ReadUInt16LittleEndian(one[18..])) is KeypadKey key) keys.TryWrite(key);
            }
            bytes.AsSpan().Clear();
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int fd, nuint request, nint value);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollFd fds, nuint count, int milliseconds);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int fd, [Out] byte[] buffer, nuint count);
}
