using System.Globalization;
using Kiosk.App.Reports;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Spectre.Console;

namespace Kiosk.App.Benches;

/// <summary>Writes the JSON and the HTML report and prints the result on the console.</summary>
internal static class BenchWriter
{
    public static async Task<int> WriteAsync(BenchReport report, BenchReport? baseline, BenchOutput output)
    {
        Directory.CreateDirectory(output.Out);
        string stem = Path.Combine(output.Out,
            string.Create(CultureInfo.InvariantCulture, $"{report.Bench}-{JapanTime.At(report.Started):yyyyMMdd-HHmmss}"));
        string json = output.Json ?? stem + ".json";
        await File.WriteAllTextAsync(json, report.ToJson());
        string page = await BenchReportPage.RenderAsync(report, baseline, Path.GetFileName(output.Baseline));
        await File.WriteAllTextAsync(stem + ".html", page);
        Print(report, baseline);
        Console.WriteLine($"report  {stem}.html");
        Console.WriteLine($"figures {json}");
        return report.Exit;
    }

    private static void Print(BenchReport report, BenchReport? baseline)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string column in (string[])["metric", "unit", "n", "p50", "p95", "p99", "max", "against", "limit"])
            table.AddColumn(new TableColumn(column)
            {
                NoWrap = true,
                Alignment = column is "metric" or "unit" or "limit" ? Justify.Left
            : Justify.Right
            });
        Dictionary<string, MetricChange> then = baseline is null ? [] : MetricChange.Between(baseline, report)
            .ToDictionary(c => c.Now.Name);
        foreach (Metric m in report.Metrics)
        {
            LimitResult[] judged = [.. report.Limits.Where(l => l.Limit.Metric == m.Name)];
            string limit = judged.Length == 0 ? "" : Array.TrueForAll(judged, j => j.Passed) ? "[green]kept[/]" : "[red]BROKEN[/]";
            string against = then.TryGetValue(m.Name, out MetricChange? compared) ? $"{compared.P50} {compared.Verdict}" : "";
            table.AddRow([m.Name, m.Unit, $"{m.Count}", .. ((double[])[m.P50, m.P95, m.P99, m.Max])
                .Select(ShortNumber.Format), against, limit]);
        }
        // A log file reports no width; without one the table would be cut.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.Write(table);
        foreach (SkippedPart skipped in report.Skipped) Console.WriteLine($"not measured: {skipped.What}: {skipped.Why}");
        Console.WriteLine($"{BenchVerdict.Title(report.Outcome)}: {BenchVerdict.Reason(report)}");
        if (report.Failure is Failure why)
            Console.WriteLine($"  {FailureCatalogue.EntryFor(why).Staff}\n  → {FailureCatalogue.EntryFor(why).Remedy}");
    }
}
