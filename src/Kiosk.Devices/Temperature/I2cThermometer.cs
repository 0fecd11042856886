using System.Device.I2c;
using Iot.Device.Lm75;
using Iot.Device.Mcp9808;
using Iot.Device.Sht4x;

namespace Kiosk.Devices.Temperature;

/// <summary>A temperature sensor on I2C, read through its binding of Iot.Device.Bindings. The chip is opened for each reading and closed
/// again: nothing is to be disposed, and a sensor that was plugged in again is set up again.</summary>
/// <param name="name">Chip and address, for reports.</param>
/// <param name="open">Opens its bus; disposed here after each reading.</param>
/// <param name="read">Degrees Celsius; null: no valid value.</param>
public sealed class I2cThermometer(string name, Func<I2cDevice> open, Func<I2cDevice, double?> read) : IThermometer
{
    public string Name => name;

    public bool TryRead(out double celsius)
    {
        celsius = double.NaN;
        try
        {
            using I2cDevice bus = open();
            celsius = read(bus) ?? double.NaN;
        }
        // Bindings throw IOException for a silent bus, and other types for a chip that is not the expected one.
        catch (Exception gone) when (gone is not OutOfMemoryException)
        {
            return false;
        }

        return IThermometer.IsPossible(celsius);
    }

    /// <param name="bus">National Semiconductor LM75 and compatible ones, at 0x48 to 0x4F. In steps of 0.1 °C.</param>
    public static double? Lm75(I2cDevice bus) => new Lm75(bus).Temperature.DegreesCelsius;

    /// <param name="bus">Microchip MCP9808, at 0x18 to 0x1F. The binding checks manufacturer and device.</param>
    public static double? Mcp9808(I2cDevice bus) => new Mcp9808(bus).Temperature.DegreesCelsius;

    /// <param name="bus">Sensirion SHT40, SHT41 or SHT45, at 0x44 or 0x45. The checksum of each value is checked.</param>
    public static double? Sht4x(I2cDevice bus) => new Sht4x(bus).ReadHumidityAndTemperature().Temperature?.DegreesCelsius;
}
