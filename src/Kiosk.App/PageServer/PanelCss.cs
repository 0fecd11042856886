using System.Globalization;
using System.Text;

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
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $":root{{--mm:calc(100vw / {widthMm:0.###})}}\n"));
    }
}
