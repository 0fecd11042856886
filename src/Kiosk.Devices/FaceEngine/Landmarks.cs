using System.Numerics;

namespace Kiosk.Devices.FaceEngine;

/// <summary>The 68 points of dlib (iBUG 300-W), taken from the 468 of the mesh, and the templates for alignment.</summary>
internal static class Landmarks
{
    public const int Count = 68;
    public const int NoseTip = 30;

    /// <summary>Mesh index of each of the 68 points.</summary>
    private static readonly int[] FromMesh =
    [
        162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389,
        71, 63, 105, 66, 107, 336, 296, 334, 293, 301,
        168, 197, 5, 4, 75, 97, 2, 326, 305,
        33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
        61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,
    ];

    /// <summary>Eyes, nose and mouth corners in a 112 x 112 picture (deepinsight/insightface).</summary>
    public static ReadOnlySpan<Vector2> ArcFace112 => ArcFace;

    /// <summary>
    /// Points 17 to 67 of the mean face in a 112 x 112 picture: the mean of meshes aligned by eyes, nose and mouth, made symmetric. It is
    /// 5 % larger and one pixel higher than <see cref="ArcFace112"/>, so that the two chips differ a little.
    /// </summary>
    public static ReadOnlySpan<Vector2> ArcFaceMean112 => ArcFaceMean;

    /// <summary>Points used by dlib's get_face_chip_details: no jaw, no eyebrows, no lower lip.</summary>
    public static ReadOnlySpan<int> ChipPoints => Chip;

    private static readonly Vector2[] ArcFace =
        [new(38.2946f, 51.6963f), new(73.5318f, 51.5014f), new(56.0252f, 71.7366f), new(41.5493f, 92.3655f), new(70.7299f, 92.2041f)];

    private static readonly int[] Chip = [.. Enumerable.Range(27, 28), .. Enumerable.Range(60, 5)];

    private static readonly float[] ArcFaceMeanX =
    [
        19.63f, 26.20f, 31.99f, 39.35f, 47.58f, 64.42f, 72.65f, 80.01f, 85.80f, 92.37f, 56.00f, 56.00f, 56.00f, 56.00f, 48.01f, 51.32f,
        56.00f, 60.68f, 63.99f, 29.30f, 33.45f, 39.65f, 45.73f, 40.62f, 34.47f, 66.27f, 72.35f, 78.55f, 82.70f, 77.52f, 71.38f, 39.71f,
        46.25f, 51.16f, 56.00f, 60.84f, 65.75f, 72.29f, 65.08f, 60.88f, 56.00f, 51.12f, 46.92f, 42.00f, 52.22f, 56.00f, 59.78f, 70.00f,
        59.95f, 56.00f, 52.05f,
    ];

    private static readonly float[] ArcFaceMeanY =
    [
        39.50f, 38.61f, 36.84f, 37.21f, 38.19f, 38.19f, 37.21f, 36.84f, 38.61f, 39.50f, 48.12f, 56.94f, 65.21f, 70.42f, 75.55f, 77.97f,
        78.09f, 77.97f, 75.55f, 50.40f, 48.37f, 48.01f, 51.24f, 52.40f, 52.38f, 51.24f, 48.01f, 48.37f, 50.40f, 52.38f, 52.40f, 90.64f,
        86.77f, 85.81f, 86.45f, 85.81f, 86.77f, 90.64f, 97.75f, 99.47f, 99.98f, 99.47f, 97.75f, 90.49f, 89.83f, 89.98f, 89.83f, 90.49f,
        93.91f, 94.16f, 93.91f,
    ];

    private static readonly Vector2[] ArcFaceMean = [.. ArcFaceMeanX.Zip(ArcFaceMeanY, (x, y) => new Vector2(x, y))];

    /// <summary>dlib's mean face, points 17 to 67, in units of the face.</summary>
    private static readonly double[] MeanX =
    [
        0.000213256, 0.0752622, 0.18113, 0.29077, 0.393397, 0.586856, 0.689483, 0.799124, 0.904991, 0.98004, 0.490127, 0.490127, 0.490127,
        0.490127, 0.36688, 0.426036, 0.490127, 0.554217, 0.613373, 0.121737, 0.187122, 0.265825, 0.334606, 0.260918, 0.182743, 0.645647,
        0.714428, 0.793132, 0.858516, 0.79751, 0.719335, 0.254149, 0.340985, 0.428858, 0.490127, 0.551395, 0.639268, 0.726104, 0.642159,
        0.556721, 0.490127, 0.423532, 0.338094, 0.290379, 0.428096, 0.490127, 0.552157, 0.689874, 0.553364, 0.490127, 0.42689,
    ];

    private static readonly double[] MeanY =
    [
        0.106454, 0.038915, 0.0187482, 0.0344891, 0.0773906, 0.0773906, 0.0344891, 0.0187482, 0.038915, 0.106454, 0.203352,
        0.307009, 0.409805,
        0.515625, 0.587326, 0.609345, 0.628106, 0.609345, 0.587326, 0.216423, 0.178758, 0.179852, 0.231733, 0.245099, 0.244077, 0.231733,
        0.179852, 0.178758, 0.216423, 0.244077, 0.245099, 0.780233, 0.745405, 0.727388, 0.742578, 0.727388, 0.745405, 0.780233, 0.864805,
        0.902192, 0.909281, 0.902192, 0.864805, 0.784792, 0.778746, 0.785343, 0.778746, 0.784792, 0.824182, 0.831803, 0.824182,
    ];

    /// <param name="mesh">468 points.</param>
    /// <param name="points">68 points, written.</param>
    public static void FromMesh468(ReadOnlySpan<Vector3> mesh, Span<Vector2> points)
    {
        for (int i = 0; i < Count; i++) points[i] = new(mesh[FromMesh[i]].X, mesh[FromMesh[i]].Y);
    }

    public static Vector2 Mean(ReadOnlySpan<Vector2> points)
    {
        Vector2 sum = Vector2.Zero;
        foreach (Vector2 p in points) sum += p;
        return sum / points.Length;
    }

    /// <summary>Centre of the eye on the image's left.</summary>
    public static Vector2 LeftEye(ReadOnlySpan<Vector2> points) => Mean(points[36..42]);

    /// <summary>Centre of the eye on the image's right.</summary>
    public static Vector2 RightEye(ReadOnlySpan<Vector2> points) => Mean(points[42..48]);

    /// <summary>Inter-ocular distance: between the eye centres, pixels.</summary>
    public static float Iod(ReadOnlySpan<Vector2> points) => Vector2.Distance(LeftEye(points), RightEye(points));

    /// <summary>Left eye, right eye, nose tip, left and right mouth corner.</summary>
    public static void Five(ReadOnlySpan<Vector2> points, Span<Vector2> five)
    {
        five[0] = LeftEye(points);
        five[1] = RightEye(points);
        five[2] = points[NoseTip];
        five[3] = points[48];
        five[4] = points[54];
    }

    /// <summary>Where <see cref="ChipPoints"/> lie in dlib's chip of 150 pixels with a quarter of padding.</summary>
    public static Vector2[] ChipTemplate()
    {
        const double Padding = 0.25;
        const double Scale = 150 / ((2 * Padding) + 1);
        return [.. Chip.Select(i => new Vector2((float)((Padding + MeanX[i - 17]) * Scale), (float)((Padding + MeanY[i - 17]) * Scale)))];
    }
}
