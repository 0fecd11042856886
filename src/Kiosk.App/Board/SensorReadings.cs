namespace Kiosk.App.Board;

/// <summary>The last reading of each sensor. Null: no such sensor, or it is gone. Thread-safe.</summary>
internal sealed class SensorReadings
{
    private readonly Lock _gate = new();

    /// <summary>Ambient light, lux.</summary>
    public double? Lux { get => Locked(ref field); set => Lock(ref field, value); }

    /// <summary>Temperature inside the case, degrees Celsius.</summary>
    public double? Celsius { get => Locked(ref field); set => Lock(ref field, value); }

    /// <summary>Brightness to which the screen is set, 0 to 1.</summary>
    public double? Screen { get => Locked(ref field); set => Lock(ref field, value); }

    private double? Locked(ref double? field)
    {
        lock (_gate) return field;
    }

    private void Lock(ref double? field, double? value)
    {
        lock (_gate) field = value;
    }
}
