using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Simulators.Camera;

/// <summary>The light of the panel in one step, at any pixel; interpolated between the points of a coarse grid.</summary>
/// <param name="near">Distance for which the grid is computed, mm; elsewhere the light falls with the square of the distance.</param>
internal sealed class LitField(LightStep step, float near)
{
    private readonly Vector3[] _field = LitPanel.Field(step, near);

    /// <returns>Lux: red, green, blue.</returns>
    public Vector3 On(int x, int y, Vector3 normal, float distance)
    {
        float gx = x * (LitPanel.GridX - 1f) / (LitSurface.Width - 1), gy = y * (LitPanel.GridY - 1f) / (LitSurface.Height - 1);
        int column = Math.Min((int)gx, LitPanel.GridX - 2), row = Math.Min((int)gy, LitPanel.GridY - 2);
        int at = 3 * ((row * LitPanel.GridX) + column), below = at + (3 * LitPanel.GridX);
        (float fx, float fy) = (gx - column, gy - row);
        float falloff = near * near / (distance * distance);
        return falloff * new Vector3(Lit(0), Lit(1), Lit(2));

        float Lit(int channel)
        {
            Vector3 top = Vector3.Lerp(_field[at + channel], _field[at + 3 + channel], fx);
            Vector3 bottom = Vector3.Lerp(_field[below + channel], _field[below + 3 + channel], fx);
            return MathF.Max(0, Vector3.Dot(normal, Vector3.Lerp(top, bottom, fy)));
        }
    }
}
