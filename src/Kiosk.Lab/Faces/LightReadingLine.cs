using System.Numerics;
using System.Text.Json;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Presentation;

namespace Kiosk.Lab.Faces;

/// <summary>What was measured of one presentation, as one line of JSON: figures only, no picture. So that limits are chosen, and other
/// limits are tried, without drawing again.</summary>
/// <param name="Person">From 0, in the order of the folders.</param>
/// <param name="Steps">Side and hue of each step.</param>
/// <param name="Rim">Null: black or white patches.</param>
internal sealed record LightReadingLine(
    int Person, string Species, string Room, double Lux, string[] Steps, float[][] Places, float[][] Normals, double[][] Face,
    double?[][] Rim, double[] Noise, int[] Frames)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Of(int person, string species, string room, double lux, LightReading reading) =>
        JsonSerializer.Serialize(new LightReadingLine(person, species, room, lux, [.. reading.Steps.Select(s => $"{s.Side} {s.Hue}")],
            [.. reading.Places.Select(Numbers)], [.. reading.Normals.Select(Numbers)], [.. reading.Face.Select(Rounded)],
            [.. reading.Rim.Select(step => (double?[])[.. step.Select(v => double.IsFinite(v) ? Math.Round(v, 6) : (double?)null)])],
            reading.Noise, reading.Frames), Json);

    /// <exception cref="InvalidDataException">It is not a line of <see cref="Of"/>.</exception>
    public static LightReadingLine Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<LightReadingLine>(line, Json)
                ?? throw new InvalidDataException("not a line of --readings: null");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"not a line of --readings: {wrong.Message}", wrong);
        }
    }

    public LightReading Reading() => new(
        [.. Places.Select(Vector)], [.. Normals.Select(Vector)], [.. Steps.Select(Step)], Face,
        [.. Rim.Select(step => (double[])[.. step.Select(v => v ?? double.NaN)])], Noise, Frames);

    private static LightStep Step(string text) =>
        text.Split(' ') is [string side, string hue] ? new(Enum.Parse<LightSide>(side), Enum.Parse<LightHue>(hue)) : default;

    private static float[] Numbers(Vector3 v) => [v.X, v.Y, v.Z];

    private static Vector3 Vector(float[] v) => new(v[0], v[1], v[2]);

    private static double[] Rounded(double[] values) => [.. values.Select(v => Math.Round(v, 6))];
}
