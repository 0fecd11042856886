using System.Globalization;
using System.Text;

namespace Kiosk.App.PageServer;

/// <summary>
/// The panel's scale as a style sheet of its own (an inline style would break the CSP): <c>--mm</c> is one millimetre
/// on the glass. Derived from the page's width, so it holds for any resolution and either way up.
/// </summary>
public static class PanelCss
{
    /// <param name="widthMm">Width of the lit area in mm, 150 to 1200, as the panel is mounted.</param>
    public static byte[] For(double widthMm)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthMm, 150);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(widthMm, 1200);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $":root{{--mm:calc(100vw / {widthMm:0.###})}}\n"));
    }
}
