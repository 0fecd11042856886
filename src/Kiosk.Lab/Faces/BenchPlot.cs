using System.Globalization;
using System.Text;

namespace Kiosk.Lab.Faces;

/// <summary>The two plots of the report; both axes of the first and the rates of the second are logarithmic.</summary>
internal static class BenchPlot
{
    private const double Left = 70, Top = 20, Width = 640, Height = 380;
    private const double LeastRate = 1e-6;

    /// <summary>FNMR over FMR: lower and further left is better.</summary>
    public static string Det(BenchReport report)
    {
        StringBuilder svg = Open("false match rate");
        for (int decade = -6; decade <= 0; decade++) Grid(svg, X(decade, -6, 0), $"1e{decade}");
        for (int decade = -3; decade <= 0; decade++) Level(svg, decade, -3);
        Line(svg, "all", report.Roc.Select(p => (X(Log(p.Fmr), -6, 0), Y(Log(p.Fnmr), -3))));
        Line(svg, "group", report.RocGroup.Select(p => (X(Log(p.Fmr), -6, 0), Y(Log(p.Fnmr), -3))));
        Line(svg, "averaged", report.RocAveraged.Select(p => (X(Log(p.Fmr), -6, 0), Y(Log(p.Fnmr), -3))));
        return Close(svg, "false non-match rate", report, "averaged: mean of three");
    }

    /// <summary>FMR rises and FNMR falls with the threshold; the shipped one stands as a line.</summary>
    public static string OverThreshold(BenchReport report)
    {
        double most = report.Roc.Max(p => p.Distance);
        StringBuilder svg = Open("threshold (distance)");
        for (double at = 0; at <= most; at += 0.2) Grid(svg, X(at, 0, most), at.ToString("0.0", CultureInfo.InvariantCulture));
        for (int decade = -6; decade <= 0; decade++) Level(svg, decade, -6);
        Line(svg, "all", report.Roc.Select(p => (X(p.Distance, 0, most), Y(Log(p.Fmr), -6))));
        Line(svg, "group", report.RocGroup.Select(p => (X(p.Distance, 0, most), Y(Log(p.Fmr), -6))));
        Line(svg, "averaged", report.Roc.Select(p => (X(p.Distance, 0, most), Y(Log(p.Fnmr), -6))));
        double shipped = X(report.Threshold, 0, most);
        svg.Append(CultureInfo.InvariantCulture, $"<line x1='{shipped:0.0}' x2='{shipped:0.0}' y1='{Top}' y2='{Top + Height}' stroke='#000' stroke-dasharray='2 3'/><text x='{shipped + 4:0.0}' y='{Top + 12}'>shipped</text>");
        return Close(svg, "rate", report, "dashed: FNMR, single picture");
    }

    private static double Log(double rate) => Math.Log10(Math.Max(rate, LeastRate));

    private static double X(double value, double from, double to) => Left + (Width * (value - from) / (to - from));

    private static double Y(double log, double least) => Top + (Height * -Math.Max(log, least) / -least);

    private static StringBuilder Open(string across) => new StringBuilder().Append(
        CultureInfo.InvariantCulture,
        $"<svg viewBox='0 0 {Left + Width + 20} {Top + Height + 70}' font-size='13' font-family='system-ui,sans-serif'><rect x='{Left}' y='{Top}' width='{Width}' height='{Height}' fill='none' stroke='#888'/><text x='{Left + (Width / 2)}' y='{Top + Height + 38}' text-anchor='middle'>{across}</text>");

    private static void Grid(StringBuilder svg, double x, string label) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<line x1='{x:0.0}' x2='{x:0.0}' y1='{Top}' y2='{Top + Height}' stroke='#ddd'/><text x='{x:0.0}' y='{Top + Height + 18}' text-anchor='middle'>{label}</text>");

    private static void Level(StringBuilder svg, int decade, double least)
    {
        double y = Y(decade, least);
        svg.Append(CultureInfo.InvariantCulture, $"<line x1='{Left}' x2='{Left + Width}' y1='{y:0.0}' y2='{y:0.0}' stroke='#ddd'/><text x='{Left - 6}' y='{y + 4:0.0}' text-anchor='end'>1e{decade}</text>");
    }

    private static void Line(StringBuilder svg, string kind, IEnumerable<(double X, double Y)> points)
    {
        string path = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.0},{p.Y:0.0}")));
        if (path.Length > 0) svg.Append(CultureInfo.InvariantCulture, $"<polyline class='{kind}' points='{path}' fill='none' stroke-width='2'/>");
    }

    private static string Close(StringBuilder svg, string up, BenchReport report, string dashed)
    {
        string group = report.RocGroup.Count > 0 ? "   red: inside the group" : "";
        return svg.Append(CultureInfo.InvariantCulture, $"<text x='14' y='{Top + (Height / 2)}' transform='rotate(-90 14 {Top + (Height / 2)})' text-anchor='middle'>{up}</text><text x='{Left}' y='{Top + Height + 60}'>blue: all pairs{group}   {dashed}</text></svg>").ToString();
    }
}
