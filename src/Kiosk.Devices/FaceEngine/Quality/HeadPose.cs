using System.Numerics;

namespace Kiosk.Devices.FaceEngine.Quality;

/// <summary>How the head is turned, degrees; 0: it faces the camera.</summary>
/// <param name="Yaw">Positive: the nose points to the image's right, which is the patient's left.</param>
/// <param name="Pitch">Positive: looking up.</param>
/// <param name="Roll">Positive: clockwise in the image.</param>
internal readonly record struct HeadPose(double Yaw, double Pitch, double Roll)
{
    // The line from forehead to chin of the mesh leans by this angle in a face that looks into the camera (median of lfw-dev).
    private const double PitchOfStraightFace = -5.5;

    /// <summary>From the mesh's own depth: temple to temple and forehead to chin.</summary>
    public static HeadPose FromMesh(ReadOnlySpan<Vector3> mesh)
    {
        Vector3 across = mesh[454] - mesh[234];
        Vector3 down = mesh[152] - mesh[10];
        return new(
            Degrees(Math.Atan2(across.Z, Math.Sqrt((across.X * across.X) + (across.Y * across.Y)))),
            Degrees(Math.Atan2(-down.Z, Math.Sqrt((down.X * down.X) + (down.Y * down.Y)))) - PitchOfStraightFace,
            Degrees(Math.Atan2(across.Y, across.X)));
    }

    private static double Degrees(double radians) => radians * 180 / Math.PI;
}
