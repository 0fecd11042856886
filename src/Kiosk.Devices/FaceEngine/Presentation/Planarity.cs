using System.Numerics;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Tells a head that turned from a picture that was turned. When a head turns, the nose moves relative to the eyes, and no homography maps
/// one view to the other. The limits were measured on 204 pairs of views of turned photos and 190 pairs of one live head that turned.
/// </summary>
internal static class Planarity
{
    /// <summary>
    /// Change of <see cref="Parallax"/> in the direction asked for. A print turned by 35 degrees stays below 0.15 in 95 % of pairs; a
    /// live turn has 0.46 (median).
    /// </summary>
    public const double LeastParallaxChange = 0.20;

    /// <summary>A print turned by 35 degrees stays below 0.035 in 95 % of pairs; a live head is above 0.060 in 95 % of pairs.</summary>
    public const double LeastResidual = 0.045;

    private static readonly int[] Inner = [.. Enumerable.Range(17, Landmarks.Count - 17)];

    /// <summary>Position of the nose tip between the eyes, in inter-ocular distances; positive to the right of the image.</summary>
    public static double Parallax(ReadOnlySpan<Vector2> points)
    {
        Vector2 left = Landmarks.LeftEye(points);
        Vector2 across = Landmarks.RightEye(points) - left;
        return (Vector2.Dot(points[Landmarks.NoseTip] - left, across) / across.LengthSquared()) - 0.5;
    }

    /// <summary>
    /// Root mean square error of the best homography from one view to the other, in inter-ocular distances of the second.
    /// </summary>
    /// <param name="of">Which of the 68 points; null: all but the jaw, whose points move along the contour when the head turns.</param>
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
