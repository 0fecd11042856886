using System.Buffers.Binary;
using System.Device.I2c;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.AmbientLight;

/// <summary>
/// Vishay VEML7700 (datasheet rev. 1.8, application note 84323). Gain 1/8 and 100 ms: wide enough for an office or a sunny entrance, and
/// the setting with which the application note starts.
/// </summary>
/// <param name="i2c">At 0x10; disposed here.</param>
public sealed class Veml7700(I2cDevice i2c, TimeProvider time) : IAmbientLight
{
    // Command codes and ALS_CONF bits, datasheet "Command register format".
    internal const byte Configuration = 0x00;
    internal const byte Als = 0x04;
    internal const ushort GainEighth100Ms = 0b10 << 11;
    internal const ushort ShutDown = GainEighth100Ms | 1;

    /// <summary>Lux per count is 0.0042 at gain 2 and 800 ms. Here the gain is 16 times and the time 8 times smaller.</summary>
    internal const double LuxPerCount = 0.0042 * 16 * 8;

    /// <summary>100 ms integration, 2.5 ms after leaving shutdown, and some margin.</summary>
    private static readonly TimeSpan _measurement = TimeSpan.FromMilliseconds(110);

    public async Task<double?> ReadLuxAsync(CancellationToken stop)
    {
        byte[] count = new byte[2];
        try
        {
            Write(Configuration, GainEighth100Ms);
            await Task.Delay(_measurement, time, stop);
            i2c.WriteRead([Als], count);
            Write(Configuration, ShutDown);
        }
        catch (IOException gone)
        {
            throw new FailureException(Failure.BoardDeviceMissing, "ambient light (VEML7700)", gone);
        }

        ushort raw = BinaryPrimitives.ReadUInt16LittleEndian(count);
        return raw == ushort.MaxValue ? null : Correct(raw * LuxPerCount);
    }

    /// <summary>The sensor reads too low in bright light: the application note's polynomial, above 1,000 lx.</summary>
    internal static double Correct(double lux) =>
        lux < 1000 ? lux : ((((((6.0135e-13 * lux) - 9.3924e-9) * lux) + 8.1488e-5) * lux) + 1.0023) * lux;

    private void Write(byte command, ushort value) => i2c.Write([command, (byte)value, (byte)(value >> 8)]);

    public void Dispose() => i2c.Dispose();
}
