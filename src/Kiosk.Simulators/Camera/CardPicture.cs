using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Makes a photograph in the format of a My Number Card: 240 x 320, greyscale, JPEG 2000 of about 5 KB, cropped like an ID photo.
/// </summary>
public static class CardPicture
{
    private const int Width = 240;
    private const int Height = 320;
    private const int Bytes = 4900;

    /// <summary>
    /// Distance between the eyes in the cropped picture, pixels. It matches a 35 x 45 mm photo with a face of 32 to 36 mm.
    /// </summary>
    private const double Iod = 58;

    /// <param name="picture">8-bit BGR. The nearest, most central frontal face is cropped. The picture is not kept.</param>
    /// <returns>A JP2 file.</returns>
    /// <exception cref="ArgumentException">No face.</exception>
    public static byte[] Make(Mat picture, ModelStore? store = null)
    {
        using FaceFinder finder = new(store ?? new());
        FaceShape shape = new();
        return finder.Find(picture, shape) is null or FaceGuidance.OnlyOnePerson
            ? Make(picture, shape)
            : throw new ArgumentException("no face", nameof(picture));
    }

    /// <summary>Crops the face if one is found, else the middle of the picture.</summary>
    public static byte[] MakeOfAny(Mat picture, ModelStore? store = null)
    {
        try
        {
            return Make(picture, store);
        }
        catch (Exception none) when (none is ArgumentException or Kiosk.Core.Failures.FailureException)
        {
            using Mat cut = new();
            double scale = Math.Max(Width / (double)picture.Width, Height / (double)picture.Height);
            Cv2.Resize(picture, cut, new Size(Math.Max(Width, picture.Width * scale), Math.Max(Height, picture.Height * scale)),
                interpolation: InterpolationFlags.Area);
            using Mat middle = cut[new Rect((cut.Width - Width) / 2, (cut.Height - Height) / 2, Width, Height)];
            using Mat grey = new();
            Cv2.CvtColor(middle, grey, ColorConversionCodes.BGR2GRAY);
            return Encode(grey);
        }
    }

    internal static byte[] Make(Mat picture, FaceShape shape)
    {
        using Mat cut = new();
        Similarity2D square = Similarity2D.Square(shape.Centre, Width * shape.Iod / Iod, 0, Width);
        // The mean of the face points is at the nose. In an ID photo the nose is a little below the middle.
        Similarity2D portrait = square with { Y = square.Y + ((Height - Width) / 2.0) + 6 };
        portrait.Warp(picture, cut, Width, Height);
        Cv2.CvtColor(cut, cut, ColorConversionCodes.BGR2GRAY);
        return Encode(cut);
    }

    private static byte[] Encode(Mat grey)
    {
        Cv2.ImEncode(".jp2", grey, out byte[] jp2, [(int)ImwriteFlags.Jpeg2000CompressionX1000, 1000 * Bytes / (Width * Height)]);
        return jp2;
    }
}
