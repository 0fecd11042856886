using System.Buffers.Binary;
using System.Device.I2c;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.AmbientLight;

/// <summary>ROHM BH1750FVI (technical note 2011.11 Rev.D). Uses the one-time high-resolution mode: the sensor sleeps between
/// measurements.</summary>
/// <param name="i2c">At 0x23 (ADDR low) or 0x5C; disposed here.</param>
public sealed class Bh1750(I2cDevice i2c, TimeProvider time) : IAmbientLight
{
    // Instruction set, p. 5.
    internal const byte PowerOn = 0x01;
    internal const byte OneTimeHighResolution = 0x20;

    /// <summary>Measurement time, H-resolution mode, maximum (p. 2).</summary>
    private static readonly TimeSpan _measurement = TimeSpan.FromMilliseconds(180);

    /// <summary>Counts per lux at the default measurement time (p. 7).</summary>
    private const double CountsPerLux = 1.2;

    public async Task<double?> ReadLuxAsync(CancellationToken stop)
    {
        byte[] count = new byte[2];
        try
        {
            i2c.WriteByte(PowerOn);
            i2c.WriteByte(OneTimeHighResolution);
            await Task.Delay(_measurement, time, stop);
            i2c.Read(count);
        }
        catch (IOException gone)
        {
            throw new FailureException(Failure.BoardDeviceMissing, "ambient light (BH1750)", gone);
        }

        ushort raw = BinaryPrimitives.ReadUInt16BigEndian(count);
        return raw == ushort.MaxValue ? null : raw / CountsPerLux;
    }

    public void Dispose() => i2c.Dispose();
}
