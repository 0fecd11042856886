namespace Kiosk.Core;

/// <summary>How bright the screen is: it follows the light of the room, and is dim while nobody is there.</summary>
public static class ScreenBrightness
{
    public const double Dim = 0.15;

    /// <summary>After so long without anybody the screen goes dim.</summary>
    public static readonly TimeSpan DimAfter = TimeSpan.FromSeconds(60);

    /// <param name="lux">Light of the room; null: not measured, so the screen is at its brightest.</param>
    /// <param name="served">There is a visit: never dim.</param>
    /// <param name="alone">How long nobody has been there; zero while somebody is, or where there is no sensor.</param>
    /// <returns>0 to 1.</returns>
    public static double For(double? lux, bool served, TimeSpan alone)
    {
        if (!served && alone >= DimAfter) return Dim;
        if (lux is not double known) return 1;
        // The eye sees brightness by powers of ten: 0.4 at 10 lx and below, 1 at 1,000 lx and above.
        return Math.Clamp(0.4 + (0.3 * (Math.Log10(Math.Max(known, 1)) - 1)), 0.4, 1);
    }
}
