using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine;

/// <summary>The shape of one face in pixels of its frame; reused from frame to frame.</summary>
internal sealed class FaceShape
{
    /// <summary>468 points in pixels; z is negative towards the camera.</summary>
    public Vector3[] Mesh { get; } = new Vector3[468];

    /// <summary>68 points in dlib's order.</summary>
    public Vector2[] Points { get; } = new Vector2[Landmarks.Count];

    /// <summary>The mesh's confidence that it lies on a face, 0 to 1.</summary>
    public float Confidence { get; set; }

    public float Iod => Landmarks.Iod(Points);

    public Vector2 Centre => Landmarks.Mean(Points.AsSpan(17));

    /// <summary>The box around the mesh, in shares of the picture.</summary>
    public FaceArea Area(OpenCvSharp.Size picture)
    {
        Vector3 low = new(float.MaxValue), high = new(float.MinValue);
        foreach (Vector3 p in Mesh) (low, high) = (Vector3.Min(low, p), Vector3.Max(high, p));
        return new(low.X / picture.Width, low.Y / picture.Height, (high.X - low.X) / picture.Width, (high.Y - low.Y) / picture.Height);
    }

    public void CopyTo(FaceShape other)
    {
        Mesh.CopyTo(other.Mesh, 0);
        Points.CopyTo(other.Points, 0);
        other.Confidence = Confidence;
    }

    public void Clear()
    {
        Array.Clear(Mesh);
        Array.Clear(Points);
    }
}
