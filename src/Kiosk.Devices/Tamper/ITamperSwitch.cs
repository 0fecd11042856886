namespace Kiosk.Devices.Tamper;

/// <summary>Reports whether the case is open.</summary>
public interface ITamperSwitch : IDisposable
{
    bool IsOpen { get; }

    /// <summary>The case was opened (true) or closed (false). Raised on a pool thread.</summary>
    event Action<bool>? Changed;
}
