using System.Numerics;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>Rotation, scale and shift: x' = A x - B y + X, y' = B x + A y + Y.</summary>
internal readonly record struct Similarity2D(double A, double B, double X, double Y)
{
    public double Scale => Math.Sqrt((A * A) + (B * B));

    /// <summary>The transform that brings <paramref name="from"/> nearest to <paramref name="to"/> (least squares).</summary>
    public static Similarity2D Fit(ReadOnlySpan<Vector2> from, ReadOnlySpan<Vector2> to)
    {
        Vector2 fromCentre = Landmarks.Mean(from);
        Vector2 toCentre = Landmarks.Mean(to);
        double spread = 0, a = 0, b = 0;
        for (int i = 0; i < from.Length; i++)
        {
            Vector2 s = from[i] - fromCentre;
            Vector2 d = to[i] - toCentre;
            spread += s.LengthSquared();
            a += Vector2.Dot(s, d);
            b += (s.X * d.Y) - (s.Y * d.X);
        }

        a /= spread;
        b /= spread;
        return new(a, b, toCentre.X - ((a * fromCentre.X) - (b * fromCentre.Y)), toCentre.Y - ((b * fromCentre.X) + (a * fromCentre.Y)));
    }

    /// <summary>
    /// Brings the square round <paramref name="centre"/>, turned by <paramref name="angle"/>, to a picture of <paramref name="size"/>
    /// pixels.
    /// </summary>
    /// <param name="side">Side of the square, pixels.</param>
    /// <param name="angle">Radians; the square's x axis in the picture.</param>
    public static Similarity2D Square(Vector2 centre, double side, double angle, int size)
    {
        double a = Math.Cos(-angle) * size / side;
        double b = Math.Sin(-angle) * size / side;
        return new(a, b, (size / 2.0) - ((a * centre.X) - (b * centre.Y)), (size / 2.0) - ((b * centre.X) + (a * centre.Y)));
    }

    public Vector2 Back(double x, double y)
    {
        double square = (A * A) + (B * B);
        (x, y) = (x - X, y - Y);
        return new((float)(((A * x) + (B * y)) / square), (float)(((A * y) - (B * x)) / square));
    }

    /// <summary>Warps into <paramref name="target"/>, linear, black outside.</summary>
    public void Warp(Mat source, Mat target, int width, int height)
    {
        Similarity2D rest = this;
        using Mat halved = new();
        Mat from = source;
        // Below half size a linear warp aliases: halve the picture with a smoothing filter first.
        while (rest.Scale < 0.5)
        {
            Cv2.PyrDown(from, halved);
            from = halved;
            rest = rest with { A = rest.A * 2, B = rest.B * 2 };
        }

        using Mat matrix = Mat.FromPixelData(2, 3, MatType.CV_64FC1, (double[])[rest.A, -rest.B, rest.X, rest.B, rest.A, rest.Y]);
        Cv2.WarpAffine(from, target, matrix, new Size(width, height), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(0));
        // A Mat does not zero the memory that it frees.
        if (from == halved) halved.SetTo(Scalar.All(0));
    }
}
