using System.Numerics;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Quality;

/// <summary>Measures one face in one frame. Buffers are reused; <see cref="Clear"/> zeroes them.</summary>
internal sealed class QualityMeter : IDisposable
{
    private const int Side = 112;
    private static readonly Rect Skin = new(24, 36, 64, 60);
    private static readonly Rect Eyes = new(22, 42, 68, 18);
    private static readonly Rect LeftEye = new(29, 46, 19, 12);
    private static readonly Rect RightEye = new(64, 46, 19, 12);
    private static readonly Rect Mouth = new(36, 82, 40, 22);

    private readonly Mat _chip = new();
    private readonly Mat _grey = new();
    private readonly Mat _work = new();
    private readonly Mat _small = new();

    private readonly (Mat Kernel, double Usual)[] _directions = Directions();

    public FaceQuality Measure(Mat bgr, FaceShape shape)
    {
        Span<Vector2> five = stackalloc Vector2[5];
        Landmarks.Five(shape.Points, five);
        Similarity2D.Fit(five, Landmarks.ArcFace112).Warp(bgr, _chip, Side, Side);
        Cv2.CvtColor(_chip, _grey, ColorConversionCodes.BGR2GRAY);
        (double faceLuma, double contrast) = Statistics(_grey, Skin);
        double sharpness = Sharpness(contrast);
        Cv2.Sobel(_grey, _work, MatType.CV_32F, 0, 1);
        double mouth = Statistics(_work, Mouth).Variance / Math.Max(Statistics(_work, Eyes).Variance, 1);
        double eye = Math.Min(Statistics(_work, LeftEye).Variance, Statistics(_work, RightEye).Variance) / Math.Max(contrast, 1);
        return new(shape.Iod, HeadPose.FromMesh(shape.Mesh), sharpness, faceLuma, SceneLuma(bgr, shape), Math.Sqrt(eye), Math.Sqrt(mouth));
    }

    /// <summary>
    /// Second derivatives along columns, rows and both diagonals, each with its usual share of the skin's contrast (median face of
    /// lfw-dev).
    /// </summary>
    private static (Mat Kernel, double Usual)[] Directions()
    {
        Mat down = Mat.FromArray(1f, -2f, 1f), across = new(), slanting = Mat.Diag(down), otherWay = slanting.Flip(FlipMode.Y);
        Cv2.Transpose(down, across);
        return [(down, 0.064), (across, 0.029), (slanting, 0.127), (otherWay, 0.127)];
    }

    /// <summary>The least over the directions: a moving head is blurred in one direction only, and a mean would still be high.</summary>
    private double Sharpness(double contrast)
    {
        double least = double.MaxValue;
        foreach ((Mat kernel, double usual) in _directions)
        {
            Cv2.Filter2D(_grey, _work, MatType.CV_32F, kernel);
            least = Math.Min(least, Statistics(_work, Skin).Variance / usual);
        }

        return least / Math.Max(contrast, 1);
    }

    public void Clear()
    {
        foreach (Mat buffer in (Mat[])[_chip, _grey, _work, _small])
        {
            if (!buffer.Empty()) buffer.SetTo(Scalar.All(0));
        }
    }

    public void Dispose()
    {
        _chip.Dispose();
        _grey.Dispose();
        _work.Dispose();
        _small.Dispose();
        foreach ((Mat kernel, _) in _directions) kernel.Dispose();
    }

    private static (double Mean, double Variance) Statistics(Mat picture, Rect area)
    {
        using Mat part = picture.SubMat(area);
        Cv2.MeanStdDev(part, out Scalar mean, out Scalar deviation);
        return (mean.Val0, deviation.Val0 * deviation.Val0);
    }

    private double SceneLuma(Mat bgr, FaceShape shape)
    {
        const int Step = 8;
        (int width, int height) = (bgr.Width / Step, bgr.Height / Step);
        Cv2.Resize(bgr, _small, new Size(width, height), 0, 0, InterpolationFlags.Nearest);
        Vector2 centre = shape.Centre / Step;
        float reach = shape.Iod * 1.5f / Step;
        ReadOnlySpan<byte> bytes = Pixels.Bytes(_small);
        double sum = 0;
        int count = 0;
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at += 3)
            {
                // Below the face are the patient's clothes, which say nothing about the light.
                if (Math.Abs(x - centre.X) < reach && y > centre.Y - reach) continue;
                sum += (0.114 * bytes[at]) + (0.587 * bytes[at + 1]) + (0.299 * bytes[at + 2]);
                count++;
            }
        }

        return count == 0 ? 0 : sum / count;
    }
}
