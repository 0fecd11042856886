using System.Numerics;
using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// What is in front of the simulated camera, pixel by pixel, as a renderer needs it: reflectance, direction of the surface, distance,
/// light of its own and gloss. Pixels run row by row over 640 x 480.
/// </summary>
internal sealed class LitSurface
{
    public const int Width = CameraFrame.Width;
    public const int Height = CameraFrame.Height;
    public const int Pixels = Width * Height;

    /// <summary>Focal length, pixels.</summary>
    public const float Focal = 640;

    /// <summary>Reflectance of red, green and blue, 0 to 1, one after the other for each pixel.</summary>
    public float[] Albedo { get; } = new float[3 * Pixels];

    /// <summary>Towards the camera; unit length.</summary>
    public Vector3[] Normal { get; } = new Vector3[Pixels];

    /// <summary>mm along the camera's axis.</summary>
    public float[] Distance { get; } = new float[Pixels];

    /// <summary>Luminance of a screen, cd/m², for each pixel and channel; null: nothing glows.</summary>
    public float[]? Glow { get; set; }

    /// <summary>Share of the light that is mirrored: skin 0.02 to 0.04, glossy paper and glass 0.04.</summary>
    public float[] Gloss { get; } = new float[Pixels];

    /// <summary>How sharp the mirror is: about 12 for skin, 60 for glossy paper; 0: a true mirror (glass).</summary>
    public float Polish { get; set; } = 12;

    /// <summary>Pixels that turn together with the small movements (head, sheet or tablet).</summary>
    public bool[] Moves { get; } = new bool[Pixels];

    /// <summary>A wall behind everything.</summary>
    /// <param name="room">640 x 480 BGR; its colours become the wall's.</param>
    /// <param name="distance">mm.</param>
    public void Wall(Mat room, float distance)
    {
        for (int i = 0; i < Pixels; i++)
        {
            Paint(i, room);
            (Normal[i], Distance[i], Gloss[i]) = (-Vector3.UnitZ, distance, 0);
        }
    }

    /// <summary>Takes the colour of a pixel of a picture as reflectance; the gamma of the picture is undone.</summary>
    public void Paint(int pixel, Mat picture)
    {
        Vec3b bgr = picture.At<Vec3b>(pixel / Width, pixel % Width);
        Paint(pixel, bgr);
    }

    public void Paint(int pixel, Vec3b bgr)
    {
        Albedo[3 * pixel] = Linear[bgr.Item2];
        Albedo[(3 * pixel) + 1] = Linear[bgr.Item1];
        Albedo[(3 * pixel) + 2] = Linear[bgr.Item0];
    }

    /// <summary>sRGB byte to reflectance. White in a picture is a surface that reflects 0.9.</summary>
    public static float[] Linear { get; } = [.. Enumerable.Range(0, 256).Select(v => 0.9f * MathF.Pow(v / 255f, 2.2f))];
}
