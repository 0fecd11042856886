using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>The person or object in front of the simulated camera.</summary>
internal interface IActor : IDisposable
{
    /// <summary>Draws one frame.</summary>
    /// <param name="seconds">Seconds since the camera was opened; drives the small movements.</param>
    /// <param name="move">Current movement of the person or the paper.</param>
    /// <param name="frame">640 x 480, 8-bit BGR; every pixel is written.</param>
    void Draw(double seconds, HeadMove move, Mat frame);

    /// <summary>Changes a colour frame to the view of a near-infrared camera with a lamp beside its lens.</summary>
    /// <param name="frame">A frame drawn by <see cref="Draw"/>; changed in place.</param>
    void ToInfrared(Mat frame);

    /// <summary>Its surface, for the light's steps; null: it sends no light back.</summary>
    LitSurface? Surface() => null;
}

/// <summary>Movement of a head.</summary>
/// <param name="Turn">-1 (own right) to 1 (own left).</param>
/// <param name="Mouth">0 closed to 1 wide open.</param>
internal readonly record struct HeadMove(double Turn = 0, double Mouth = 0)
{
    public bool IsStill => Math.Abs(Turn) < 0.01 && Mouth < 0.01;
}

/// <summary>The small movements of a person who stands still: a slow sway of some pixels.</summary>
internal static class Sway
{
    /// <summary>Affine matrix (2 x 3, double) that moves a 640 x 480 picture; the caller disposes it.</summary>
    /// <param name="strength">1: a person; 2: a hand that holds a paper.</param>
    public static Mat At(double seconds, double strength)
    {
        double x = strength * ((2.5 * Math.Sin(2.1 * seconds)) + (1.2 * Math.Sin((5.3 * seconds) + 1)));
        double y = strength * ((1.6 * Math.Sin((1.7 * seconds) + 2)) + (0.8 * Math.Sin(4.1 * seconds)));
        double degrees = strength * 0.5 * Math.Sin((1.3 * seconds) + 0.5);
        Mat matrix = Cv2.GetRotationMatrix2D(new Point2f(320, 240), degrees, 1 + (0.006 * strength * Math.Sin(0.9 * seconds)));
        matrix.Set(0, 2, matrix.At<double>(0, 2) + x);
        matrix.Set(1, 2, matrix.At<double>(1, 2) + y);
        return matrix;
    }
}
