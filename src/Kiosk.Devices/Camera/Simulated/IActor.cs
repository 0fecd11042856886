using OpenCvSharp;

namespace Kiosk.Devices.Camera.Simulated;

/// <summary>Who or what stands before the simulated camera.</summary>
internal interface IActor : IDisposable
{
    /// <summary>Draws one frame.</summary>
    /// <param name="seconds">Since the camera was opened; drives the small movements.</param>
    /// <param name="turn">-1 (own right) to 1 (own left): how far the head, or the paper, is turned.</param>
    /// <param name="frame">640 x 480, 8-bit BGR; written in full.</param>
    void Draw(double seconds, double turn, Mat frame);
}

/// <summary>The small movements of somebody who stands still: a slow sway of some pixels.</summary>
internal static class Sway
{
    /// <summary>Affine matrix (2 x 3, double) that moves a 640 x 480 picture; the caller disposes it.</summary>
    /// <param name="strength">1: a person; 2: a hand with a paper.</param>
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
