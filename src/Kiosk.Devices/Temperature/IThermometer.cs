namespace Kiosk.Devices.Temperature;

/// <summary>How hot it is inside the case.</summary>
public interface IThermometer
{
    /// <summary>Where it is, for reports.</summary>
    string Name { get; }

    /// <param name="celsius">Degrees Celsius, -40 to 125.</param>
    /// <returns>False: the sensor is gone or says nothing sensible.</returns>
    bool TryRead(out double celsius);
}
