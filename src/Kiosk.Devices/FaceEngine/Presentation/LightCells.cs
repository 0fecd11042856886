using System.Numerics;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Divides the skin of a face into cells that stay on the same skin from frame to frame: each frame is laid over the first one by all
/// points of the mesh. Also measures the rim of the picture, which is mostly background. Buffers are reused; <see cref="Clear"/> zeroes
/// them.
/// </summary>
internal sealed class LightCells : IDisposable
{
    /// <summary>Cells in a row and in a column of the square around the face.</summary>
    private const int Across = 12;

    /// <summary>Pixels of the chip for one cell.</summary>
    private const int CellSide = 18;
    private const int Side = Across * CellSide;

    /// <summary>Side of the square in inter-ocular distances.</summary>
    private const float Reach = 3;

    /// <summary>Width over which the mesh is smoothed for the normal of a cell, in inter-ocular distances.</summary>
    private const float Smooth = 0.22f;

    private static readonly int[] Oval =
    [
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ];

    /// <summary>Patches at both sides and at the top of the picture: background, hardly ever the face or the shoulders.</summary>
    private static readonly Rect[] Rim =
    [
        .. Enumerable.Range(0, 5).Select(i => new Rect(0, 60 * i, 56, 60)),
        .. Enumerable.Range(0, 5).Select(i => new Rect(584, 60 * i, 56, 60)),
        .. Enumerable.Range(0, 6).Select(i => new Rect(56 + (88 * i), 0, 88, 36)),
    ];

    private readonly Mat _chip = new();
    private readonly Vector2[] _first = new Vector2[468];
    private readonly Vector2[] _now = new Vector2[468];
    private readonly List<int> _used = [];

    /// <summary>Middle of each cell in mm (<see cref="LightGeometry"/>).</summary>
    public IReadOnlyList<Vector3> Places { get; private set; } = [];

    /// <summary>Outward unit normal of each cell, from the mesh of the first frame.</summary>
    public IReadOnlyList<Vector3> Normals { get; private set; } = [];

    public int Count => _used.Count;

    public static int RimCount => Rim.Length;

    /// <summary>Begins with a face: chooses the cells.</summary>
    public void Begin(FaceShape shape, LightGeometry geometry)
    {
        Similarity2D toChip = Similarity2D.Square(shape.Centre, Reach * shape.Iod, 0, Side);
        for (int i = 0; i < _first.Length; i++) _first[i] = Apply(toChip, new(shape.Mesh[i].X, shape.Mesh[i].Y));
        Vector2[] oval = [.. Oval.Select(i => _first[i])];
        Vector2 middle = Landmarks.Mean(oval);
        for (int i = 0; i < oval.Length; i++) oval[i] = Vector2.Lerp(middle, oval[i], 0.9f);
        float iod = Side / Reach;
        Vector2 leftEye = Apply(toChip, Landmarks.LeftEye(shape.Points)), rightEye = Apply(toChip, Landmarks.RightEye(shape.Points));
        Vector2 mouth = Apply(toChip, Landmarks.Mean(shape.Points.AsSpan(48)));
        _used.Clear();
        List<Vector3> places = [], normals = [];
        float mmPerPixel = (float)(LightGeometry.EyeDistance / shape.Iod), distance = (float)(geometry.Focal * mmPerPixel);
        for (int cell = 0; cell < Across * Across; cell++)
        {
            Vector2 at = new(((cell % Across) + 0.5f) * CellSide, ((cell / Across) + 0.5f) * CellSide);
            // Eyes and mouth move and shine.
            if (!IsInside(oval, at) || IsNear(at, leftEye, 0.30f * iod, 0.2f * iod) || IsNear(at, rightEye, 0.30f * iod, 0.2f * iod)
                || IsNear(at, mouth, 0.45f * iod, 0.22f * iod))
                continue;
            Vector2 pixel = toChip.Back(at.X, at.Y);
            (Vector3 normal, float depth) = Surface(shape, pixel);
            _used.Add(cell);
            normals.Add(normal);
            places.Add(new((pixel.X - 320) * mmPerPixel, (pixel.Y - 240) * mmPerPixel, distance + (depth * mmPerPixel)));
        }

        (Places, Normals) = (places, normals);
    }

    /// <summary>Logarithm of the mean of each cell and colour channel of one frame, and the same of the rim's cells.</summary>
    /// <param name="face">Cell times 3 (red, green, blue): written.</param>
    /// <param name="rim">Patch of the rim times 3: written; NaN: black or white.</param>
    public void Measure(Mat bgr, FaceShape shape, Span<double> face, Span<double> rim)
    {
        for (int i = 0; i < _now.Length; i++) _now[i] = new(shape.Mesh[i].X, shape.Mesh[i].Y);
        Similarity2D.Fit(_now, _first).Warp(bgr, _chip, Side, Side);
        // Sums, because an area mean of 8 bits would lose the fraction, which carries the signal.
        ReadOnlySpan<byte> chip = Pixels.Bytes(_chip);
        for (int i = 0; i < _used.Count; i++)
        {
            (int left, int top) = (_used[i] % Across * CellSide, _used[i] / Across * CellSide);
            long blue = 0, green = 0, red = 0;
            for (int y = top; y < top + CellSide; y++)
            {
                for (int at = ((y * Side) + left) * 3, end = at + (3 * CellSide); at < end; at += 3)
                {
                    blue += chip[at];
                    green += chip[at + 1];
                    red += chip[at + 2];
                }
            }

            const double Pixel = CellSide * CellSide;
            face[3 * i] = Math.Log((red / Pixel) + 1);
            face[(3 * i) + 1] = Math.Log((green / Pixel) + 1);
            face[(3 * i) + 2] = Math.Log((blue / Pixel) + 1);
        }

        for (int i = 0; i < Rim.Length; i++)
        {
            using Mat part = bgr.SubMat(Rim[i]);
            Scalar mean = Cv2.Mean(part);
            // A black or a white patch does not follow the exposure.
            bool follows = Math.Min(mean.Val0, Math.Min(mean.Val1, mean.Val2)) > 6
                && Math.Max(mean.Val0, Math.Max(mean.Val1, mean.Val2)) < 245;
            rim[3 * i] = follows ? Math.Log(mean.Val2 + 1) : double.NaN;
            rim[(3 * i) + 1] = follows ? Math.Log(mean.Val1 + 1) : double.NaN;
            rim[(3 * i) + 2] = follows ? Math.Log(mean.Val0 + 1) : double.NaN;
        }
    }

    public void Clear()
    {
        if (!_chip.Empty()) _chip.SetTo(Scalar.All(0));
        Array.Clear(_first);
        Array.Clear(_now);
        _used.Clear();
        (Places, Normals) = ([], []);
    }

    public void Dispose() => _chip.Dispose();

    private static Vector2 Apply(in Similarity2D t, Vector2 p) =>
        new((float)((t.A * p.X) - (t.B * p.Y) + t.X), (float)((t.B * p.X) + (t.A * p.Y) + t.Y));

    private static bool IsNear(Vector2 p, Vector2 centre, float halfWidth, float halfHeight) =>
        Math.Abs(p.X - centre.X) < halfWidth && Math.Abs(p.Y - centre.Y) < halfHeight;

    private static bool IsInside(Vector2[] polygon, Vector2 p)
    {
        bool inside = false;
        for (int i = 0, j = polygon.Length - 1; i < polygon.Length; j = i++)
        {
            if ((polygon[i].Y > p.Y) != (polygon[j].Y > p.Y)
                && p.X < ((polygon[j].X - polygon[i].X) * (p.Y - polygon[i].Y) / (polygon[j].Y - polygon[i].Y)) + polygon[i].X)
                inside = !inside;
        }

        return inside;
    }

    /// <summary>The plane through the mesh near a pixel, least squares with Gaussian weights: its normal towards the camera, and its depth.
    /// </summary>
    private static (Vector3 Normal, float Depth) Surface(FaceShape shape, Vector2 at)
    {
        double width = Smooth * shape.Iod, w = 0, x = 0, y = 0, z = 0, xx = 0, xy = 0, yy = 0, xz = 0, yz = 0;
        foreach (Vector3 p in shape.Mesh)
        {
            double dx = p.X - at.X, dy = p.Y - at.Y, weight = Math.Exp(-((dx * dx) + (dy * dy)) / (2 * width * width));
            if (weight < 1e-6) continue;
            (w, x, y, z) = (w + weight, x + (weight * dx), y + (weight * dy), z + (weight * p.Z));
            (xx, xy, yy) = (xx + (weight * dx * dx), xy + (weight * dx * dy), yy + (weight * dy * dy));
            (xz, yz) = (xz + (weight * dx * p.Z), yz + (weight * dy * p.Z));
        }

        (x, y, z) = (x / w, y / w, z / w);
        double sxx = (xx / w) - (x * x) + 1e-6, sxy = (xy / w) - (x * y), syy = (yy / w) - (y * y) + 1e-6;
        double sxz = (xz / w) - (x * z), syz = (yz / w) - (y * z), determinant = (sxx * syy) - (sxy * sxy);
        double slopeX = ((sxz * syy) - (syz * sxy)) / determinant, slopeY = ((syz * sxx) - (sxz * sxy)) / determinant;
        return (Vector3.Normalize(new((float)slopeX, (float)slopeY, -1)), (float)(z - (slopeX * x) - (slopeY * y)));
    }
}
