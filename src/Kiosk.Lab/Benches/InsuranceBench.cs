using System.Globalization;
using System.Text.Json;
using Kiosk.Core.Reception;
using Kiosk.Lab.Desk;
using Kiosk.Lab.Visits;
using Kiosk.Simulators.Centre;

namespace Kiosk.Lab.Benches;

/// <summary>
/// `kiosk-lab bench insurance`: how long a patient waits for the centre beyond the questions, from the receipt to the last screen. Three
/// centres: one that answers after the given time, with a patient who reads each question, and with one who answers at once; and one that
/// never answers.
/// </summary>
internal static class InsuranceBench
{
    /// <summary>Fewer than the others: each visit waits as long as the site allows.</summary>
    private const int HangingVisits = 5;

    public static async Task<int> RunAsync(int visits, int centreMs, int readsMs, string? jsonFile, CancellationToken stop)
    {
        await using SimulatedDesk desk = await SimulatedDesk.StartAsync(new SimulatedDeskOptions(), ProgressOutput.Print, stop);
        await desk.ReadyAsync(stop);
        SortedDictionary<string, object> figures = new(StringComparer.Ordinal)
        {
            ["visits"] = visits,
            ["centre_ms"] = centreMs,
            ["reads_ms"] = readsMs,
        };
        TimeSpan reads = TimeSpan.FromMilliseconds(readsMs);
        await VisitCommand.VisitAsync(desk, Order(new("valid"), reads), stop); // warm-up, not measured
        bool good = await MeasureAsync("insurance_added", visits, Order(new("valid", centreMs), reads), "valid");
        good &= await MeasureAsync("insurance_added_at_once", visits, Order(new("valid", centreMs), TimeSpan.Zero), null);
        good &= await MeasureAsync("insurance_added_hanging", Math.Min(visits, HangingVisits),
            Order(new("valid", Hangs: true), reads), "noanswer");
        good &= await MeasureAsync("insurance_added_hanging_at_once", Math.Min(visits, HangingVisits),
            Order(new("valid", Hangs: true), TimeSpan.Zero), "noanswer");
        foreach ((string name, object value) in figures) Console.WriteLine($"{name,-40} {value}");
        if (jsonFile is not null) await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(figures), stop);
        return good ? 0 : 1;

        async Task<bool> MeasureAsync(string name, int count, VisitOrder order, string? expected)
        {
            List<double> added = [];
            int told = 0;
            for (int i = 0; i < count; i++)
            {
                VisitReport report = await VisitCommand.VisitAsync(desk, order, stop);
                ProgressOutput.Print(string.Create(CultureInfo.InvariantCulture,
                    $"{name} {i + 1}/{count}: {report.Outcome}, insurance {report.Insurance}, {Added(report):F0} ms"));
                if (report.Outcome != "accepted") continue;
                added.Add(Added(report));
                if (expected is null || report.Insurance == expected) told++;
            }

            figures[$"{name}_as_expected"] = told;
            if (added.Count == 0) return false;
            added.Sort();
            figures[$"{name}_p50_ms"] = Math.Round(added[added.Count / 2], 1);
            figures[$"{name}_p95_ms"] = Math.Round(added[Math.Min(added.Count - 1, (int)(added.Count * 0.95))], 1);
            figures[$"{name}_max_ms"] = Math.Round(added[^1], 1);
            return told == count;
        }
    }

    private static VisitOrder Order(CentreOrder centre, TimeSpan reads) =>
        new("standard", "holder", Method.Pin, Centre: centre, AnswersAfter: reads);

    private static double Added(VisitReport report) => report.Stages.LastOrDefault(s => s.Name == "insurance")?.Ms ?? double.NaN;
}
