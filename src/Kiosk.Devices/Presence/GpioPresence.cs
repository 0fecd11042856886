using Kiosk.Devices.Buses;

namespace Kiosk.Devices.Presence;

/// <summary>A PIR or radar module with one output line, high while something moves (HC-SR501 datasheet). Not
/// with Hcsr501 of Iot.Device.Bindings: it has no debouncing, no active-low lines, and believes the sensor's first minute.</summary>
public sealed class GpioPresence : IPresence
{
    /// <summary>After power-on an HC-SR501 gives false pulses for up to a minute.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(60);

    private readonly GpioInput _line;
    private readonly TimeProvider _time;
    private readonly long _since;

    /// <param name="line">Disposed here.</param>
    public GpioPresence(GpioInput line, TimeProvider time)
    {
        (_line, _time, _since) = (line, time, time.GetTimestamp());
        line.Changed += there =>
        {
            if (IsWarm) Changed?.Invoke(there);
        };
    }

    public bool IsSomebodyThere => IsWarm && _line.IsActive;

    public event Action<bool>? Changed;

    private bool IsWarm => _time.GetElapsedTime(_since) >= WarmUp;

    public void Dispose() => _line.Dispose();
}
