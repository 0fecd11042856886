using System.Numerics;
using Kiosk.Core.Faces;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// Makes the template of the card photo. It is made once a visit, so it may cost more time than a frame's: the face is cut several
/// times, a little larger, smaller and shifted, and the template is the mean. That averages out errors of JPEG 2000 and of one alignment.
/// </summary>
internal static class CardReference
{
    /// <summary>Factor, and shift to the right and down in inter-ocular distances.</summary>
    private static readonly (float Scale, float X, float Y)[] Cuts =
        [(1, 0, 0), (1.05f, 0, 0), (0.95f, 0, 0), (1, 0.057f, 0), (1, -0.057f, 0), (1, 0, 0.057f), (1, 0, -0.057f)];

    /// <param name="picture">The card photo, decoded; zeroed here.</param>
    /// <param name="shape">Working memory.</param>
    /// <param name="template">Written only when a face was found.</param>
    /// <returns>False: no face was found.</returns>
    public static bool TryMake(FaceFinder finder, IFaceMatcher matcher, Mat picture, FaceShape shape, Span<float> template)
    {
        try
        {
            if (!Finds(finder, picture, shape)) return false;
            Make(matcher, picture, shape, template);
            return true;
        }
        finally
        {
            picture.SetTo(Scalar.All(0));
        }
    }

    /// <summary>Finds the nearest, most central face; other faces in the background are accepted.</summary>
    /// <returns>False: no face; the shape is not written.</returns>
    public static bool Finds(FaceFinder finder, Mat picture, FaceShape shape) =>
        finder.Find(picture, shape) is null or FaceGuidance.OnlyOnePerson;

    private static void Make(IFaceMatcher matcher, Mat picture, FaceShape shape, Span<float> template)
    {
        float[] templates = GC.AllocateArray<float>(Cuts.Length * matcher.TemplateLength, pinned: true);
        Span<Vector2> moved = stackalloc Vector2[Landmarks.Count];
        (Vector2 centre, float iod) = (shape.Centre, shape.Iod);
        for (int i = 0; i < Cuts.Length; i++)
        {
            (float scale, float x, float y) = Cuts[i];
            for (int p = 0; p < moved.Length; p++) moved[p] = centre + ((shape.Points[p] - centre) * scale) + (new Vector2(x, y) * iod);
            matcher.CreateTemplate(new(Pixels.Bytes(picture), picture.Width, picture.Height, moved),
                templates.AsSpan(i * matcher.TemplateLength, matcher.TemplateLength));
        }

        matcher.Average(templates, template);
        Array.Clear(templates);
    }
}
