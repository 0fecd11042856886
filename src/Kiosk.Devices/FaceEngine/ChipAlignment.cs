using System.Numerics;

namespace Kiosk.Devices.FaceEngine;

/// <summary>How a face is aligned in the square picture (chip) that a recogniser reads: which landmarks go to which places.</summary>
/// <param name="points">Picks the landmarks to use from the 68.</param>
/// <param name="template">Their places in the chip, pixels.</param>
internal sealed class ChipAlignment(Func<ReadOnlySpan<Vector2>, Vector2[]> points, Vector2[] template)
{
    private static readonly Vector2 Nose = new(56, 72);

    private static readonly Dictionary<string, Func<float, ChipAlignment[]>> Alignments = new()
    {
        ["arcface-5-points"] = scale => [ByFive(scale, 1)],
        ["arcface-5-and-51-points"] = scale => [ByFive(scale, 1.02f), ByMeanFace(scale)],
    };

    /// <summary>
    /// Values of <c>input.align</c> in the manifest for a network of the ArcFace kind. Two chips, aligned by five points and by the 51
    /// points of the mean face, lower FNMR from 3.9 to 3.3 % at FMR 1e-4 (models/cards/mobilefacenet.md) and take twice the time.
    /// </summary>
    public static IReadOnlyCollection<string> Names => Alignments.Keys;

    /// <param name="side">Side of the chip, pixels; the templates are for 112 and are scaled.</param>
    /// <returns>One for each chip; null: no such alignment.</returns>
    public static ChipAlignment[]? ByName(string name, int side) => Alignments.GetValueOrDefault(name)?.Invoke(side / 112f);

    public Similarity2D Fit(ReadOnlySpan<Vector2> landmarks) => Similarity2D.Fit(points(landmarks), template);

    /// <param name="zoom">How much larger the face is than in the published template, about the nose.</param>
    private static ChipAlignment ByFive(float scale, float zoom) =>
        new(Five, [.. Landmarks.ArcFace112.ToArray().Select(p => (Nose + ((p - Nose) * zoom)) * scale)]);

    private static ChipAlignment ByMeanFace(float scale) =>
        new(l => l[17..].ToArray(), [.. Landmarks.ArcFaceMean112.ToArray().Select(p => p * scale)]);

    private static Vector2[] Five(ReadOnlySpan<Vector2> landmarks)
    {
        Vector2[] five = new Vector2[5];
        Landmarks.Five(landmarks, five);
        return five;
    }
}
