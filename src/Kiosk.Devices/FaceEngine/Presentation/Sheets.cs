using System.Numerics;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// The sheets of paper that an attacker can hold: flat or bent to a cylinder about any axis, and tilted. Each is one normal for every cell.
/// </summary>
internal static class Sheets
{
    private const double Degree = Math.PI / 180;
    private static readonly double[] Axes = [0, 45, 90, 135];
    private static readonly double[] Bends = [-20, 15, 25, 35, 45];
    private static readonly double[] Tilts = [-24, -12, 0, 12, 24];

    /// <param name="places">Cells in mm.</param>
    public static IEnumerable<Vector3[]> For(IReadOnlyList<Vector3> places)
    {
        Vector3 centre = Vector3.Zero;
        foreach (Vector3 p in places) centre += p / places.Count;
        foreach ((double axis, double bend) in
            from bend in Bends.Prepend(0) from axis in Axes where bend != 0 || axis == 0 select (axis * Degree, bend * Degree))
        {
            foreach (double yaw in Tilts)
            {
                foreach (double pitch in Tilts) yield return Sheet(places, centre, axis, bend, yaw * Degree, pitch * Degree);
            }
        }
    }

    /// <param name="axis">Direction across the axis of the cylinder in the picture, radians from x.</param>
    /// <param name="bend">Angle of the surface at one eye distance from the middle, radians; positive: the middle is nearest.</param>
    internal static Vector3[] Sheet(IReadOnlyList<Vector3> places, Vector3 centre, double axis, double bend, double yaw, double pitch)
    {
        Vector3 across = new((float)Math.Cos(axis), (float)Math.Sin(axis), 0);
        Matrix4x4 tilt = Matrix4x4.CreateRotationY((float)yaw) * Matrix4x4.CreateRotationX((float)pitch);
        Vector3[] normals = new Vector3[places.Count];
        for (int i = 0; i < normals.Length; i++)
        {
            double along = Vector3.Dot(places[i] - centre, across) / LightGeometry.EyeDistance;
            double angle = Math.Clamp(bend * along, -85 * Degree, 85 * Degree);
            Vector3 normal = (across * (float)Math.Sin(angle)) - (Vector3.UnitZ * (float)Math.Cos(angle));
            normals[i] = Vector3.TransformNormal(normal, tilt);
        }

        return normals;
    }
}
