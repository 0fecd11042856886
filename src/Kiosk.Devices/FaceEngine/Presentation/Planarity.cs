using System.Numerics;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Tells a head that turned from a picture that was turned: a head's nose wanders across its eyes, and no homography brings
/// the two views together. Figures on 204 pairs of flat pictures and 190 of a live turn: face.md 9.2.
/// </summary>
internal static class Planarity
{
    /// <summary>Change of <see cref="Parallax"/> in the direction asked for. A print turned by 35 degrees reaches 0.15 (95 %).</summary>
    public const double LeastParallaxChange = 0.20;

    /// <summary>A print turned by 35 degrees reaches 0.035 (95 %), a live head has 0.060 (5 %) and more.</summary>
    public const double LeastResidual = 0.045;

    private static readonly int[] Inner = [.. Enumerable.Range(17, Landmarks.Count - 17)];

    /// <summary>Where the nose tip stands between the eyes, in inter-ocular distances; more is further to the image's right.</summary>
    public static double Parallax(ReadOnlySpan<Vector2> points)
    {
        Vector2 left = Landmarks.LeftEye(points);
        Vector2 across = Landmarks.RightEye(points) - left;
        return (Vector2.Dot(points[Landmarks.NoseTip] - left, across) / across.LengthSquared()) - 0.5;
    }

    /// <summary>Root mean square that remains after the best homography from one view to the other, in inter-ocular distances of the second.</summary>
    /// <param name="of">Which of the 68 points; null: all but the jaw, whose points slide along the contour as the head turns.</param>
    public static double Residual(ReadOnlySpan<Vector2> from, ReadOnlySpan<Vector2> to, int[]? of = null)
    {
        Point2d[] a = Pick(from, of ?? Inner);
        Point2d[] b = Pick(to, of ?? Inner);
        using Mat homography = Cv2.FindHomography(a, b);
        if (homography.Empty()) return 0;
        double sum = 0;
        Point2d[] moved = Cv2.PerspectiveTransform(a, homography);
        for (int i = 0; i < b.Length; i++) sum += (moved[i] - b[i]).DotProduct(moved[i] - b[i]);
        return Math.Sqrt(sum / b.Length) / Landmarks.Iod(to);
    }

    private static Point2d[] Pick(ReadOnlySpan<Vector2> points, int[] of)
    {
        Point2d[] picked = new Point2d[of.Length];
        for (int i = 0; i < of.Length; i++) picked[i] = new(points[of[i]].X, points[of[i]].Y);
        return picked;
    }
}
