using Kiosk.Devices.Buses;

namespace Kiosk.Devices.Tamper;

/// <summary>A switch that connects the line to ground while the case is shut, with a pull-up: open case and cut wire are the same.</summary>
public sealed class GpioTamperSwitch : ITamperSwitch
{
    /// <summary>Longer than a contact bounces, shorter than a hand needs.</summary>
    public static readonly TimeSpan Stands = TimeSpan.FromMilliseconds(30);

    private readonly GpioInput _shut;

    /// <param name="shut">Active (low) while the case is shut; disposed here.</param>
    public GpioTamperSwitch(GpioInput shut)
    {
        _shut = shut;
        shut.Changed += active => Changed?.Invoke(!active);
    }

    public bool IsOpen => !_shut.IsActive;

    public event Action<bool>? Changed;

    public void Dispose() => _shut.Dispose();
}
