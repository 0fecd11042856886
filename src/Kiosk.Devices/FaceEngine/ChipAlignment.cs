using System.Numerics;

namespace Kiosk.Devices.FaceEngine;

/// <summary>How a face is brought into a recogniser's square: which landmarks go where.</summary>
/// <param name="points">Of the 68.</param>
/// <param name="template">Where they belong, pixels of the chip.</param>
internal sealed class ChipAlignment(Func<ReadOnlySpan<Vector2>, Vector2[]> points, Vector2[] template)
{
    private static readonly Vector2 Nose = new(56, 72);

    private static readonly Dictionary<string, Func<float, ChipAlignment[]>> Known = new()
    {
        ["arcface-5-points"] = scale => [ByFive(scale, 1)],
        ["arcface-5-and-51-points"] = scale => [ByFive(scale, 1.02f), ByMeanFace(scale)],
    };

    /// <summary>
    /// What <c>input.align</c> in the manifest may say for a network of the ArcFace kind. Two cuts, by five points and by the
    /// mean face's 51, lower FNMR from 3.9 to 3.3 % at FMR 1e-4 (models/cards/mobilefacenet.md) for twice the time.
    /// </summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <param name="side">Of the chip, pixels; the templates are for 112 and grow with it.</param>
    /// <returns>One for each cut that is taken; null: no such alignment.</returns>
    public static ChipAlignment[]? Of(string name, int side) => Known.GetValueOrDefault(name)?.Invoke(side / 112f);

    public Similarity2D Fit(ReadOnlySpan<Vector2> landmarks) => Similarity2D.Fit(points(landmarks), template);

    /// <param name="zoom">How much larger the face is than in the published template, about the nose.</param>
    private static ChipAlignment ByFive(float scale, float zoom) => new(Five, [.. Landmarks.ArcFace112.ToArray().Select(p => (Nose + ((p - Nose) * zoom)) * scale)]);

    private static ChipAlignment ByMeanFace(float scale) => new(l => l[17..].ToArray(), [.. Landmarks.ArcFaceMean112.ToArray().Select(p => p * scale)]);

    private static Vector2[] Five(ReadOnlySpan<Vector2> landmarks)
    {
        Vector2[] five = new Vector2[5];
        Landmarks.Five(landmarks, five);
        return five;
    }
}
