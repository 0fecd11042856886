using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;
using System.Globalization;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Buses;

/// <summary>Opens the device at a <c>DeviceEntry.Address</c>, with System.Device.Gpio. The caller disposes it.</summary>
public static class BoardAddress
{
    /// <summary>What an address begins with.</summary>
    public const string GpioChip = "gpiochip", I2cBus = "i2c-", SpiBus = "spidev", PwmChip = "pwmchip";

    /// <summary>What is wrong with an address, without opening it; null if nothing is.</summary>
    /// <param name="bus">One of the beginnings above.</param>
    public static string? Refuses(string bus, string address)
    {
        if (Numbers(address, bus) is not null) return null;
        string allowed = bus switch
        {
            I2cBus => "i2c-BUS:0xADDRESS, 0x03 to 0x77, for example i2c-1:0x23",
            SpiBus => "spidevBUS.SELECT, for example spidev0.0",
            _ => $"{bus}CHIP:LINE, for example {bus}0:1",
        };
        return $"\"{address}\" is not one; allowed: {allowed}";
    }

    /// <param name="address"><c>gpiochip0:17</c>: chip and line.</param>
    /// <exception cref="FailureException">ConfigBroken: the address has another form. BoardDeviceMissing: no device there, or no
    /// permission;
    /// the same for every method here.</exception>
    public static (GpioController Controller, int Line) Gpio(string address)
    {
        (int chip, int line) = Two(address, GpioChip);
        return (Try(address, () => new GpioController(new LibGpiodDriver(chip))), line);
    }

    /// <param name="address"><c>i2c-1:0x23</c>: bus and 7-bit device address.</param>
    public static I2cDevice I2c(string address)
    {
        (int bus, int device) = Two(address, I2cBus);
        I2cConnectionSettings settings = new(bus, device);
        return Try(address, () =>
            OperatingSystem.IsLinux() && SmbusDevice.IsNeeded(bus) ? new SmbusDevice(settings) : I2cDevice.Create(settings));
    }

    /// <param name="address"><c>spidev0.0</c>: bus and chip select.</param>
    /// <param name="hertz">Clock, Hz.</param>
    public static SpiDevice Spi(string address, int hertz)
    {
        (int bus, int select) = Two(address, SpiBus);
        SpiConnectionSettings settings = new(bus, select) { ClockFrequency = hertz, Mode = SpiMode.Mode0, DataBitLength = 8 };
        return Try(address, () => SpiDevice.Create(settings));
    }

    /// <param name="address"><c>pwmchip0:0</c>: chip and channel.</param>
    /// <param name="hertz">First frequency, Hz.</param>
    public static PwmChannel Pwm(string address, int hertz)
    {
        (int chip, int channel) = Two(address, PwmChip);
        return Try(address, () => PwmChannel.Create(chip, channel, hertz, 0));
    }

    private static T Try<T>(string address, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception wrong) when (wrong is not FailureException)
        {
            throw new FailureException(Failure.BoardDeviceMissing, $"{address}: {wrong.Message}", wrong);
        }
    }

    private static (int First, int Second) Two(string address, string bus) => Numbers(address, bus)
        ?? throw new FailureException(Failure.ConfigBroken, $"address {Refuses(bus, address)}");

    private static (int First, int Second)? Numbers(string address, string bus)
    {
        string[] parts = address.Split(bus == SpiBus ? '.' : ':');
        if (parts.Length != 2 || !parts[0].StartsWith(bus, StringComparison.Ordinal)
            || !int.TryParse(parts[0][bus.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int first)) return null;
        if (bus != I2cBus)
            return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int second) ? (first, second) : null;
        string hex = parts[1].StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? parts[1][2..] : parts[1];
        // 7-bit addresses; the others are reserved (I2C-bus specification UM10204, 3.1.12).
        return int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int device)
            && device is >= 0x03 and <= 0x77 ? (first, device) : null;
    }
}
