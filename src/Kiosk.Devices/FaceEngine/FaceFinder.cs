using System.Numerics;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>Detector and mesh together: finds the face to compare.</summary>
internal sealed class FaceFinder(ModelStore store) : IDisposable
{
    /// <summary>Share of the nearest face's size. A smaller face is somebody in the background, not a second patient.</summary>
    private const float ComparableSize = 0.6f;

    private const float SureScore = 0.6f;
    private const float SureMesh = 0.5f;
    private readonly FaceDetector _detector = new(store);
    private readonly FaceMesh _mesh = new(store);

    /// <summary>Fits the mesh to the nearest, most central face.</summary>
    /// <param name="shape">Written only when a face was found.</param>
    /// <returns>NoFace, OnlyOnePerson, ShowWholeFace, or null: exactly one.</returns>
    public FaceGuidance? Find(Mat bgr, FaceShape shape)
    {
        IReadOnlyList<DetectedFace> faces = _detector.Detect(bgr);
        if (faces.Count == 0) return FaceGuidance.NoFace;
        Vector2 centre = new(bgr.Width / 2f, bgr.Height / 2f);
        DetectedFace nearest = faces.MaxBy(f => f.Size - (0.25f * Vector2.Distance(f.Centre, centre)));
        _mesh.Fit(bgr, nearest, shape);
        if (faces.Any(f => IsSecondPerson(f, nearest))) return FaceGuidance.OnlyOnePerson;
        if (shape.Confidence >= SureMesh) return null;
        // The detector is sure of a head but the mesh finds no face on it: the face is covered or cut off.
        return nearest.Score >= SureScore ? FaceGuidance.ShowWholeFace : FaceGuidance.NoFace;
    }

    public void Clear()
    {
        _detector.Clear();
        _mesh.Clear();
    }

    public void Dispose()
    {
        _detector.Dispose();
        _mesh.Dispose();
    }

    /// <summary>A blurred face sometimes gets two boxes; two heads are at least most of a head apart.</summary>
    private static bool IsSecondPerson(in DetectedFace face, in DetectedFace nearest) =>
        face.Score >= SureScore
        && face.Size >= ComparableSize * nearest.Size
        && Vector2.Distance(face.Centre, nearest.Centre) > 0.7f * nearest.Size;
}
