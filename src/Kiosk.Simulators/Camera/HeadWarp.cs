using System.Numerics;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Turns the head in a still picture and opens its mouth. The face mesh is rotated in depth about the axis of the neck, and each
/// triangle of the picture moves with it. Hair and neck move half as far. The background does not move.
/// </summary>
internal sealed class HeadWarp : IDisposable
{
    private const double CameraDistance = 10; // in inter-ocular distances, about 60 cm
    private static readonly int[] Oval =
    [
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ];

    private readonly List<Vector3> _points = [];
    private readonly List<double> _follow = [];
    private readonly List<int> _mesh = [];
    private readonly List<(int A, int B, int C)> _triangles = [];
    private readonly MouthMotion _mouthMotion;
    private readonly Vector3 _pivot;
    private readonly float _iod;
    private readonly Mat _mapX = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_32FC1);
    private readonly Mat _mapY = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_32FC1);

    /// <param name="shape">Shape of the face in the 640 x 480 picture.</param>
    public HeadWarp(FaceShape shape)
    {
        _iod = shape.Iod;
        _mouthMotion = new(shape);
        Vector3 sides = (shape.Mesh[234] + shape.Mesh[454]) / 2;
        _pivot = sides with { Z = sides.Z + (0.4f * _iod) };
        for (int i = 0; i < shape.Mesh.Length; i++) Add(shape.Mesh[i], 1, i);
        foreach (int i in Oval)
        {
            Vector3 out1 = _pivot + ((shape.Mesh[i] - _pivot) * 1.35f);
            Vector3 out2 = _pivot + ((shape.Mesh[i] - _pivot) * 1.9f);
            Add(out1 with { Z = _pivot.Z }, 0.5);
            Add(out2 with { Z = _pivot.Z }, 0);
        }

        for (int i = 0; i <= 4; i++)
        {
            float x = i * (CameraFrame.Width - 1) / 4f;
            float y = i * (CameraFrame.Height - 1) / 4f;
            Add(new(x, 0, _pivot.Z), 0);
            Add(new(x, CameraFrame.Height - 1, _pivot.Z), 0);
            Add(new(0, y, _pivot.Z), 0);
            Add(new(CameraFrame.Width - 1, y, _pivot.Z), 0);
        }

        Triangulate();
    }

    /// <param name="move">Its turn is in degrees; positive: the nose moves to the right of the image.</param>
    public void Draw(Mat picture, HeadMove move, Mat turned)
    {
        Vector3[] moved = [.. _points.Select(
            (p, i) => Rotate(p + _mouthMotion.DisplacementOf(_mesh[i], move), move.Turn * Math.PI / 180, _follow[i]))];
        _mapX.SetTo(Scalar.All(-1));
        _mapY.SetTo(Scalar.All(-1));
        // Draw from far to near, so that the nose covers the cheek behind it.
        foreach ((int a, int b, int c) in _triangles.OrderByDescending(t => moved[t.A].Z + moved[t.B].Z + moved[t.C].Z))
        {
            Fill(moved[a], moved[b], moved[c], _points[a], _points[b], _points[c]);
        }

        Cv2.Remap(picture, turned, _mapX, _mapY, InterpolationFlags.Linear, BorderTypes.Replicate);
        if (Math.Abs(move.Turn) < 1) _mouthMotion.Shade(turned, move);
    }

    public void Dispose()
    {
        _mapX.Dispose();
        _mapY.Dispose();
    }

    private void Add(Vector3 point, double follow, int mesh = int.MaxValue)
    {
        if (point.X < 0 || point.Y < 0 || point.X > CameraFrame.Width - 1 || point.Y > CameraFrame.Height - 1) return;
        _points.Add(point);
        _follow.Add(follow);
        _mesh.Add(mesh);
    }

    private Vector3 Rotate(Vector3 p, double angle, double follow)
    {
        if (follow == 0) return p;
        Vector3 d = p - _pivot;
        double x = (d.X * Math.Cos(angle)) - (d.Z * Math.Sin(angle));
        double z = (d.X * Math.Sin(angle)) + (d.Z * Math.Cos(angle));
        // The photo already has perspective. Only the change of perspective is applied.
        double nearer = ((CameraDistance * _iod) + d.Z) / ((CameraDistance * _iod) + z);
        Vector3 turned = _pivot + new Vector3((float)(x * nearer), (float)(d.Y * nearer), (float)z);
        return Vector3.Lerp(p, turned, (float)follow);
    }

    private void Triangulate()
    {
        using Subdiv2D subdivision = new(new Rect(-1, -1, CameraFrame.Width + 2, CameraFrame.Height + 2));
        Dictionary<(float, float), int> index = [];
        for (int i = 0; i < _points.Count; i++)
        {
            if (index.TryAdd((_points[i].X, _points[i].Y), i)) subdivision.Insert(new Point2f(_points[i].X, _points[i].Y));
        }

        foreach (Vec6f t in subdivision.GetTriangleList())
        {
            // Skip triangles with a corner on the outer frame: that corner is not a point of the mesh.
            if (index.TryGetValue((t.Item0, t.Item1), out int a) && index.TryGetValue((t.Item2, t.Item3), out int b)
                && index.TryGetValue((t.Item4, t.Item5), out int c))
            {
                _triangles.Add((a, b, c));
            }
        }
    }

    /// <summary>For every pixel of the moved triangle, writes its source position in the picture.</summary>
    private void Fill(Vector3 a, Vector3 b, Vector3 c, Vector3 fromA, Vector3 fromB, Vector3 fromC)
    {
        Span<float> mapX = Map(_mapX), mapY = Map(_mapY);
        float area = ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
        float original = ((fromB.X - fromA.X) * (fromC.Y - fromA.Y)) - ((fromB.Y - fromA.Y) * (fromC.X - fromA.X));
        if (Math.Abs(area) < 1e-3f || area * original < 0) return; // turned away from the camera
        int top = Math.Max(0, (int)MathF.Ceiling(Math.Min(a.Y, Math.Min(b.Y, c.Y))));
        int bottom = Math.Min(CameraFrame.Height - 1, (int)MathF.Floor(Math.Max(a.Y, Math.Max(b.Y, c.Y))));
        int left = Math.Max(0, (int)MathF.Ceiling(Math.Min(a.X, Math.Min(b.X, c.X))));
        int right = Math.Min(CameraFrame.Width - 1, (int)MathF.Floor(Math.Max(a.X, Math.Max(b.X, c.X))));
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                float wb = (((x - a.X) * (c.Y - a.Y)) - ((y - a.Y) * (c.X - a.X))) / area;
                float wc = (((b.X - a.X) * (y - a.Y)) - ((b.Y - a.Y) * (x - a.X))) / area;
                if (wb < -1e-4f || wc < -1e-4f || wb + wc > 1.0001f) continue;
                int at = (y * CameraFrame.Width) + x;
                mapX[at] = fromA.X + (wb * (fromB.X - fromA.X)) + (wc * (fromC.X - fromA.X));
                mapY[at] = fromA.Y + (wb * (fromB.Y - fromA.Y)) + (wc * (fromC.Y - fromA.Y));
            }
        }
    }

    private static unsafe Span<float> Map(Mat map) => new((void*)map.Data, CameraFrame.Width * CameraFrame.Height);
}
