using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>The light of every step at every cell, computed once for all hypotheses.</summary>
/// <param name="places">Cells, mm.</param>
internal sealed class LightTable(IReadOnlyList<Vector3> places, LightGeometry geometry)
{
    private readonly Dictionary<LightStep, Vector3[]> _light = [];

    public int Cells => places.Count;

    /// <returns>Three vectors: red, green, blue (<see cref="LightGeometry.LightAt"/>).</returns>
    public ReadOnlySpan<Vector3> At(LightStep step, int cell)
    {
        if (!_light.TryGetValue(step, out Vector3[]? all))
        {
            _light[step] = all = new Vector3[3 * places.Count];
            for (int i = 0; i < places.Count; i++) geometry.LightAt(places[i], step, all.AsSpan(3 * i, 3));
        }

        return all.AsSpan(3 * cell, 3);
    }
}
