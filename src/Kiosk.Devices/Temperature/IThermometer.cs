namespace Kiosk.Devices.Temperature;

/// <summary>Measures the temperature inside the case.</summary>
public interface IThermometer
{
    /// <summary>Name of the sensor, for reports.</summary>
    string Name { get; }

    /// <param name="celsius">Degrees Celsius, -40 to 125.</param>
    /// <returns>False: the sensor is gone or gives an impossible value.</returns>
    bool TryRead(out double celsius);

    /// <summary>A board can have this temperature. A sensor without power gives -273 or 0xFF…</summary>
    static bool IsPossible(double celsius) => celsius is >= -40 and <= 125;
}
