using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Changes a colour picture to an approximate near-infrared picture. It exercises the code; thresholds cannot be calibrated with
/// it.
/// </summary>
internal static class Infrared
{
    /// <summary>Makes the frame grey, with the given share of its contrast, around the given luma.</summary>
    public static void Even(Mat frame, double contrast, double luma)
    {
        using Mat grey = new();
        Cv2.CvtColor(frame, grey, ColorConversionCodes.BGR2GRAY);
        grey.ConvertTo(grey, -1, contrast, luma - (contrast * Cv2.Mean(grey).Val0));
        Cv2.CvtColor(grey, frame, ColorConversionCodes.GRAY2BGR);
        grey.SetTo(Scalar.All(0));
    }

    /// <summary>Lambert's law on a sphere of the head's size: less light where the surface faces away from the lamp.</summary>
    public static void Round(Mat frame, FaceShape shape)
    {
        double reach = 1.25 * shape.Iod;
        (int width, int height) = (frame.Width, frame.Height);
        for (int x = 0; x < width; x++)
        {
            double aside = Math.Min(1, Math.Abs(x - shape.Centre.X) / reach);
            using Mat column = frame.SubMat(0, height, x, x + 1);
            column.ConvertTo(column, -1, 0.45 + (0.75 * Math.Sqrt(1 - (aside * aside))));
        }
    }
}
