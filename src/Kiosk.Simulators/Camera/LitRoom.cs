using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Light on a surface in the simulated room: a bright ceiling, lamps or a window from some direction, and the kiosk's panel. Illuminance in
/// lux, for red, green and blue.
/// </summary>
internal sealed class LitRoom
{
    private readonly (Vector3 Towards, float Wrap, Vector3 Lux)[] _lamps;
    private readonly Vector3 _above;
    private readonly Vector3 _below;

    private LitRoom(Vector3 above, Vector3 below, (Vector3 Towards, float Wrap, Vector3 Lux)[] lamps, double meter) =>
        (_above, _below, _lamps, Meter) = (above, below, lamps, meter);

    /// <summary>What the kiosk's light sensor reads, lux: not the same as what the face gets.</summary>
    public double Meter { get; }

    /// <summary>A white room with the same light from everywhere above.</summary>
    public static LitRoom Even(float lux) => new(new(1.4f * lux), new(0.6f * lux), [], lux);

    /// <summary>150 to 400 lux on the face from the ceiling, lamps on any side.</summary>
    public static LitRoom Office(Random random)
    {
        float lux = 150 + (250 * random.NextSingle()), side = (2 * random.NextSingle()) - 1;
        Vector3 tint = Tint(random, 0.12f);
        Vector3 lamp = Vector3.Normalize(new(side, -0.9f, -0.5f - (0.6f * random.NextSingle())));
        return Make(lux, 0.6f, tint, lamp, 0.25f, tint, random);
    }

    /// <summary>900 to 2200 lux, mostly from a window at one side.</summary>
    public static LitRoom Window(Random random)
    {
        float lux = 900 + (1300 * random.NextSingle()), side = random.Next(2) == 0 ? 1 : -1;
        Vector3 window = Vector3.Normalize(new(side * (0.6f + (0.6f * random.NextSingle())), -0.2f, 0.2f - (0.9f * random.NextSingle())));
        return Make(lux, 0.3f, Tint(random, 0.12f), window, 0.35f, Tint(random, 0.12f), random);
    }

    /// <summary>Room light on a surface.</summary>
    public Vector3 On(Vector3 normal)
    {
        // y is down: a surface that looks up has a negative y.
        float up = 0.5f - (0.5f * normal.Y);
        Vector3 light = (_above * up) + (_below * (1 - up));
        foreach ((Vector3 towards, float wrap, Vector3 lux) in _lamps)
            light += lux * MathF.Max(0, (Vector3.Dot(normal, towards) + wrap) / (1 + wrap));
        return light;
    }

    private static LitRoom Make(float lux, float ceiling, Vector3 sky, Vector3 lamp, float wrap, Vector3 lampTint, Random random)
    {
        Vector3 above = sky * (lux * ceiling * 1.4f), below = sky * (lux * ceiling * 0.6f), lit = lampTint * (lux * (1 - ceiling) * 1.5f);
        // The sensor sits in the kiosk's front, is not where the face is, and is not exact.
        double meter = lux * (0.7 + (0.7 * random.NextDouble()));
        return new(above, below, [(lamp, wrap, lit)], meter);
    }

    private static Vector3 Tint(Random random, float most)
    {
        float warm = most * ((2 * random.NextSingle()) - 1);
        return new(1 + warm, 1, 1 - warm);
    }
}

/// <summary>
/// The kiosk's panel while a face is compared: the page with its lit background, the preview that stays as it is, and buttons. 300 cd/m² at
/// white; weaker to the sides, as such panels are.
/// </summary>
internal static class LitPanel
{
    public const float Nits = 300;
    private const int Columns = 16;
    private const int Rows = 10;
    private const float PanelWidth = 217;
    private const float PanelHeight = 136;

    /// <summary>From the panel's upper edge to the lens, mm.</summary>
    private const float Lens = 18;

    /// <summary>Points of the picture at which the light is computed; between them it is interpolated.</summary>
    public const int GridX = 9;
    public const int GridY = 7;

    /// <summary>Luminance of the page, cd/m².</summary>
    /// <param name="u">0: the patient's left edge; 1: the right one.</param>
    /// <param name="v">0: top; 1: bottom.</param>
    public static Vector3 Page(LightStep step, double u, double v)
    {
        // Where the preview and two buttons are on the page; they do not change with the steps.
        bool preview = u is > 0.04 and < 0.46 && v is > 0.14 and < 0.68, button = v is > 0.74 and < 0.86 && u is > 0.08 and < 0.9;
        if (preview) return new(Nits * 0.18f);
        if (button) return new(Nits * 0.8f);
        if (step == default) return new(Nits);
        (double red, double green, double blue) = step.At((2 * u) - 1, (2 * v) - 1);
        return Nits * new Vector3((float)red, (float)green, (float)blue);
    }

    /// <summary>For each point of the grid and each channel: a vector; a surface with normal n gets max(0, n · vector) lux.</summary>
    /// <param name="distance">mm from the camera.</param>
    internal static Vector3[] Field(LightStep step, float distance)
    {
        Vector3[] field = new Vector3[GridX * GridY * 3];
        for (int g = 0; g < GridX * GridY; g++)
        {
            float px = (g % GridX) * (LitSurface.Width - 1f) / (GridX - 1), py = (g / GridX) * (LitSurface.Height - 1f) / (GridY - 1);
            Vector3 place = new((px - 320) * distance / LitSurface.Focal, (py - 240) * distance / LitSurface.Focal, distance);
            for (int row = 0; row < Rows; row++)
            {
                for (int column = 0; column < Columns; column++)
                {
                    double u = (column + 0.5) / Columns, v = (row + 0.5) / Rows;
                    // The camera looks at the patient: the patient's left is on the right of its picture.
                    Vector3 from = new((float)(0.5 - u) * PanelWidth, Lens + ((float)v * PanelHeight), 0), ray = from - place;
                    float length = ray.Length(), aside = place.Z / length;
                    float patch = PanelWidth / Columns * (PanelHeight / Rows) * MathF.Pow(aside, 1.6f) / (length * length);
                    Vector3 light = Page(step, u, v) * patch, direction = ray / length;
                    field[3 * g] += direction * light.X;
                    field[(3 * g) + 1] += direction * light.Y;
                    field[(3 * g) + 2] += direction * light.Z;
                }
            }
        }

        return field;
    }

    /// <summary>Luminance of the panel in a mirror: where the mirrored ray meets it; 0 elsewhere.</summary>
    /// <param name="place">Of the mirror, mm.</param>
    public static Vector3 Mirrored(LightStep step, Vector3 place, Vector3 normal)
    {
        Vector3 view = Vector3.Normalize(-place), ray = (2 * Vector3.Dot(view, normal) * normal) - view;
        if (ray.Z >= -1e-3f) return Vector3.Zero;
        Vector3 hit = place + (ray * (place.Z / -ray.Z));
        double u = 0.5 - (hit.X / PanelWidth), v = (hit.Y - Lens) / PanelHeight;
        return u is < 0 or > 1 || v is < 0 or > 1 ? Vector3.Zero : Page(step, u, v);
    }
}
