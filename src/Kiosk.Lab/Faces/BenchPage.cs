using System.Globalization;
using System.Net;
using System.Text;

namespace Kiosk.Lab.Faces;

/// <summary>The report as one self-contained page: tables, a DET curve and the rates over the threshold as SVG.</summary>
internal static class BenchPage
{
    private const string Style = """
        body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#1a1a1a}
        table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.25rem .6rem;text-align:right}
        th:first-child,td:first-child{text-align:left}th{background:#f2f2f2}svg{max-width:100%;height:auto}
        .all{stroke:#1f5fa8}.group{stroke:#b3261e}.averaged{stroke:#2e7d32;stroke-dasharray:6 4}p.note{color:#444}
        """;

    public static string Make(BenchReport report)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Face bench: {Text(report.Engine)}</title><style>{Style}</style></head><body>
            <h1>Face bench: {Text(report.Engine)} at {report.Threshold:0.###}</h1>
            <p>{report.People} people, {report.Pictures} pictures of {Text(report.DataSet)}. Card photo (240 × 320, grey, JPEG 2000 of 4.9 KB) against live pictures;
            {report.Pairs.Genuine:N0} genuine and {report.Pairs.Impostor:N0} impostor pairs{Group(report)}.
            Bounds: 95 %, people drawn with replacement.</p>
            """);
        Shipped(page, report);
        Points(page, report);
        page.Append("<h2>Error trade-off</h2>").Append(BenchPlot.Det(report));
        page.Append("<h2>Rates over the threshold</h2>").Append(BenchPlot.OverThreshold(report));
        Stages(page, report);
        Conditions(page, report);
        return page.Append("</body></html>\n").ToString();
    }

    private static string Group(BenchReport report) => report.Pairs.ImpostorGroup is { } impostor
        ? string.Create(CultureInfo.InvariantCulture, $"; inside the group of {report.GroupPeople} people {report.Pairs.GenuineGroup:N0} and {impostor:N0}")
        : "";

    private static void Shipped(StringBuilder page, BenchReport report)
    {
        ShippedRates at = report.Shipped;
        page.Append("<h2>At the shipped threshold</h2><table><tr><th>rate</th><th>measured</th><th>95 % bounds</th></tr>");
        Row("false matches (FMR)", at.Fmr, at.FmrBounds);
        Row("false matches inside the group", at.FmrGroup, at.FmrGroupBounds);
        Row("false non-matches (FNMR), single picture", at.Fnmr, at.FnmrBounds);
        Row("false non-matches, mean of three", at.FnmrAveraged, at.FnmrAveragedBounds);
        Row("false non-matches inside the group", at.FnmrGroup, at.FnmrGroupBounds);
        Row("false matches, mean of three", at.FmrAveraged, null);
        Row("false matches inside the group, mean of three", at.FmrGroupAveraged, null);
        Row("failure to acquire", report.FailureToAcquire, null);
        page.Append("</table>");

        void Row(string name, double? rate, Bounds? bounds)
        {
            if (rate is { } value) page.Append(CultureInfo.InvariantCulture, $"<tr><td>{name}</td><td>{Rate(value)}</td><td>{(bounds is null ? "" : $"{Rate(bounds.Low)} – {Rate(bounds.High)}")}</td></tr>");
        }
    }

    private static void Points(StringBuilder page, BenchReport report)
    {
        page.Append("<h2>FNMR at a given FMR</h2><table><tr><th>pairs</th><th>FMR</th><th>threshold</th><th>FNMR</th><th>95 % bounds</th></tr>");
        foreach ((string who, RatePoint point) in report.Points.Select(p => ("all", p)).Concat(report.PointsGroup.Select(p => ("group", p))))
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{who}</td><td>{point.Rate}</td><td>{point.Distance:0.000}</td><td>{Rate(point.Fnmr)}</td><td>{Rate(point.Bounds.Low)} – {Rate(point.Bounds.High)}</td></tr>");
        page.Append("</table>");
    }

    private static void Stages(StringBuilder page, BenchReport report)
    {
        page.Append("<h2>Time and memory by stage, one core</h2><table><tr><th>stage</th><th>median ms</th><th>p95 ms</th><th>MiB added</th></tr>");
        foreach ((string stage, double ms) in report.Ms)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{stage}</td><td>{ms:0.0}</td><td>{report.MsP95[stage]:0.0}</td><td>{(report.MemoryMib.TryGetValue(stage, out double mib) ? mib.ToString("0", CultureInfo.InvariantCulture) : "")}</td></tr>");
        page.Append(CultureInfo.InvariantCulture, $"</table><p class=\"note\">Resident memory of the program while it measured: {report.MemoryMib["whole"]:0} MiB.</p>");
    }

    private static void Conditions(StringBuilder page, BenchReport report)
    {
        if (report.Conditions.Count == 0) return;
        page.Append("<h2>Live conditions (painted over good pictures)</h2><table><tr><th>condition</th><th>pictures</th><th>no face</th><th>told by a gate</th><th>most often</th><th>FNMR</th><th>FNMR past the gates</th><th>FMR</th></tr>");
        foreach (ConditionRates c in report.Conditions)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{c.Condition}</td><td>{c.Pictures}</td><td>{c.NoFace:P1}</td><td>{c.Gated:P1}</td><td>{c.Told}</td><td>{c.Fnmr:P1}</td><td>{c.FnmrUsable:P1}</td><td>{Rate(c.Fmr)}</td></tr>");
        page.Append("</table>");
    }

    private static string Rate(double share) => share switch
    {
        0 => "0",
        < 0.001 => share.ToString("0.0e-0", CultureInfo.InvariantCulture),
        _ => share.ToString("0.00 %", CultureInfo.InvariantCulture),
    };

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
