using System.Numerics;

namespace Kiosk.Devices.FaceEngine;

/// <summary>The shape of one face in pixels of its frame; reused from frame to frame.</summary>
internal sealed class FaceShape
{
    /// <summary>468 points; z in pixels too, towards the camera is negative.</summary>
    public Vector3[] Mesh { get; } = new Vector3[468];

    /// <summary>68 points in dlib's order.</summary>
    public Vector2[] Points { get; } = new Vector2[Landmarks.Count];

    /// <summary>0 to 1: how sure the mesh is that it lies on a face.</summary>
    public float Confidence { get; set; }

    public float Iod => Landmarks.Iod(Points);

    public Vector2 Centre => Landmarks.Mean(Points.AsSpan(17));

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
