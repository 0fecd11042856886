using System.Globalization;
using System.Text;
using Kiosk.Core.Faces;

namespace Kiosk.App.PageServer;

/// <summary>
/// The panel's scale as a separate style sheet, because the CSP forbids inline styles: <c>--mm</c> is one millimetre on the glass. It is
/// calculated from the page's width, so it is correct for any resolution and orientation.
/// </summary>
public static class PanelCss
{
    /// <param name="widthMm">Width of the lit area in mm, 150 to 1200, as the panel is mounted.</param>
    public static byte[] For(double widthMm)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthMm, 150);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(widthMm, 1200);
        string scale = string.Create(CultureInfo.InvariantCulture, $":root{{--mm:calc(100vw / {widthMm:0.###})}}\n");
        return Encoding.ASCII.GetBytes(scale + string.Concat(LightSteps()));
    }

    /// <summary>One rule for each step of the light. Mixed in linear light, as the check computes it.</summary>
    internal static IEnumerable<string> LightSteps() =>
        from step in LightStep.AllOrders().SelectMany(order => order).Distinct()
        let across = step.Side is LightSide.Left or LightSide.Right
        let sign = step.Side is LightSide.Left or LightSide.Top ? -1 : 1
        let tinted = Srgb(step.At(across ? sign : 0, across ? 0 : sign))
        let other = Srgb(step.At(across ? -sign : 0, across ? 0 : -sign))
        let background = step.Side is LightSide.Whole ? tinted
            : $"linear-gradient(in srgb-linear to {step.Side.ToString().ToLowerInvariant()},{other} {Edge(-1)}%,{tinted} {Edge(1)}%)"
        select $".lit-{step.Side}-{step.Hue}".ToLowerInvariant() + $"::before{{background:{background}}}\n";

    private static double Edge(int sign) => 50 * (1 + (sign * LightStep.Blend));

    /// <summary>A colour of linear light as CSS writes it.</summary>
    internal static string Srgb((double Red, double Green, double Blue) linear) => string.Create(CultureInfo.InvariantCulture,
        $"color(srgb-linear {linear.Red:0.####} {linear.Green:0.####} {linear.Blue:0.####})");
}
