using System.Globalization;

namespace Kiosk.App.Reports;

/// <summary>Figures in reports and on the console.</summary>
internal static class ShortNumber
{
    /// <summary>About three significant figures; a dash for NaN (nothing was measured).</summary>
    public static string Format(double value) => double.IsNaN(value) ? "–" : Math.Abs(value) switch
    {
        0 => "0",
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0E0", CultureInfo.InvariantCulture),
    };
}
