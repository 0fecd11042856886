namespace Kiosk.Devices.Presence;

/// <summary>Detects that somebody stands in front of the kiosk, not who it is.</summary>
public interface IPresence : IDisposable
{
    bool IsSomebodyThere { get; }

    /// <summary>Somebody came (true) or left (false). Raised on a pool thread.</summary>
    event Action<bool>? Changed;
}
