using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;
using Kiosk.Devices.Watchdog;

namespace Kiosk.Tests.Hardware;

/// <summary>A chip on I2C as its registers: a command byte, then what the test says it answers. Every byte written is kept.</summary>
internal sealed class FakeI2c : I2cDevice
{
    public List<byte[]> Written { get; } = [];

    /// <summary>Answers of a read after this command byte. What is written behind a command byte is its next answer.</summary>
    public Dictionary<byte, byte[]> Registers { get; } = [];

    /// <summary>Nothing answers at the address.</summary>
    public bool IsGone { get; set; }

    public bool IsDisposed { get; private set; }

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x23);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsGone) throw new IOException("Error 121 performing I2C data transfer.");
        Written.Add(buffer.ToArray());
        if (buffer.Length > 1) Registers[buffer[0]] = buffer[1..].ToArray();
    }

    public override void WriteByte(byte value) => Write([value]);

    public override void Read(Span<byte> buffer)
    {
        if (IsGone) throw new IOException("Error 121 performing I2C data transfer.");
        Registers[Written[^1][0]].AsSpan(0, buffer.Length).CopyTo(buffer);
    }

    public override byte ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        Read(one);
        return one[0];
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Write(writeBuffer);
        Read(readBuffer);
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

/// <summary>What went over MOSI.</summary>
internal sealed class FakeSpi : SpiDevice
{
    public List<byte[]> Written { get; } = [];

    public bool IsDisposed { get; private set; }

    public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0);

    public override void Write(ReadOnlySpan<byte> buffer) => Written.Add(buffer.ToArray());

    public override void WriteByte(byte value) => Write([value]);

    public override void Read(Span<byte> buffer) => buffer.Clear();

    public override byte ReadByte() => 0;

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Write(writeBuffer);

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

internal sealed class FakePwm : PwmChannel
{
    public List<string> Done { get; } = [];

    public override int Frequency { get; set; } = 1000;

    public override double DutyCycle { get; set; }

    public override void Start() =>
        Done.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"on {Frequency} Hz {DutyCycle:0.00}"));

    public override void Stop() => Done.Add("off");

    protected override void Dispose(bool disposing)
    {
        Done.Add("disposed");
        base.Dispose(disposing);
    }
}

/// <summary>Eight lines of a chip that a test pulls up and down.</summary>
internal sealed class FakeGpio : GpioDriver
{
    private readonly PinValue[] _levels = new PinValue[8];
    private readonly PinMode[] _modes = new PinMode[8];
    private readonly PinChangeEventHandler?[] _watching = new PinChangeEventHandler?[8];

    protected override int PinCount => _levels.Length;

    public PinMode ModeOf(int line) => _modes[line];

    public bool IsWatched(int line) => _watching[line] is not null;

    public void Set(int line, PinValue level)
    {
        if (_levels[line] == level) return;
        _levels[line] = level;
        _watching[line]?.Invoke(this,
            new PinValueChangedEventArgs(level == PinValue.High ? PinEventTypes.Rising : PinEventTypes.Falling, line));
    }

    protected override void OpenPin(int pinNumber)
    {
        // Any line may be opened.
    }

    protected override void ClosePin(int pinNumber) => _watching[pinNumber] = null;

    protected override void SetPinMode(int pinNumber, PinMode mode) => _modes[pinNumber] = mode;

    protected override PinMode GetPinMode(int pinNumber) => _modes[pinNumber];

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => _levels[pinNumber];

    protected override void Write(int pinNumber, PinValue value) => Set(pinNumber, value);

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        _watching[pinNumber] += callback;

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        _watching[pinNumber] -= callback;

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

/// <summary>/dev/watchdog as the kernel's driver answers.</summary>
internal sealed class FakeWatchdogFile : IWatchdogFile
{
    public List<string> Done { get; } = [];

    /// <summary>What the driver takes, whatever it is asked for; seconds.</summary>
    public int Takes { get; init; } = 30;

    public bool IsGone { get; set; }

    public int Ioctl(uint request, ref int argument)
    {
        Done.Add($"{request:X8} {argument}");
        if (request == LinuxWatchdog.GetTimeout) argument = Takes;
        return IsGone ? -1 : 0;
    }

    public bool Write(byte value)
    {
        Done.Add($"write {(char)value}");
        return true;
    }

    public void Dispose() => Done.Add("close");
}
