using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Where panel and camera are, in mm. The camera is the origin and looks along z; x is to the right of its picture, y is down. The panel
/// lies in the plane z = 0 below the camera and faces the patient, so its left edge, as the patient sees it, is at positive x.
/// </summary>
/// <param name="PanelWidth">Lit width, mm, 80 to 1200.</param>
/// <param name="PanelHeight">Lit height, mm, 50 to 1200.</param>
/// <param name="CameraAbove">From the panel's upper edge to the lens, mm, -500 to 500.</param>
/// <param name="Covered">What does not change with the steps: the preview, buttons. Each: left, top, right, bottom, -1 to 1 as the
/// patient sees it.</param>
/// <param name="Focal">Focal length of the camera in pixels of its 640 x 480 picture, 200 to 3000; 650 is a horizontal angle of 52
/// degrees.</param>
public sealed record LightGeometry(double PanelWidth = 217, double PanelHeight = 136, double CameraAbove = 15, double Focal = 650,
    IReadOnlyList<IReadOnlyList<double>>? Covered = null)
{
    /// <summary>Between the centres of an adult's eyes, mm (mean).</summary>
    public const double EyeDistance = 63;

    /// <summary>The preview and the row of buttons of the landscape page (wwwroot/kiosk.css, .mirror and .do).</summary>
    private static readonly double[][] Landscape = [[-0.93, -0.7, -0.08, 0.35], [-0.84, 0.48, 0.8, 0.72]];

    private const int Columns = 20;
    private const int Rows = 16;

    /// <summary>
    /// The light of one step at one place, as a vector for each colour channel: a surface with unit normal n gets max(0, n · vector).
    /// The panel is taken as a Lambertian emitter in 320 patches.
    /// </summary>
    /// <param name="at">Place in mm.</param>
    /// <param name="light">Three vectors, red, green, blue; written. 1 is a fully lit panel that fills the view.</param>
    public void LightAt(Vector3 at, LightStep step, Span<Vector3> light)
    {
        light.Clear();
        IReadOnlyList<IReadOnlyList<double>> covered = Covered ?? Landscape;
        double area = PanelWidth * PanelHeight / (Columns * Rows);
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                double x = (((2 * column) + 1.0) / Columns) - 1, y = (((2 * row) + 1.0) / Rows) - 1;
                if (covered.Any(part => x > part[0] && y > part[1] && x < part[2] && y < part[3])) continue;
                Vector3 patch = new((float)(-x * PanelWidth / 2), (float)(CameraAbove + (PanelHeight * (1 + y) / 2)), 0);
                Vector3 to = patch - at;
                float distance = to.Length();
                // Cosine at the panel, and the inverse square.
                Vector3 flow = to * (float)(area * at.Z / (Math.PI * Math.Pow(distance, 4)));
                (double red, double green, double blue) = step.At(x, y);
                light[0] += flow * (float)red;
                light[1] += flow * (float)green;
                light[2] += flow * (float)blue;
            }
        }
    }
}
