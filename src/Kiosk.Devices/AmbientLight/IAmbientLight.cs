
namespace Kiosk.Devices.AmbientLight;

/// <summary>Measures how bright the room is.</summary>
public interface IAmbientLight : IDisposable
{
    /// <summary>Measures once; takes up to 250 ms.</summary>
    /// <returns>Lux, from 0; null if it is brighter than the sensor can measure (the folder's README says from where).</returns>
    /// <exception cref="Core.Failures.FailureException">BoardDeviceMissing: no answer at its address.</exception>
    Task<double?> ReadLuxAsync(CancellationToken stop);
}
