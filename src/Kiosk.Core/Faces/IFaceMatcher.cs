using System.Numerics;

namespace Kiosk.Core.Faces;

/// <summary>One face in one picture, as a matcher gets it; a view, valid only during the call.</summary>
/// <param name="bgr">8-bit rows from top to bottom, 3 bytes a pixel in the order blue, green, red; no padding between rows. Length = width * height * 3.</param>
/// <param name="width">Pixels, 1 to 4096.</param>
/// <param name="height">Pixels, 1 to 4096.</param>
/// <param name="landmarks">The 68 points in dlib's order (iBUG 300-W), in pixels, x to the right, y down; 36..41 is the eye on the image's left.</param>
public readonly ref struct FaceImage(ReadOnlySpan<byte> bgr, int width, int height, ReadOnlySpan<Vector2> landmarks)
{
    public ReadOnlySpan<byte> Bgr { get; } = bgr;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public ReadOnlySpan<Vector2> Landmarks { get; } = landmarks;
}

/// <summary>
/// A 1:1 face recogniser behind one seam, so that a certified commercial SDK can take the place of ours.
/// The contract follows NIST's FRVT 1:1 header (frvt11.h, usnistgov/frvt): templates are made once per face and compared
/// without the picture. A threshold belongs to one model, one alignment and one averaging rule; never carry it over.
/// Not for two threads at once.
/// </summary>
public interface IFaceMatcher : IDisposable
{
    /// <summary>Which model, and what staff must know of it.</summary>
    FaceEngineFacts Facts { get; }

    /// <summary>Values in a template, 1 to 4096.</summary>
    int TemplateLength { get; }

    /// <summary>
    /// Aligns the face by its landmarks and computes its template. Card photo and live frame are treated alike.
    /// Deterministic: the same bytes give the same template on the same machine.
    /// </summary>
    /// <param name="face">Not kept after the call.</param>
    /// <param name="template">Written in full, <see cref="TemplateLength"/> values. The caller owns and zeroes it.</param>
    void CreateTemplate(FaceImage face, Span<float> template);

    /// <summary>The one template that stands for several of the same person (mean by the engine's own rule).</summary>
    /// <param name="templates">One after the other, a whole number of <see cref="TemplateLength"/>, at least one.</param>
    /// <param name="mean">Written in full. May not overlap <paramref name="templates"/>.</param>
    void Average(ReadOnlySpan<float> templates, Span<float> mean);

    /// <summary>
    /// Dissimilarity of two templates of this engine: 0 is identical, smaller is nearer, symmetric.
    /// Same person when it is at most <see cref="FaceEngineFacts.ThresholdFor"/> the templates averaged.
    /// </summary>
    /// <returns>0 or more, in the engine's own unit; never NaN.</returns>
    double Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe);
}
