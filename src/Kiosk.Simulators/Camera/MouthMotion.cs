using System.Numerics;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Moves the mesh points as an opening jaw does and darkens the inside of the mouth. Only the points are realistic; no teeth are
/// drawn.
/// </summary>
internal sealed class MouthMotion
{
    /// <summary>How far the lower lip moves down in a wide open mouth, in inter-ocular distances.</summary>
    private const float Drop = 0.45f;

    // MediaPipe's canonical face: the lower lip, and the inner contour of both lips.
    private static readonly int[] LowerLip =
    [
        14, 87, 178, 88, 95, 317, 402, 318, 324, 17, 84, 181, 91, 146, 314, 405, 321, 375, 15, 16, 86, 85, 179, 180, 89, 90, 96, 77, 316,
            315,
        403, 404, 319, 320, 325, 307,
    ];

    private static readonly int[] Inner = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95];

    private readonly Vector3[] _mesh;
    private readonly Vector3[] _mouth = new Vector3[468];

    public MouthMotion(FaceShape shape)
    {
        _mesh = shape.Mesh;
        Vector3 line = (_mesh[13] + _mesh[14]) / 2;
        Vector3 down = Vector3.Normalize((_mesh[152] - _mesh[10]) with { Z = 0 });
        Vector3 across = new(-down.Y, down.X, 0);
        for (int i = 0; i < _mouth.Length; i++)
        {
            Vector3 d = (_mesh[i] - line) with { Z = 0 };
            float below = Vector3.Dot(d, down) / shape.Iod, aside = Vector3.Dot(d, across) / shape.Iod;
            if (!LowerLip.Contains(i) && below < 0.14f) continue;
            _mouth[i] = down * (Drop * shape.Iod * Math.Clamp(1 - (aside * aside * 1.6f), 0, 1));
        }
    }

    /// <param name="point">Index in the mesh. Points beyond the mesh do not move.</param>
    public Vector3 DisplacementOf(int point, HeadMove move) => point >= _mouth.Length ? Vector3.Zero : _mouth[point] * (float)move.Mouth;

    /// <summary>Darkens the inside of an open mouth.</summary>
    public void Shade(Mat picture, HeadMove move)
    {
        if (move.Mouth < 0.2) return;
        Point[] lips = [.. Inner.Select(i => _mesh[i] + DisplacementOf(i, move)).Select(p => new Point(p.X, p.Y))];
        picture.FillConvexPoly(lips, new Scalar(38, 34, 40), LineTypes.AntiAlias);
    }
}
