using System.Globalization;
using System.Net;
using System.Text;
using Kiosk.Core;
using Kiosk.Devices.Board;

namespace Kiosk.App.Benches;

/// <summary>A bench report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere; prints well.</summary>
internal static class ReportPage
{
    private const string Style = """
        body{font:15px/1.55 system-ui,"Noto Sans CJK JP",sans-serif;color:#1a1a1a;max-width:1180px;margin:2em auto;padding:0 1.2em}
        h1{font-size:1.7em;margin:0 0 .2em}h2{font-size:1.2em;margin:2em 0 .5em;border-bottom:2px solid #0017c1}
        .verdict{display:inline-block;padding:.25em .9em;border-radius:.4em;color:#fff;font-weight:700;font-size:1.15em}
        .passed{background:#11622c}.failed{background:#850000}.deviceLost{background:#850000}.stopped{background:#5c4a00}
        table{border-collapse:collapse;width:100%;margin:.4em 0}th,td{text-align:left;padding:.28em .7em .28em 0;border-bottom:1px solid #d8d8d8;vertical-align:top}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.ok{color:#11622c;font-weight:700}.no{color:#850000;font-weight:700}
        .plots{display:grid;grid-template-columns:1fr 1fr;gap:.2em 1.5em}figure{margin:.6em 0;break-inside:avoid}figcaption{font-weight:600}
        svg{width:100%;height:auto}svg text{font-size:11px;fill:#444}svg .axis{stroke:#ccc}svg .limit{stroke:#850000;stroke-dasharray:5 3}
        svg polyline{fill:none;stroke:#0017c1;stroke-width:1.2}svg rect{fill:#0017c1}.quiet{color:#555}
        @media print{body{margin:0;max-width:none}h2{break-after:avoid}}
        """;

    public static string Of(BenchReport report, BenchReport? baseline, string? baselineName)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{report.Bench} bench: {Told(report.Outcome)}</title><style>{Style}</style>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>Bench: {report.Bench}</h1><p><span class=\"verdict {Class(report.Outcome)}\">{Told(report.Outcome)}</span> {Text(Why(report))}</p>");
        if (report.Failure is Failure why) page.Append(CultureInfo.InvariantCulture, $"<p>{FailureCatalogue.EntryFor(why).Code} {Text(FailureCatalogue.EntryFor(why).Staff)}。{Text(FailureCatalogue.EntryFor(why).Remedy)}。</p>");
        Facts(page, report);
        Limits(page, report);
        Table(page, report);
        if (baseline is not null) Comparison(page, report, baseline, baselineName!);
        Plots(page, report);
        Lines(page, "Not measured", report.Skipped.Select(s => ("", $"{s.What}: {s.Why}")));
        Lines(page, "What happened", report.Events.Select(e => (e.At.ToString("0.000 s", CultureInfo.InvariantCulture), e.What)));
        return page.Append("</html>\n").ToString();
    }

    /// <summary>The verdict in one sentence, for the page and the console.</summary>
    public static string Why(BenchReport report) => report.Outcome switch
    {
        BenchOutcome.Passed => $"{report.Limits.Count} of {report.Limits.Count} limits kept, {report.Metrics.Count} metrics.",
        BenchOutcome.Failed => $"{report.Limits.Count(l => !l.Passed)} of {report.Limits.Count} limits broken: {string.Join("; ", report.Limits.Where(l => !l.Passed).Select(Broken))}.",
        BenchOutcome.DeviceLost => $"{report.Failure} ({FailureCatalogue.EntryFor(report.Failure!.Value).Code}) after {Plot.Number(report.Seconds)} s: {report.Detail}. What was measured until then is below.",
        BenchOutcome.Stopped => $"stopped by hand after {Plot.Number(report.Seconds)} s. What was measured until then is below.",
        _ => "",
    };

    public static string Told(BenchOutcome outcome) => outcome switch
    {
        BenchOutcome.Passed => "PASSED",
        BenchOutcome.Failed => "FAILED",
        BenchOutcome.DeviceLost => "DEVICE LOST",
        BenchOutcome.Stopped => "STOPPED",
    };

    private static string Broken(Judged judged) => $"{judged.Limit.Metric} {judged.Limit.Statistic} {Plot.Number(judged.Measured)} {judged.Limit.Unit}, wanted {Wanted(judged.Limit)}";

    private static string Wanted(Limit limit) => (limit.Min, limit.Max) switch
    {
        (double min, double max) => $"{Plot.Number(min)} to {Plot.Number(max)} {limit.Unit}",
        (double min, null) => $"≥ {Plot.Number(min)} {limit.Unit}",
        (null, double max) => $"≤ {Plot.Number(max)} {limit.Unit}",
        _ => "–",
    };

    private static void Facts(StringBuilder page, BenchReport report)
    {
        HostFacts host = report.Host;
        Lines(page, "Desk", [
            ("When", $"{report.Started.ToOffset(TimeSpan.FromHours(9)):yyyy-MM-dd HH:mm:ss} JST, {Plot.Number(report.Seconds)} s"),
            ("Desk", $"{report.Desk}; {report.Environment}"),
            .. report.Devices.Select(d => (d.Class, $"{d.Found}{(d.Simulated ? " (simulated)" : "")}; driver {d.Driver}{Also("at", d.Address)}{Also("model", d.Model)}{Also("serial", d.Serial)}{Also("firmware", d.Firmware)}")),
            ("Program", $"{host.Program}{Also("commit", host.Git)}; {host.Runtime}"),
            ("Machine", $"{host.System}, {host.Kernel}; {host.Processor}, {host.Cores} cores, load {Plot.Number(host.Load)} at the start{(host.Load > host.Cores ? ": busy, times are upper bounds" : "")}"),
            ("Options", string.Join(", ", report.Parameters.Select(p => $"{p.Key} {p.Value}"))),
        ]);
    }

    private static string Also(string name, string value) => value.Length == 0 ? "" : $", {name} {value}";

    private static void Limits(StringBuilder page, BenchReport report)
    {
        page.Append("<h2>Limits</h2><table><tr><th>Metric<th>Statistic<th class=n>Measured<th class=n>Wanted<th><th>Where the limit comes from</tr>");
        foreach (Judged judged in report.Limits)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(judged.Limit.Metric)}<td>{judged.Limit.Statistic}<td class=n>{Plot.Number(judged.Measured)} {Text(judged.Limit.Unit)}<td class=n>{Text(Wanted(judged.Limit))}<td class={(judged.Passed ? "ok>✓ kept" : "no>✗ broken")}<td>{Text(judged.Limit.Why)}");
        page.Append("</table>");
    }

    private static void Table(StringBuilder page, BenchReport report)
    {
        page.Append("<h2>Figures</h2><table><tr><th>Metric<th>Unit<th class=n>n<th class=n>min<th class=n>p50<th class=n>p95<th class=n>p99<th class=n>max<th>What it is</tr>");
        foreach (Metric m in report.Metrics)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(m.Name)}<td>{Text(m.Unit)}<td class=n>{m.Count}<td class=n>{Plot.Number(m.Min)}<td class=n>{Plot.Number(m.P50)}<td class=n>{Plot.Number(m.P95)}<td class=n>{Plot.Number(m.P99)}<td class=n>{Plot.Number(m.Max)}<td>{Text(m.What)}");
        page.Append("</table>");
    }

    private static void Comparison(StringBuilder page, BenchReport report, BenchReport baseline, string name)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>Against {Text(name)}</h2><p class=quiet>commit {Text(baseline.Host.Git)}, {baseline.Started.ToOffset(TimeSpan.FromHours(9)):yyyy-MM-dd HH:mm} JST, desk {Text(baseline.Desk)}, load {Plot.Number(baseline.Host.Load)}</p>");
        page.Append("<table><tr><th>Metric<th class=n>p50 then<th class=n>p50 now<th class=n>change<th class=n>p95 then<th class=n>p95 now<th class=n>change<th></tr>");
        foreach (Compared c in Compared.Of(report, baseline))
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(c.Now.Name)}<td class=n>{Plot.Number(c.Then.P50)}<td class=n>{Plot.Number(c.Now.P50)}<td class=n>{c.P50}<td class=n>{Plot.Number(c.Then.P95)}<td class=n>{Plot.Number(c.Now.P95)}<td class=n>{c.P95}<td class={(c.Verdict == "worse" ? "no" : "ok")}>{c.Verdict}");
        page.Append("</table>");
    }

    private static void Plots(StringBuilder page, BenchReport report)
    {
        page.Append("<h2>Plots</h2><p class=quiet>Left: every sample in the order measured. Right: how they are spread. Dashed: limits. Metrics of fewer than five samples, or of one value, stand in the table only.</p>");
        foreach (Metric metric in report.Metrics.Where(m => m.Count > 4 && m.Min < m.Max))
        {
            double[] limits = [.. report.Limits.Where(l => l.Limit.Metric == metric.Name && l.Limit.Statistic is not ("count" or "sum")).SelectMany(l => (double?[])[l.Limit.Min, l.Limit.Max]).OfType<double>()];
            page.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{Text(metric.Name)}{(metric.Unit.Length > 0 ? $" [{Text(metric.Unit)}]" : "")} <span class=quiet>{Text(metric.What)}</span></figcaption><div class=plots>{Plot.InOrder(metric, limits)}{Plot.Spread(metric, limits)}</div></figure>");
        }
    }

    private static void Lines(StringBuilder page, string title, IEnumerable<(string Left, string Right)> lines)
    {
        if (!lines.Any()) return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2><table>");
        foreach ((string left, string right) in lines)
            page.Append(CultureInfo.InvariantCulture, $"<tr>{(left.Length > 0 ? $"<th>{Text(left)}" : "")}<td>{Text(right)}");
        page.Append("</table>");
    }

    private static string Class(BenchOutcome outcome) => $"{char.ToLowerInvariant($"{outcome}"[0])}{$"{outcome}"[1..]}";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
