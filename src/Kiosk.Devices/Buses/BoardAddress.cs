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
    /// <param name="address"><c>gpiochip0:17</c>: chip and line.</param>
    /// <exception cref="FailureException">ConfigBroken: the address has another form. BoardDeviceMissing: no device there, or no
    /// permission;
    /// the same for every method here.</exception>
    public static (GpioController Controller, int Line) Gpio(string address)
    {
        (int chip, int line) = Two(address, "gpiochip", 10);
        return (Try(address, () => new GpioController(new LibGpiodDriver(chip))), line);
    }

    /// <param name="address"><c>i2c-1:0x23</c>: bus and 7-bit device address.</param>
    public static I2cDevice I2c(string address)
    {
        (int bus, int device) = Two(address, "i2c-", 16);
        I2cConnectionSettings settings = new(bus, device);
        return Try(address, () =>
            OperatingSystem.IsLinux() && SmbusDevice.IsNeeded(bus) ? new SmbusDevice(settings) : I2cDevice.Create(settings));
    }

    /// <param name="address"><c>spidev0.0</c>: bus and chip select.</param>
    /// <param name="hertz">Clock, Hz.</param>
    public static SpiDevice Spi(string address, int hertz)
    {
        (int bus, int select) = Two(address.Replace('.', ':'), "spidev", 10);
        SpiConnectionSettings settings = new(bus, select) { ClockFrequency = hertz, Mode = SpiMode.Mode0, DataBitLength = 8 };
        return Try(address, () => SpiDevice.Create(settings));
    }

    /// <param name="address"><c>pwmchip0:0</c>: chip and channel.</param>
    /// <param name="hertz">First frequency, Hz.</param>
    public static PwmChannel Pwm(string address, int hertz)
    {
        (int chip, int channel) = Two(address, "pwmchip", 10);
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

    private static (int First, int Second) Two(string address, string prefix, int numberBase)
    {
        string[] parts = address.Split(':');
        if (parts.Length == 2 && parts[0].StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(parts[0][prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && (numberBase == 16 ? int.TryParse(parts[1].Replace("0x", "", StringComparison.OrdinalIgnoreCase), NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out int second)
                : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out second)))
            return (first, second);
        throw new FailureException(Failure.ConfigBroken, $"address \"{address}\": {prefix}N:M expected");
    }
}
