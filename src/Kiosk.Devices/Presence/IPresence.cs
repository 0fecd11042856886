namespace Kiosk.Devices.Presence;

/// <summary>Tells whether somebody stands before the kiosk; never who.</summary>
public interface IPresence : IDisposable
{
    bool IsSomebodyThere { get; }

    /// <summary>Somebody came (true) or left; on a pool thread.</summary>
    event Action<bool>? Changed;
}
