using System.Numerics;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>Sheets and tablets that an attacker holds instead of a face, for the renderer of the light's steps.</summary>
internal static class LitAttack
{
    /// <summary>A print held in a hand, matt or glossy.</summary>
    /// <param name="room">640 x 480 BGR behind it.</param>
    /// <param name="paper">The print; its middle lies in the middle of the picture.</param>
    /// <param name="bend">Angle at its left and right edge, radians; 0: flat.</param>
    public static LitSurface Print(Mat room, Mat paper, double bend, float distance, Random random)
    {
        LitSurface print = new() { Polish = 60 };
        print.Wall(room, 900 + (1500 * random.NextSingle()));
        Torso(print, distance + 250);
        float gloss = random.Next(2) == 0 ? 0.005f : 0.04f, half = paper.Width / 2f;
        float radius = bend > 0 ? (float)(half / bend) : 0, yaw = Tilt(random, 6), pitch = Tilt(random, 6);
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            float x = (i % LitSurface.Width) - 320, y = (i / LitSurface.Width) - 240, along = x, angle = 0, back = 0;
            if (bend > 0)
            {
                if (MathF.Abs(x) > radius * Math.Sin(bend)) continue;
                angle = MathF.Asin(x / radius);
                along = radius * angle;
                back = radius * (1 - MathF.Cos(angle));
            }

            (int column, int row) = ((int)MathF.Floor(along + half), (int)MathF.Floor(y + (paper.Height / 2f)));
            if (column < 0 || row < 0 || column >= paper.Width || row >= paper.Height) continue;
            print.Paint(i, paper.At<Vec3b>(row, column));
            print.Normal[i] = Turn(new(MathF.Sin(angle), 0, -MathF.Cos(angle)), yaw, pitch);
            print.Distance[i] = distance + ((back + (x * MathF.Sin(yaw)) + (y * MathF.Sin(pitch))) * distance / LitSurface.Focal);
            (print.Gloss[i], print.Moves[i]) = (gloss, true);
        }

        return print;
    }

    /// <summary>A tablet: dark glass that mirrors the panel, and a picture that glows.</summary>
    /// <param name="film">640 x 480 BGR, shown on the whole glass; <see cref="Show"/> changes it.</param>
    public static LitSurface Tablet(Mat room, Mat film, float distance, float nits, Random random)
    {
        LitSurface tablet = new() { Polish = 0, Glow = new float[3 * LitSurface.Pixels] };
        tablet.Wall(room, 900 + (1500 * random.NextSingle()));
        Torso(tablet, distance + 250);
        float yaw = Tilt(random, 9), pitch = Tilt(random, 9);
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            (int x, int y) = (i % LitSurface.Width, i / LitSurface.Width);
            if (!Bezel.Contains(x, y)) continue;
            // Glass and the black layers behind it scatter back one or two per cent.
            for (int channel = 0; channel < 3; channel++) tablet.Albedo[(3 * i) + channel] = 0.015f;
            tablet.Normal[i] = Turn(-Vector3.UnitZ, yaw, pitch);
            tablet.Distance[i] = distance;
            (tablet.Gloss[i], tablet.Moves[i]) = (0.04f, true);
        }

        Show(tablet, film, nits);
        return tablet;
    }

    /// <summary>Changes the picture on the tablet.</summary>
    /// <param name="nits">Luminance of white, cd/m².</param>
    public static void Show(LitSurface tablet, Mat film, float nits)
    {
        using Mat shown = new();
        Cv2.Resize(film, shown, Glass.Size, 0, 0, InterpolationFlags.Area);
        for (int y = 0; y < Glass.Height; y++)
        {
            for (int x = 0; x < Glass.Width; x++)
            {
                Vec3b bgr = shown.At<Vec3b>(y, x);
                int at = 3 * (((y + Glass.Y) * LitSurface.Width) + x + Glass.X);
                tablet.Glow![at] = nits * MathF.Pow(bgr.Item2 / 255f, 2.2f);
                tablet.Glow[at + 1] = nits * MathF.Pow(bgr.Item1 / 255f, 2.2f);
                tablet.Glow[at + 2] = nits * MathF.Pow(bgr.Item0 / 255f, 2.2f);
            }
        }
    }

    private static readonly Rect Glass = new(60, 45, 520, 390);
    private static readonly Rect Bezel = new(42, 27, 556, 426);

    /// <summary>Turns a direction: yaw about the vertical axis, then pitch about the horizontal one; radians.</summary>
    internal static Vector3 Turn(Vector3 n, float yaw, float pitch)
    {
        (float sy, float cy) = MathF.SinCos(yaw);
        (float sp, float cp) = MathF.SinCos(pitch);
        Vector3 a = new((n.X * cy) - (n.Z * sy), n.Y, (n.X * sy) + (n.Z * cy));
        return new(a.X, (a.Y * cp) - (a.Z * sp), (a.Y * sp) + (a.Z * cp));
    }

    private static float Tilt(Random random, float degrees) => degrees * MathF.PI / 180 * ((2 * random.NextSingle()) - 1);

    /// <summary>The attacker's chest behind what is held.</summary>
    private static void Torso(LitSurface scene, float distance)
    {
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            float x = (i % LitSurface.Width) - 320, y = (i / LitSurface.Width) - 240;
            if (y > 40 && MathF.Abs(x) < 190 + (0.3f * y)) scene.Distance[i] = distance;
        }
    }
}
