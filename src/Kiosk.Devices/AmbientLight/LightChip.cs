using System.Device.I2c;
using Iot.Device.Bh1750fvi;
using Iot.Device.Max44009;
using Iot.Device.Vcnl4040;

namespace Kiosk.Devices.AmbientLight;

/// <summary>How one kind of light sensor is measured with. All but the TSL2561 use their binding of Iot.Device.Bindings.</summary>
/// <param name="Name">For failures.</param>
/// <param name="Measurement">How long the chip needs from its set-up to the first valid value, at most 250 ms.</param>
/// <param name="Start">Sets the chip up and starts a measurement; returns what reads the result: lux, or null if it is brighter than the
/// chip can measure. Does not dispose the bus.</param>
public sealed record LightChip(string Name, TimeSpan Measurement, Func<I2cDevice, Func<double?>> Start)
{
    /// <summary>65,535 counts at 1.2 counts per lux are 54,612.5 lx.</summary>
    private const double Bh1750Saturated = 54_612;

    /// <summary>The largest value is exponent 14 and mantissa 255, at 0.045 lx: 188,006 lx. The chip tells an overrange by exponent
    /// 15.</summary>
    private const double Max44009Overrange = 188_007;

    /// <summary>65,535 counts at 0.1 lx are 6,553.5 lx.</summary>
    private const double Vcnl4040Saturated = 6_553.45;

    /// <summary>ROHM BH1750FVI, at 0x23 (ADDR low) or 0x5C. The binding's one-time mode reads before the measurement has ended; therefore
    /// the continuous mode is used, and read once before and once after the measurement time.</summary>
    public static LightChip Bh1750 { get; } = new("BH1750", TimeSpan.FromMilliseconds(180), bus =>
    {
        Bh1750fvi chip = new(bus, MeasuringMode.ContinuouslyHighResolutionMode);
        // Sends the command that starts the measurements. The value itself is older than the set-up.
        _ = chip.Illuminance;
        return () => chip.Illuminance.Lux is double lux && lux < Bh1750Saturated ? lux : null;
    });

    /// <summary>Maxim MAX44009, at 0x4A or 0x4B, in continuous mode with 100 ms. Two cycles are waited for: the first may have begun
    /// before the set-up.</summary>
    public static LightChip Max44009 { get; } = new("MAX44009", TimeSpan.FromMilliseconds(220), bus =>
    {
        Max44009 chip = new(bus, IntegrationTime.Time100);
        return () => chip.Illuminance is double lux && lux < Max44009Overrange ? lux : null;
    });

    /// <summary>Vishay VCNL4040, at 0x60: its ambient light part, with the default of 80 ms. The binding checks the chip's identification.
    /// The proximity part stays off: it reaches 0.2 m, and a patient stands farther away.</summary>
    public static LightChip Vcnl4040 { get; } = new("VCNL4040", TimeSpan.FromMilliseconds(120), bus =>
    {
        Vcnl4040Device chip = new(bus);
        chip.AmbientLightSensor.PowerOn = true;
        return () => chip.AmbientLightSensor.Illuminance.Lux is double lux && lux < Vcnl4040Saturated ? lux : null;
    });

    /// <inheritdoc cref="AmbientLight.Tsl2561"/>
    public static LightChip Tsl2561 { get; } = new("TSL2561", TimeSpan.FromMilliseconds(120), AmbientLight.Tsl2561.Start);
}
