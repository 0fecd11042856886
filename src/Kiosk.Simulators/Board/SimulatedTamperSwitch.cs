using Kiosk.Devices.Tamper;

namespace Kiosk.Simulators.Board;

/// <summary>A tamper switch that the simulator page or a test opens and closes.</summary>
public sealed class SimulatedTamperSwitch : ITamperSwitch
{
    public bool IsOpen { get; private set; }

    public event Action<bool>? Changed;

    public void Set(bool open)
    {
        if (IsOpen == open) return;
        IsOpen = open;
        Changed?.Invoke(open);
    }

    public void Dispose() => Changed = null;
}
