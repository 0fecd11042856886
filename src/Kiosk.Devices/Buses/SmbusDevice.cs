using System.Device.I2c;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Devices.Buses;

/// <summary>
/// A device on a controller that supports SMBus only, such as those in PC chipsets (i801) and some USB bridges. System.Device.I2c needs
/// plain I2C and fails there. Supports what the sensors here use: a command byte alone, with one byte, or with a word (Linux kernel,
/// Documentation/i2c/smbus-protocol.rst, dev-interface.rst). Longer transfers (SHT4x, VL53L0X, VL53L1X) fail with IOException.
/// </summary>
internal sealed partial class SmbusDevice : I2cDevice
{
    private const uint Slave = 0x0703, Functions = 0x0705, Smbus = 0x0720;
    private const nuint PlainI2c = 1;
    private const uint SizeByte = 1, SizeByteData = 2, SizeWordData = 3;

    private readonly SafeFileHandle _bus;

    /// <summary>The last command byte that was sent alone: many bindings select a register first and read it later.</summary>
    private byte? _selected;

    /// <exception cref="IOException">No such bus, or another driver uses the address.</exception>
    public SmbusDevice(I2cConnectionSettings settings)
    {
        ConnectionSettings = settings;
        _bus = File.OpenHandle($"/dev/i2c-{settings.BusId}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (Ioctl(_bus, Slave, settings.DeviceAddress) < 0) throw Failed("I2C_SLAVE");
    }

    public override I2cConnectionSettings ConnectionSettings { get; }

    /// <summary>True if the bus does not support plain I2C.</summary>
    public static bool IsNeeded(int bus)
    {
        using SafeFileHandle handle = File.OpenHandle($"/dev/i2c-{bus}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        nuint functions = 0;
        unsafe
        {
            return Ioctl(handle, Functions, (nint)(&functions)) == 0 && (functions & PlainI2c) == 0;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        switch (buffer)
        {
            case [byte command]:
                Transfer(isRead: false, command, SizeByte, 0);
                _selected = command;
                break;
            case [byte command, byte value]:
                Transfer(isRead: false, command, SizeByteData, value);
                break;
            case [byte command, byte low, byte high]:
                Transfer(isRead: false, command, SizeWordData, (ushort)(low | (high << 8)));
                break;
            default:
                throw new IOException($"SMBus carries 1 to 3 bytes, not {buffer.Length}");
        }
    }

    public override void WriteByte(byte value) => Write([value]);

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Length != 1 || readBuffer.Length is not (1 or 2))
            throw new IOException("SMBus reads 1 or 2 bytes after a command byte");
        ushort value = Transfer(isRead: true, writeBuffer[0], readBuffer.Length == 2 ? SizeWordData : SizeByteData, 0);
        readBuffer[0] = (byte)value;
        if (readBuffer.Length == 2) readBuffer[1] = (byte)(value >> 8);
    }

    public override byte ReadByte() => (byte)Transfer(isRead: true, 0, SizeByte, 0);

    public override void Read(Span<byte> buffer)
    {
        if (buffer.Length == 2 && _selected is byte command) WriteRead([command], buffer);
        else if (buffer.Length == 1) buffer[0] = ReadByte();
        else throw new IOException("SMBus reads one byte without a command, or two of the register that was selected");
    }

    protected override void Dispose(bool disposing)
    {
        _bus.Dispose();
        base.Dispose(disposing);
    }

    private unsafe ushort Transfer(bool isRead, byte command, uint size, ushort value)
    {
        // union i2c_smbus_data: a block of 34 bytes, of which the first two are the word.
        byte* data = stackalloc byte[34];
        (data[0], data[1]) = ((byte)value, (byte)(value >> 8));
        Request request = new() { ReadWrite = isRead ? (byte)1 : (byte)0, Command = command, Size = size, Data = data };
        if (Ioctl(_bus, Smbus, (nint)(&request)) < 0) throw Failed("I2C_SMBUS");
        return size == SizeWordData ? (ushort)(data[0] | (data[1] << 8)) : data[0];
    }

    private static IOException Failed(string what) => new($"{what}: errno {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, nint argument);

    /// <summary>struct i2c_smbus_ioctl_data.</summary>
    private unsafe struct Request
    {
        public byte ReadWrite;
        public byte Command;
        public uint Size;
        public byte* Data;
    }
}
