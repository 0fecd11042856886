
namespace Kiosk.Devices.AmbientLight;

/// <summary>Measures how bright the room is.</summary>
public interface IAmbientLight : IDisposable
{
    /// <summary>Measures once; takes up to 250 ms.</summary>
    /// <returns>Lux, 0 to about 54,000 (BH1750) or 35,000 (VEML7700); null if it is brighter than the sensor can measure.</returns>
    /// <exception cref="Core.Failures.FailureException">BoardDeviceMissing: no answer at its address.</exception>
    Task<double?> ReadLuxAsync(CancellationToken stop);
}
