using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>What a site measured for its camera and its panel.</summary>
/// <param name="Camera">Model of the camera, for people.</param>
/// <param name="Panel">Model of the panel, for people.</param>
public sealed record LightLimits(string Camera, string Panel, LightRule Rule, LightGeometry Geometry)
{
    /// <returns>What is wrong, and what is allowed; null: nothing.</returns>
    public string? Wrong()
    {
        if (Rule is null || Geometry is null) return "rule and geometry: missing";
        (string Name, double Value, double Least, double Most)[] values =
        [
            ("rule.returnLux", Rule.ReturnLux, 0.1, 1e6),
            ("rule.leastReturn", Rule.LeastReturn, 0, 1),
            ("rule.mostReturn", Rule.MostReturn, 1, 100),
            ("rule.leastEvenness", Rule.LeastEvenness, 0, 1),
            ("rule.leastOrder", Rule.LeastOrder, 0, 10),
            ("rule.leastRelief", Rule.LeastRelief, -1, 1),
            ("rule.leastClarity", Rule.LeastClarity, 1, 100),
            ("rule.settleMs", Rule.SettleMs, 0, 300),
            ("geometry.panelWidth", Geometry.PanelWidth, 80, 1200),
            ("geometry.panelHeight", Geometry.PanelHeight, 50, 1200),
            ("geometry.cameraAbove", Geometry.CameraAbove, -500, 500),
            ("geometry.focal", Geometry.Focal, 200, 3000),
        ];
        foreach ((string name, double value, double least, double most) in values)
        {
            if (!(value >= least && value <= most))
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {least} to {most}");
        }

        return null;
    }
}
