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
            ("rule.mostMisfit", Rule.MostMisfit, 1, 1000),
            ("rule.leastOrder", Rule.LeastOrder, 0, 1e6),
            ("rule.mostSheet", Rule.MostSheet, -1e6, 0),
            ("rule.leastHead", Rule.LeastHead, 0, 1e6),
            ("rule.leastClarity", Rule.LeastClarity, 0, 1e6),
            ("rule.settleMs", Rule.SettleMs, 0, 300),
            ("geometry.panelWidth", Geometry.PanelWidth, 80, 1200),
            ("geometry.panelHeight", Geometry.PanelHeight, 50, 1200),
            ("geometry.cameraAbove", Geometry.CameraAbove, -500, 500),
            ("geometry.focal", Geometry.Focal, 200, 3000),
        ];
        if (Geometry.Covered?.Any(part => part is not { Count: 4 }) == true) return "geometry.covered: four numbers each";
        foreach ((string name, double value, double least, double most) in values)
        {
            if (!(value >= least && value <= most))
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {least} to {most}");
        }

        return null;
    }
}
