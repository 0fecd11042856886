using System.Buffers.Binary;
using System.Device.I2c;

namespace Kiosk.Devices.AmbientLight;

/// <summary>
/// TAOS TSL2561 in the packages T, FN and CL (TAOS datasheet TAOS059, "Register Set" and "Calculating Lux"), at gain 1 and 101 ms. Not
/// with the binding of Iot.Device.Bindings 4.2: it reads one byte of the infrared channel's two, divides the channels as integers, and
/// scales gain 16 instead of gain 1, so that its lux are wrong.
/// </summary>
internal static class Tsl2561
{
    // Bit 7 addresses a register, bit 5 asks for a word.
    private const byte Control = 0x80, Timing = 0x81, Broadband = 0xAC, Infrared = 0xAE;
    private const byte PowerOn = 0x03, Gain1For101Ms = 0x01;

    /// <summary>The converter's last count with 101 ms.</summary>
    private const ushort Saturated = 37_177;

    /// <summary>The formula is for gain 16 and 402 ms.</summary>
    private const double Scale = 16 * 322.0 / 81;

    /// <param name="bus">At 0x29, 0x39 or 0x49.</param>
    public static Func<double?> Start(I2cDevice bus)
    {
        bus.Write([Control, PowerOn]);
        bus.Write([Timing, Gain1For101Ms]);
        return () =>
        {
            ushort broadband = Read(bus, Broadband), infrared = Read(bus, Infrared);
            return broadband >= Saturated || infrared >= Saturated ? null : Lux(broadband * Scale, infrared * Scale);
        };
    }

    /// <param name="broadband">Channel 0, counts at gain 16 and 402 ms.</param>
    /// <param name="infrared">Channel 1, likewise.</param>
    private static double Lux(double broadband, double infrared) => (broadband == 0 ? 0 : infrared / broadband) switch
    {
        <= 0.50 and var ratio => (0.0304 * broadband) - (0.062 * broadband * Math.Pow(ratio, 1.4)),
        <= 0.61 => (0.0224 * broadband) - (0.031 * infrared),
        <= 0.80 => (0.0128 * broadband) - (0.0153 * infrared),
        <= 1.30 => (0.00146 * broadband) - (0.00112 * infrared),
        _ => 0,
    };

    private static ushort Read(I2cDevice bus, byte command)
    {
        Span<byte> word = stackalloc byte[2];
        bus.WriteRead([command], word);
        return BinaryPrimitives.ReadUInt16LittleEndian(word);
    }
}
