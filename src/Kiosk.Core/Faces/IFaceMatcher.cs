using System.Numerics;

namespace Kiosk.Core.Faces;

/// <summary>One face in one picture. A view, valid only during the call.</summary>
/// <param name="bgr">
/// Rows from top to bottom without padding, 3 bytes for a pixel in the order blue, green, red. Length: width * height * 3.
/// </param>
/// <param name="width">Pixels, 1 to 4096.</param>
/// <param name="height">Pixels, 1 to 4096.</param>
/// <param name="landmarks">
/// The 68 points of iBUG 300-W in dlib's order, in pixels, x to the right, y down. 36 to 41 is the eye on the left of the image.
/// </param>
public readonly ref struct FaceImage(ReadOnlySpan<byte> bgr, int width, int height, ReadOnlySpan<Vector2> landmarks)
{
    public ReadOnlySpan<byte> Bgr { get; } = bgr;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public ReadOnlySpan<Vector2> Landmarks { get; } = landmarks;
}

/// <summary>
/// A 1:1 face recogniser. An interface, so that a certified commercial SDK can replace ours. It follows the header of NIST's FRVT 1:1
/// (frvt11.h, GitHub usnistgov/frvt): a template is made once for each face and compared without the picture. A threshold belongs to
/// one model, one alignment and one averaging rule, and must not be used with another. Not thread-safe.
/// </summary>
public interface IFaceMatcher : IDisposable
{
    /// <summary>Model, warning and thresholds.</summary>
    FaceEngineFacts Facts { get; }

    /// <summary>Values in a template, 1 to 4096.</summary>
    int TemplateLength { get; }

    /// <summary>
    /// Aligns the face by its landmarks and computes its template, in the same way for card photo and live frame.
    /// The same bytes give the same template on the same machine.
    /// </summary>
    /// <param name="face">Not kept after the call.</param>
    /// <param name="template">Receives <see cref="TemplateLength"/> values. The caller owns it and zeroes it.</param>
    void CreateTemplate(FaceImage face, Span<float> template);

    /// <summary>The mean of several templates of one person, by the rule of the engine.</summary>
    /// <param name="templates">At least one, one after the other, each of <see cref="TemplateLength"/> values.</param>
    /// <param name="mean">Receives <see cref="TemplateLength"/> values. Must not overlap <paramref name="templates"/>.</param>
    void Average(ReadOnlySpan<float> templates, Span<float> mean);

    /// <summary>
    /// Dissimilarity of two templates of this engine: 0 is identical, smaller is more alike; the order of the two does not matter.
    /// Same person: not above <see cref="FaceEngineFacts.ThresholdFor"/> the number of templates in the mean.
    /// </summary>
    /// <returns>0 or more, in the unit of the engine; never NaN.</returns>
    double Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe);
}
