using System.Device.I2c;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.AmbientLight;

/// <summary>An ambient light sensor on I2C. The chip is set up before every measurement: a sensor that has lost its power in between is not
/// read as darkness.</summary>
/// <param name="i2c">At one of the chip's addresses; disposed here.</param>
public sealed class LightSensor(LightChip chip, I2cDevice i2c, TimeProvider time) : IAmbientLight
{
    public async Task<double?> ReadLuxAsync(CancellationToken stop)
    {
        try
        {
            Func<double?> read = chip.Start(i2c);
            await Task.Delay(chip.Measurement, time, stop);
            return read();
        }
        // Bindings throw IOException for a silent bus, and other types for a chip that is not the expected one.
        catch (Exception gone) when (gone is not OperationCanceledException)
        {
            throw new FailureException(Failure.BoardDeviceMissing, $"ambient light ({chip.Name}): {gone.Message}", gone);
        }
    }

    public void Dispose() => i2c.Dispose();
}
