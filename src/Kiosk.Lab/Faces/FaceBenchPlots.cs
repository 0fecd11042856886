using System.Globalization;
using Kiosk.App.Reports;

namespace Kiosk.Lab.Faces;

/// <summary>The two plots of the face bench. Rates are drawn as logarithms.</summary>
internal static class FaceBenchPlots
{
    private const int Width = 730, Height = 440;

    /// <summary>No rate below this can be drawn on a logarithmic axis.</summary>
    private const double LeastRate = 1e-6;

    /// <summary>Detection error trade-off: FNMR over FMR, both logarithmic. Lower and further left is better.</summary>
    public static Plot ErrorTradeOff(FaceBenchReport report) => new(
        "FNMR over FMR", Width, Height, PlotAxis.Decades(-6, 0, "false match rate"), PlotAxis.Decades(-3, 0, "false non-match rate"))
    {
        Lines =
        [
            Line("line", "all pairs", report.Roc, p => (Log(p.Fmr), Log(p.Fnmr))),
            Line("second", "inside the group", report.RocGroup, p => (Log(p.Fmr), Log(p.Fnmr))),
            Line("third", "mean of three pictures", report.RocAveraged, p => (Log(p.Fmr), Log(p.Fnmr))),
        ],
    };

    /// <summary>FMR rises and FNMR falls as the threshold grows; the shipped threshold is marked.</summary>
    public static Plot OverThreshold(FaceBenchReport report)
    {
        double most = report.Roc.Count == 0 ? 1 : report.Roc.Max(p => p.Distance);
        PlotTick[] ticks = [.. Enumerable.Range(0, (int)(most / 0.2) + 1)
            .Select(i => new PlotTick(i * 0.2, (i * 0.2).ToString("0.0", CultureInfo.InvariantCulture)))];
        return new("FMR and FNMR over the threshold", Width, Height, new PlotAxis(0, most, ticks, "threshold (distance)"),
            PlotAxis.Decades(-6, 0, "rate"))
        {
            Lines =
            [
                Line("line", "FMR, all pairs", report.Roc, p => (p.Distance, Log(p.Fmr))),
                Line("second", "FMR, inside the group", report.RocGroup, p => (p.Distance, Log(p.Fmr))),
                Line("third", "FNMR, single picture", report.Roc, p => (p.Distance, Log(p.Fnmr))),
            ],
            Limits = [new PlotLimit(report.Threshold, null, "shipped")],
        };
    }

    private static PlotLine Line(string style, string name, IReadOnlyList<WorkingPoint> points, Func<WorkingPoint,
        (double, double)> place) =>
        new(style, name, [.. points.Select(place)]);

    private static double Log(double rate) => Math.Log10(Math.Max(rate, LeastRate));
}
