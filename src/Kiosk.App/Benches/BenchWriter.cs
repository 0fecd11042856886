using System.Globalization;
using Spectre.Console;

namespace Kiosk.App.Benches;

/// <summary>Writes both reports and tells the verdict on the console.</summary>
internal static class BenchWriter
{
    public static async Task<int> WriteAsync(BenchReport report, BenchReport? baseline, BenchOutput output)
    {
        Directory.CreateDirectory(output.Out);
        string stem = Path.Combine(output.Out, string.Create(CultureInfo.InvariantCulture, $"{report.Bench}-{report.Started.ToOffset(TimeSpan.FromHours(9)):yyyyMMdd-HHmmss}"));
        string json = output.Json ?? stem + ".json";
        await File.WriteAllTextAsync(json, report.ToJson());
        await File.WriteAllTextAsync(stem + ".html", ReportPage.Of(report, baseline, output.Baseline is string file ? Path.GetFileName(file) : null));
        Tell(report, baseline);
        Console.WriteLine($"report  {stem}.html");
        Console.WriteLine($"figures {json}");
        return report.Exit;
    }

    private static void Tell(BenchReport report, BenchReport? baseline)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string column in (string[])["metric", "unit", "n", "p50", "p95", "p99", "max", "against", "limit"])
            table.AddColumn(new TableColumn(column) { NoWrap = true, Alignment = column is "metric" or "unit" or "limit" ? Justify.Left : Justify.Right });
        Dictionary<string, Compared> then = baseline is null ? [] : Compared.Of(report, baseline).ToDictionary(c => c.Now.Name);
        foreach (Metric m in report.Metrics)
        {
            Judged[] judged = [.. report.Limits.Where(l => l.Limit.Metric == m.Name)];
            string limit = judged.Length == 0 ? "" : Array.TrueForAll(judged, j => j.Passed) ? "[green]kept[/]" : "[red]BROKEN[/]";
            string against = then.TryGetValue(m.Name, out Compared? compared) ? $"{compared.P50} {compared.Verdict}" : "";
            table.AddRow(m.Name, m.Unit, $"{m.Count}", Plot.Number(m.P50), Plot.Number(m.P95), Plot.Number(m.P99), Plot.Number(m.Max), against, limit);
        }
        // A log file has no width of its own.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.Write(table);
        foreach (Skipped skipped in report.Skipped) Console.WriteLine($"not measured: {skipped.What}: {skipped.Why}");
        Console.WriteLine($"{ReportPage.Told(report.Outcome)}: {ReportPage.Why(report)}");
        if (report.Failure is Core.Failure why) Console.WriteLine($"  {Core.FailureCatalogue.EntryFor(why).Staff}\n  → {Core.FailureCatalogue.EntryFor(why).Remedy}");
    }
}
