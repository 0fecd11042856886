namespace Kiosk.Journeys;

/// <summary>A display panel in its mounted orientation.</summary>
/// <param name="WidthMm">Width of the lit area, mm.</param>
public sealed record Panel(string Name, int Width, int Height, double WidthMm)
{
    /// <summary>10.1-inch 16:10.</summary>
    public static Panel Landscape { get; } = new("1280x800", 1280, 800, 217);

    /// <summary>15.6-inch, upright.</summary>
    public static Panel Portrait { get; } = new("1080x1920", 1080, 1920, 194);

    /// <summary>10.1-inch with a low resolution.</summary>
    public static Panel Small { get; } = new("1024x600", 1024, 600, 222);

    public static IReadOnlyList<Panel> All { get; } = [Landscape, Portrait, Small];

    public double PixelsPerMm => Width / WidthMm;
}
