using Kiosk.Devices.AmbientLight;

namespace Kiosk.Simulators.Board;

/// <summary>An ambient light sensor whose value is set by the simulator page or a test.</summary>
public sealed class SimulatedAmbientLight : IAmbientLight
{
    /// <summary>Lux.</summary>
    public double Lux { get; set; } = 400;

    public Task<double?> ReadLuxAsync(CancellationToken stop) => Task.FromResult<double?>(Lux);

    public void Dispose()
    {
        // There is nothing to release.
    }
}
