using Kiosk.Devices.Presence;

namespace Kiosk.Simulators.Board;

/// <summary>A presence sensor that is switched by the simulator page or a test.</summary>
public sealed class SimulatedPresence : IPresence
{
    public bool IsSomebodyThere { get; private set; }

    public event Action<bool>? Changed;

    public void Set(bool there)
    {
        if (IsSomebodyThere == there) return;
        IsSomebodyThere = there;
        Changed?.Invoke(there);
    }

    public void Dispose() => Changed = null;
}
