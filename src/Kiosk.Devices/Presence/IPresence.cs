namespace Kiosk.Devices.Presence;

/// <summary>Detects that somebody stands in front of the kiosk, not who it is.</summary>
public interface IPresence : IDisposable
{
    /// <exception cref="Core.Failures.FailureException">BoardDeviceMissing: the sensor has stopped answering. A single line cannot tell
    /// that.</exception>
    bool IsSomebodyThere { get; }

    /// <summary>Somebody came (true) or left (false). Raised on a pool thread.</summary>
    event Action<bool>? Changed;
}
