using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Simulators.Keypad;

/// <summary>
/// A virtual keypad of the kernel: its key presses arrive by <c>/dev/input/eventN</c> like those of a real keypad (Linux kernel,
/// Documentation/input/uinput.rst). It needs /dev/uinput, which mostly needs root.
/// </summary>
public sealed partial class UinputKeypad : IDisposable
{
    private const string Name = "Kiosk simulated keypad";
    private const uint SetEventBit = 0x40045564, SetKeyBit = 0x40045565, Setup = 0x405C5503, Create = 0x5501, Destroy = 0x5502;
    private const int KeyEvents = 1, MostKeys = 128;

    private readonly SafeFileHandle _uinput;
    private readonly FileStream _events;

    /// <exception cref="IOException">This machine has no uinput, or access is denied.</exception>
    public UinputKeypad()
    {
        _uinput = File.OpenHandle("/dev/uinput", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        _events = new FileStream(_uinput, FileAccess.Write, bufferSize: 0);
        Ask(SetEventBit, KeyEvents);
        for (int key = 1; key < MostKeys; key++) Ask(SetKeyBit, key);
        // struct uinput_setup: bus, vendor, product, version (16 bits each), name of 80, force feedback effects.
        byte[] setup = new byte[92];
        BinaryPrimitives.WriteUInt16LittleEndian(setup, 0x06);
        Encoding.ASCII.GetBytes(Name, setup.AsSpan(8));
        unsafe
        {
            fixed (byte* at = setup) Ask(Setup, (nint)at);
        }

        Ask(Create, 0);
    }

    /// <summary>Path of its event device. Waits up to 10 s until udev has made it.</summary>
    /// <exception cref="IOException">The event device did not appear.</exception>
    public static async Task<string> NodeAsync(CancellationToken stop)
    {
        for (int i = 0; i < 100; i++)
        {
            foreach (string node in Directory.Exists("/sys/class/input") ? Directory.GetDirectories("/sys/class/input", "event*") : [])
            {
                string name = Path.Combine(node, "device", "name"), device = Path.Combine("/dev/input", Path.GetFileName(node));
                if (File.Exists(name) && (await File.ReadAllTextAsync(name, stop)).Trim() == Name && File.Exists(device)) return device;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stop);
        }

        throw new IOException("uinput has made no event device within 10 s");
    }

    public void Press(ushort code)
    {
        foreach (int value in (int[])[1, 0])
        {
            byte[] events = new byte[48];
            Event(events, KeyEvents, code, value);
            // EV_SYN, SYN_REPORT.
            Event(events.AsSpan(24), 0, 0, 0);
            _events.Write(events);
        }
    }

    /// <summary>Writes a struct input_event. The kernel fills in the time.</summary>
    public static void Event(Span<byte> to, ushort type, ushort code, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to[16..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(to[18..], code);
        BinaryPrimitives.WriteInt32LittleEndian(to[20..], value);
    }

    public void Dispose()
    {
        _ = Ioctl(_uinput, Destroy, 0);
        _events.Dispose();
        _uinput.Dispose();
    }

    private void Ask(uint request, nint argument)
    {
        if (Ioctl(_uinput, request, argument) < 0) throw new IOException($"uinput {request:X}: errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, nint argument);
}
