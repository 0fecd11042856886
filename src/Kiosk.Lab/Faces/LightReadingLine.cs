using System.Numerics;
using System.Text.Json;
using Kiosk.Devices.FaceEngine.Presentation;

namespace Kiosk.Lab.Faces;

/// <summary>What was measured of one presentation, as one line of JSON: figures only, no picture. To choose limits without drawing
/// again.</summary>
internal static class LightReadingLine
{
    public static string Of(int person, string species, string room, double lux, LightReading reading) => JsonSerializer.Serialize(new
    {
        person,
        species,
        room,
        lux,
        steps = reading.Steps.Select(s => $"{s.Side} {s.Hue}"),
        places = reading.Places.Select(Numbers),
        normals = reading.Normals.Select(Numbers),
        face = reading.Face.Select(Rounded),
        // Black or white patches are not numbers.
        rim = reading.Rim.Select(step => step.Select(v => double.IsFinite(v) ? Math.Round(v, 6) : (double?)null)),
        noise = reading.Noise,
        frames = reading.Frames,
    });

    private static float[] Numbers(Vector3 v) => [v.X, v.Y, v.Z];

    private static IEnumerable<double> Rounded(double[] values) => values.Select(v => Math.Round(v, 6));
}
