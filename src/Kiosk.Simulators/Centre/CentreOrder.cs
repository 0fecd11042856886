using System.Text.Json;

namespace Kiosk.Simulators.Centre;

/// <summary>What a tester wants from the simulated centre now.</summary>
/// <param name="Answer">Of <see cref="SimulatedCentre.Known"/>; null: each card its own, in turn.</param>
/// <param name="DelayMs">Milliseconds until the answer.</param>
/// <param name="Hangs">There is never an answer, and no failure either.</param>
public sealed record CentreOrder(string? Answer = null, int DelayMs = 0, bool Hangs = false)
{
    /// <summary>Written by the simulated desk, read by the reception at each question.</summary>
    /// <returns>No file, or one that is being written: no order.</returns>
    public static CentreOrder ReadFrom(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<CentreOrder>(File.ReadAllText(file)) ?? new() : new();
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return new();
        }
    }

    public void WriteTo(string file)
    {
        // Renamed into place: the reader never sees a half.
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(this));
        File.Move(file + ".new", file, overwrite: true);
    }
}
