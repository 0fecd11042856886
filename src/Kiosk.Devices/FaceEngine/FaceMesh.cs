using System.Numerics;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>MediaPipe's face mesh in two passes: on the detector's box, then on the first mesh's box, turned upright.</summary>
internal sealed class FaceMesh : IDisposable
{
    private const int Side = 192;
    private const float Margin = 1.5f;
    private const int LeftEyeCorner = 33;
    private const int RightEyeCorner = 263;

    private readonly Network _network;
    private readonly Mat _crop = new(Side, Side, MatType.CV_8UC3);

    public FaceMesh(ModelStore store) => _network = new(
        store.Locate("facemesh"), "input_1", [1, Side, Side, 3], ("out.Identity_1", [1, 1]), ("out.Identity_2", [1, 1404]));

    public void Fit(Mat bgr, in DetectedFace face, FaceShape shape)
    {
        Pass(bgr, face.Centre, Margin * face.Size, Angle(face.LeftEye, face.RightEye), shape);
        ReadOnlySpan<Vector3> mesh = shape.Mesh;
        double angle = Angle(Flat(mesh[LeftEyeCorner]), Flat(mesh[RightEyeCorner]));
        (Vector2 centre, float side) = Box(mesh, angle);
        Pass(bgr, centre, Margin * side, angle, shape);
        Landmarks.FromMesh468(shape.Mesh, shape.Points);
    }

    public void Clear()
    {
        _crop.SetTo(Scalar.All(0));
        _network.Clear();
    }

    public void Dispose()
    {
        _crop.Dispose();
        _network.Dispose();
    }

    private static Vector2 Flat(Vector3 p) => new(p.X, p.Y);

    private static double Angle(Vector2 left, Vector2 right) => Math.Atan2(right.Y - left.Y, right.X - left.X);

    /// <summary>Centre, and larger side, of the tight box whose x axis has this angle.</summary>
    private static (Vector2 Centre, float Side) Box(ReadOnlySpan<Vector3> mesh, double angle)
    {
        Matrix3x2 upright = Matrix3x2.CreateRotation((float)-angle);
        Vector2 least = new(float.MaxValue), most = new(float.MinValue);
        foreach (Vector3 p in mesh)
        {
            Vector2 q = Vector2.Transform(Flat(p), upright);
            least = Vector2.Min(least, q);
            most = Vector2.Max(most, q);
        }

        Vector2 size = most - least;
        return (Vector2.Transform((least + most) / 2, Matrix3x2.CreateRotation((float)angle)), Math.Max(size.X, size.Y));
    }

    private void Pass(Mat bgr, Vector2 centre, float side, double angle, FaceShape shape)
    {
        Similarity2D square = Similarity2D.Square(centre, side, angle, Side);
        square.Warp(bgr, _crop, Side, Side);
        Pixels.ToInterleaved(_crop, _network.Input, 1 / 255f, 0);
        _network.Run();
        shape.Confidence = _network.Output(0)[0];
        ReadOnlySpan<float> values = _network.Output(1);
        for (int i = 0; i < shape.Mesh.Length; i++)
        {
            Vector2 p = square.Back(values[3 * i], values[(3 * i) + 1]);
            shape.Mesh[i] = new(p, values[(3 * i) + 2] / (float)square.Scale);
        }
    }
}
