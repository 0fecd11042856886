using System.Numerics;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>A face as the detector finds it, in pixels of the frame; the box may reach outside the frame.</summary>
/// <param name="Score">0.3 to 1.</param>
/// <param name="LeftEye">The eye on the left side of the image.</param>
internal readonly record struct DetectedFace(Rect2f Box, float Score, Vector2 LeftEye, Vector2 RightEye)
{
    public Vector2 Centre => new(Box.X + (Box.Width / 2), Box.Y + (Box.Height / 2));

    /// <summary>Larger side of the box, pixels.</summary>
    public float Size => Math.Max(Box.Width, Box.Height);
}

/// <summary>BlazeFace, long range ("back"): 896 anchors over 256 x 256 pixels (google/mediapipe, face_detection_full_range).</summary>
internal sealed class FaceDetector : IDisposable
{
    private const int Side = 256;
    private const int FineAnchors = 512;
    private const float LeastScore = 0.3f;
    private const float MostOverlap = 0.3f;
    private static readonly float LeastLogit = MathF.Log(LeastScore / (1 - LeastScore));
    private static readonly Vector2[] Anchors = [.. Grid(stride: 16, each: 2), .. Grid(stride: 32, each: 6)];

    private readonly Network _network;
    private readonly Mat _square = new(Side, Side, MatType.CV_8UC3);
    private readonly List<DetectedFace> _candidates = [];

    public FaceDetector(ModelStore store) => _network = new(
        store.Locate("blazeface"),
        "input",
        [1, Side, Side, 3],
        ("out.Identity", [1, FineAnchors, 1]),
        ("out.Identity_1", [1, 384, 1]),
        ("out.Identity_2", [1, FineAnchors, 16]),
        ("out.Identity_3", [1, 384, 16]));

    /// <summary>All faces, highest score first.</summary>
    /// <param name="bgr">8-bit, any size.</param>
    public IReadOnlyList<DetectedFace> Detect(Mat bgr)
    {
        float scale = (float)Math.Max(bgr.Width, bgr.Height) / Side;
        Size fitted = new((int)MathF.Round(bgr.Width / scale), (int)MathF.Round(bgr.Height / scale));
        Vector2 padding = new((Side - fitted.Width) / 2, (Side - fitted.Height) / 2);
        _square.SetTo(Scalar.All(0));
        using (Mat inner = _square.SubMat(new Rect((int)padding.X, (int)padding.Y, fitted.Width, fitted.Height)))
        {
            Cv2.Resize(bgr, inner, fitted, 0, 0, scale > 1 ? InterpolationFlags.Area : InterpolationFlags.Linear);
        }

        Pixels.ToInterleaved(_square, _network.Input, 1 / 127.5f, -1);
        _network.Run();
        Decode(_network.Output(0), _network.Output(2), first: 0, scale, padding);
        Decode(_network.Output(1), _network.Output(3), first: FineAnchors, scale, padding);
        return Suppress();
    }

    public void Clear()
    {
        _square.SetTo(Scalar.All(0));
        _network.Clear();
    }

    public void Dispose()
    {
        _square.Dispose();
        _network.Dispose();
    }

    private static IEnumerable<Vector2> Grid(int stride, int each) =>
        from y in Enumerable.Range(0, Side / stride)
        from x in Enumerable.Range(0, Side / stride)
        from k in Enumerable.Range(0, each)
        select new Vector2(stride * (x + 0.5f), stride * (y + 0.5f));

    private void Decode(ReadOnlySpan<float> logits, ReadOnlySpan<float> rows, int first, float scale, Vector2 padding)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] < LeastLogit) continue;
            ReadOnlySpan<float> row = rows.Slice(i * 16, 16);
            Vector2 anchor = Anchors[first + i] - padding;
            Vector2 size = new Vector2(row[2], row[3]) * scale;
            Vector2 corner = ((new Vector2(row[0], row[1]) + anchor) * scale) - (size / 2);
            _candidates.Add(new(
                new Rect2f(corner.X, corner.Y, size.X, size.Y),
                1 / (1 + MathF.Exp(-logits[i])),
                (new Vector2(row[4], row[5]) + anchor) * scale,
                (new Vector2(row[6], row[7]) + anchor) * scale));
        }
    }

    private List<DetectedFace> Suppress()
    {
        List<DetectedFace> kept = [];
        foreach (DetectedFace face in _candidates.OrderByDescending(f => f.Score))
        {
            if (kept.TrueForAll(k => Overlap(k.Box, face.Box) <= MostOverlap)) kept.Add(face);
        }

        _candidates.Clear();
        return kept;
    }

    private static float Overlap(Rect2f a, Rect2f b)
    {
        Rect2f common = a & b;
        float shared = Math.Max(0, common.Width) * Math.Max(0, common.Height);
        return shared / ((a.Width * a.Height) + (b.Width * b.Height) - shared);
    }
}
