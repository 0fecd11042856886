using Kiosk.Devices.AmbientLight;

namespace Kiosk.Simulators.Board;

/// <summary>A room as bright as said.</summary>
public sealed class SimulatedAmbientLight : IAmbientLight
{
    /// <summary>Lux.</summary>
    public double Lux { get; set; } = 400;

    public Task<double?> ReadLuxAsync(CancellationToken stop) => Task.FromResult<double?>(Lux);

    public void Dispose()
    {
        // Nothing held.
    }
}
