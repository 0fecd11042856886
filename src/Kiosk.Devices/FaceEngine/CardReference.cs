using System.Numerics;
using Kiosk.Core.Faces;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// The card photo's template. It is made once a visit, so it may cost more than a frame's: the face is taken in several cuts,
/// a little larger, smaller and aside, and their mean stands for it. That evens out what JPEG 2000 and one alignment did.
/// </summary>
internal static class CardReference
{
    /// <summary>Factor, and shift to the right and down in inter-ocular distances.</summary>
    private static readonly (float Scale, float X, float Y)[] Cuts =
        [(1, 0, 0), (1.05f, 0, 0), (0.95f, 0, 0), (1, 0.057f, 0), (1, -0.057f, 0), (1, 0, 0.057f), (1, 0, -0.057f)];

    /// <param name="picture">The card's, decoded; zeroed here.</param>
    /// <param name="shape">Working space.</param>
    /// <param name="template">Written in full when a face was found.</param>
    /// <returns>False: no face in it.</returns>
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

    /// <summary>Others in the background of a photograph do not spoil the nearest, most central face.</summary>
    /// <returns>False: no face, and the shape is not written.</returns>
    public static bool Finds(FaceFinder finder, Mat picture, FaceShape shape) => finder.Find(picture, shape) is null or FaceGuidance.OnlyOnePerson;

    private static void Make(IFaceMatcher matcher, Mat picture, FaceShape shape, Span<float> template)
    {
        float[] templates = GC.AllocateArray<float>(Cuts.Length * matcher.TemplateLength, pinned: true);
        Span<Vector2> moved = stackalloc Vector2[Landmarks.Count];
        (Vector2 centre, float iod) = (shape.Centre, shape.Iod);
        for (int i = 0; i < Cuts.Length; i++)
        {
            (float scale, float x, float y) = Cuts[i];
            for (int p = 0; p < moved.Length; p++) moved[p] = centre + ((shape.Points[p] - centre) * scale) + (new Vector2(x, y) * iod);
            matcher.CreateTemplate(new(Pixels.Bytes(picture), picture.Width, picture.Height, moved), templates.AsSpan(i * matcher.TemplateLength, matcher.TemplateLength));
        }

        matcher.Average(templates, template);
        Array.Clear(templates);
    }
}
