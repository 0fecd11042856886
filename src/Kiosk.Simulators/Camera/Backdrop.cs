using System.Numerics;
using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Draws a photograph into a camera view. The edges of the photograph fade into its own blurred copy, which fills the view.
/// </summary>
internal static class Backdrop
{
    private const int Feather = 41;

    /// <summary>The photo over the whole view, blurred until no face can be detected. The caller disposes it.</summary>
    public static Mat Blur(Mat photo)
    {
        using Mat tiny = new();
        Cv2.Resize(photo, tiny, new Size(4, 3), 0, 0, InterpolationFlags.Area);
        Mat view = new();
        Cv2.Resize(tiny, view, new Size(CameraFrame.Width, CameraFrame.Height), 0, 0, InterpolationFlags.Cubic);
        return view;
    }

    /// <summary>Draws a photo over a view.</summary>
    /// <param name="centre">Point of the photo that is drawn at <paramref name="place"/>.</param>
    /// <param name="area">Part of the view the photo may cover.</param>
    public static void Put(Mat photo, Vector2 centre, double scale, Vector2 place, Rect area, Mat view)
    {
        using Mat matrix = Mat.FromPixelData(
            2, 3, MatType.CV_64FC1, (double[])[scale, 0, place.X - (scale * centre.X), 0, scale, place.Y - (scale * centre.Y)]);
        using Mat placed = new();
        Cv2.WarpAffine(photo, placed, matrix, view.Size(), InterpolationFlags.Cubic, BorderTypes.Replicate);
        using Mat inside = new(photo.Size(), MatType.CV_8UC1, Scalar.All(255));
        using Mat mask = new();
        Cv2.WarpAffine(inside, mask, matrix, view.Size());
        using Mat allowed = Mat.Zeros(view.Size(), MatType.CV_8UC1);
        allowed.Rectangle(area, Scalar.All(255), -1);
        Cv2.BitwiseAnd(mask, allowed, mask);
        using Mat kernel = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(Feather, Feather));
        Cv2.Erode(mask, mask, kernel, borderType: BorderTypes.Constant, borderValue: Scalar.All(255));
        Cv2.GaussianBlur(mask, mask, new Size(Feather, Feather), 0);
        using Mat share = new();
        using Mat rest = new();
        mask.ConvertTo(share, MatType.CV_32FC1, 1 / 255.0);
        Cv2.Subtract(Scalar.All(1), share, rest);
        using Mat old = view.Clone();
        Cv2.BlendLinear(placed, old, share, rest, view);
    }
}
