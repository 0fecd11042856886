using System.Numerics;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Lab.Faces;

/// <summary>A fault of a live picture, painted over a good picture. Real faults may give other figures.</summary>
/// <param name="Name">Name in the report.</param>
/// <param name="Apply">Changes the picture; the shape is that of the good picture.</param>
internal sealed record Disturbance(string Name, Action<Mat, FaceShape> Apply)
{
    private static readonly int[] MaskOutline =
        [234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 345, 6, 116];

    public static IReadOnlyList<Disturbance> All { get; } =
    [
        new("clean", (_, _) => { }),
        new("mask", Mask),
        new("rims", (picture, shape) => Rims(picture, shape)),
        new("glint", (picture, shape) => Glint(picture, shape)),
        new("rims with glint", (picture, shape) =>
        {
            Rims(picture, shape);
            Glint(picture, shape);
        }),
        new("sunglasses", Sunglasses),
        new("hand over one eye", Hand),
        new("dark", Dark),
        new("blur 0.06 IOD", (picture, shape) => Cv2.GaussianBlur(picture, picture, new Size(0, 0), 0.06 * shape.Iod)),
        new("motion 0.25 IOD", (picture, shape) => Motion(picture, shape, (1, 0))),
        new("motion 0.25 IOD, upwards", (picture, shape) => Motion(picture, shape, (0, 1))),
        new("motion 0.25 IOD, slanting", (picture, shape) => Motion(picture, shape, (0.707, 0.707))),
        new("tilt 20 degrees", (picture, shape) => Turn(picture, shape, 20, 1)),
        new("tilt 35 degrees", (picture, shape) => Turn(picture, shape, 35, 1)),
        new("distance, IOD 60 pixels", (picture, shape) => Turn(picture, shape, 0, 60 / shape.Iod)),
        new("distance, IOD 30 pixels", (picture, shape) => Turn(picture, shape, 0, 30 / shape.Iod)),
        new("light from the side", SideLight),
        new("light from behind", Backlight),
    ];

    private static Vector2[] Eyes(FaceShape shape) => [Landmarks.LeftEye(shape.Points), Landmarks.RightEye(shape.Points)];

    private static void Mask(Mat picture, FaceShape shape)
    {
        Point[] outline = [.. MaskOutline.Select(i => new Point(shape.Mesh[i].X, shape.Mesh[i].Y))];
        picture.FillPoly([outline], new Scalar(225, 215, 205), LineTypes.AntiAlias);
    }

    private static void Rims(Mat picture, FaceShape shape)
    {
        int rim = Math.Max(2, (int)(shape.Iod * 0.09));
        foreach (Vector2 eye in Eyes(shape))
            Cv2.Ellipse(picture, new Point(eye.X, eye.Y), new Size(shape.Iod * 0.40, shape.Iod * 0.30), 0, 0, 360, new Scalar(25, 25, 30),
            rim, LineTypes.AntiAlias);
    }

    private static void Glint(Mat picture, FaceShape shape)
    {
        foreach (Vector2 eye in Eyes(shape))
            Cv2.Ellipse(picture, new Point(eye.X + (shape.Iod * 0.12), eye.Y - (shape.Iod * 0.10)),
            new Size(shape.Iod * 0.12, shape.Iod * 0.05), -30, 0, 360, Scalar.All(250), -1, LineTypes.AntiAlias);
    }

    private static void Sunglasses(Mat picture, FaceShape shape)
    {
        foreach (Vector2 eye in Eyes(shape))
            Cv2.Ellipse(picture, new Point(eye.X, eye.Y), new Size(shape.Iod * 0.42, shape.Iod * 0.30), 0, 0, 360, new Scalar(22, 20, 20),
            -1, LineTypes.AntiAlias);
    }

    /// <summary>A hand over one eye, in the colour of the nose.</summary>
    private static void Hand(Mat picture, FaceShape shape)
    {
        Vector2 eye = Landmarks.LeftEye(shape.Points);
        Vec3b skin = picture.At<Vec3b>((int)shape.Points[Landmarks.NoseTip].Y, (int)shape.Points[Landmarks.NoseTip].X);
        Cv2.Ellipse(picture, new Point(eye.X, eye.Y + (shape.Iod * 0.1)), new Size(shape.Iod * 0.36, shape.Iod * 0.6), 15, 0, 360,
            new Scalar(skin.Item0, skin.Item1, skin.Item2), -1, LineTypes.AntiAlias);
    }

    private static void Dark(Mat picture, FaceShape shape)
    {
        picture.ConvertTo(picture, -1, 0.06);
        using Mat noise = new(picture.Size(), picture.Type());
        Cv2.Randn(noise, Scalar.All(0), Scalar.All(3));
        Cv2.Add(picture, noise, picture);
    }

    private static void Motion(Mat picture, FaceShape shape, (double X, double Y) way)
    {
        int length = Math.Max(3, (int)(0.25 * shape.Iod)) | 1;
        using Mat kernel = new(length, length, MatType.CV_32FC1, Scalar.All(0));
        Point middle = new(length / 2, length / 2), reach = new(way.X * length / 2, way.Y * length / 2);
        kernel.Line(middle - reach, middle + reach, Scalar.All(1));
        using Mat spread = kernel / Cv2.Sum(kernel).Val0;
        Cv2.Filter2D(picture, picture, -1, spread);
    }

    private static void Turn(Mat picture, FaceShape shape, double degrees, double scale)
    {
        using Mat matrix = Cv2.GetRotationMatrix2D(new Point2f(shape.Centre.X, shape.Centre.Y), degrees, scale);
        using Mat copy = picture.Clone();
        Cv2.WarpAffine(copy, picture, matrix, copy.Size(), InterpolationFlags.Area, BorderTypes.Constant, Scalar.All(120));
    }

    private static void SideLight(Mat picture, FaceShape shape) =>
        Shade(picture, x => Math.Clamp(0.35 + (0.9 * (x - shape.Centre.X + shape.Iod) / (2 * shape.Iod)), 0.35, 1.25));

    /// <summary>A dark face with white around it.</summary>
    private static void Backlight(Mat picture, FaceShape shape)
    {
        using Mat face = new(picture.Size(), MatType.CV_8UC3, Scalar.All(0));
        Cv2.Ellipse(face, new Point(shape.Centre.X, shape.Centre.Y), new Size(shape.Iod * 1.3, shape.Iod * 1.9), 0, 0, 360,
            Scalar.All(255), -1);
        using Mat lit = new(picture.Size(), MatType.CV_8UC3, Scalar.All(245));
        picture.ConvertTo(picture, -1, 0.35);
        picture.CopyTo(lit, face.ExtractChannel(0));
        lit.CopyTo(picture);
    }

    private static void Shade(Mat picture, Func<float, double> factor)
    {
        (int width, int height) = (picture.Width, picture.Height);
        for (int x = 0; x < width; x++)
        {
            using Mat column = picture.SubMat(0, height, x, x + 1);
            column.ConvertTo(column, -1, factor(x));
        }
    }
}
