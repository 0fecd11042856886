namespace Kiosk.App.Reports;

/// <summary>One plot, drawn as SVG by <see cref="PlotSvg"/>. All values are in the units of the axes.</summary>
/// <param name="Title">For screen readers, and shown when the pointer rests on the plot.</param>
/// <param name="Width">Of the drawing; the page scales it.</param>
public sealed record Plot(string Title, int Width, int Height, PlotAxis X, PlotAxis Y)
{
    public IReadOnlyList<PlotLine> Lines { get; init; } = [];

    public IReadOnlyList<PlotBar> Bars { get; init; } = [];

    public IReadOnlyList<PlotLimit> Limits { get; init; } = [];
}

/// <summary>A linear axis. For a logarithmic one give logarithms and label the ticks with the values (<see cref="Decades"/>).</summary>
/// <param name="Title">Empty: none is written.</param>
public sealed record PlotAxis(double Low, double High, IReadOnlyList<PlotTick> Ticks, string Title = "")
{
    /// <summary>
    /// Powers of ten from <paramref name="from"/> to <paramref name="to"/>; the values to draw are logarithms to base 10.
    /// </summary>
    public static PlotAxis Decades(int from, int to, string title) =>
        new(from, to, [.. Enumerable.Range(from, to - from + 1).Select(decade => new PlotTick(decade, $"1e{decade}"))], title);

    /// <summary>Where the value lies between both ends, 0 to 1; the middle where the axis has no length.</summary>
    public double Share(double value) => High > Low ? Math.Clamp((value - Low) / (High - Low), 0, 1) : 0.5;
}

/// <summary>A labelled value of an axis with its grid line.</summary>
public readonly record struct PlotTick(double At, string Label);

/// <summary>A line through points.</summary>
/// <param name="Style">Class of the line, see <see cref="PlotStyle"/>: line, second or third.</param>
/// <param name="Name">For the legend; empty: not named.</param>
public sealed record PlotLine(string Style, string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A bar that stands on the lower end of the Y axis.</summary>
public readonly record struct PlotBar(double From, double To, double Height);

/// <summary>A dashed line across the plot: horizontal at <paramref name="Y"/>, else vertical at <paramref name="X"/>.</summary>
public readonly record struct PlotLimit(double? X, double? Y, string Label = "");
