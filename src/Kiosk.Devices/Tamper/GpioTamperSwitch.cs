using Kiosk.Devices.Buses;

namespace Kiosk.Devices.Tamper;

/// <summary>A switch that connects the line to ground while the case is closed, with a pull-up. A cut wire reads as an open case.</summary>
public sealed class GpioTamperSwitch : ITamperSwitch
{
    /// <summary>Longer than a contact bounces, shorter than a person needs to open the case.</summary>
    public static readonly TimeSpan DebounceTime = TimeSpan.FromMilliseconds(30);

    private readonly GpioInput _shut;

    /// <param name="shut">Active (low) while the case is closed; disposed here.</param>
    public GpioTamperSwitch(GpioInput shut)
    {
        _shut = shut;
        shut.Changed += active => Changed?.Invoke(!active);
    }

    public bool IsOpen => !_shut.IsActive;

    public event Action<bool>? Changed;

    public void Dispose() => _shut.Dispose();
}
