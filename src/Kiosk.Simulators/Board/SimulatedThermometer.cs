using Kiosk.Devices.Temperature;

namespace Kiosk.Simulators.Board;

/// <summary>A thermometer whose value is set by a test.</summary>
public sealed class SimulatedThermometer : IThermometer
{
    public string Name => "simulated";

    public double? Celsius { get; set; } = 41.5;

    public bool TryRead(out double celsius)
    {
        celsius = Celsius ?? 0;
        return Celsius is not null;
    }
}
