namespace Kiosk.Devices.Tamper;

/// <summary>Tells whether the case is open now.</summary>
public interface ITamperSwitch : IDisposable
{
    bool IsOpen { get; }

    /// <summary>Opened (true) or shut; on a pool thread.</summary>
    event Action<bool>? Changed;
}
