using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Kiosk.Core.Reception;
using Kiosk.Lab.Desk;
using Kiosk.Lab.Visits;

namespace Kiosk.Lab.Benches;

/// <summary>
/// `kiosk-lab bench visit`: many visits with a patient who answers at once and a card with the speed of Type B. The floor of a visit is
/// the longer of two things that run at the same time: what card and link need by the model, and the patient's own reaction and head
/// turn (stage "turn"). "Over the floor" is the whole visit, from laying down the card to the receipt, without "detect" and the floor:
/// what the machine adds. "Detect" is apart, because pcscd asks a reader without an interrupt pipe every 400 ms; the card is laid down
/// at moments spread over that time. "Submit" is from the last press to the receipt; "submit_over_card" is the same without the time that
/// the card itself needs then. A card of 106 kbit/s is still sending its photo when the head has turned, and signs only after the match.
/// </summary>
internal static class VisitBench
{
    /// <summary>How often pcscd asks a reader without an interrupt pipe.</summary>
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(400);

    /// <param name="late">How much later than usual the person turns the head.</param>
    /// <param name="reads">How long the patient reads before each press; if it is not zero, "over the floor" is left out.</param>
    public static async Task<int> RunAsync(
        int visits, int bitRate, TimeSpan late, TimeSpan reads, string? jsonFile, CancellationToken stop)
    {
        await using SimulatedDesk desk = await SimulatedDesk.StartAsync(new SimulatedDeskOptions { BitRate = bitRate },
            ProgressOutput.Print, stop);
        await desk.ReadyAsync(stop);
        desk.TurnsLate = late;
        SortedDictionary<string, object> figures = new(StringComparer.Ordinal)
        {
            ["visits"] = visits,
            ["bit_rate"] = bitRate,
            ["engine"] = desk.FaceEngine,
            ["late_s"] = late.TotalSeconds,
            ["reads_ms"] = reads.TotalMilliseconds,
        };
        int accepted = 0;
        foreach (Method method in new[] { Method.Face, Method.Pin })
        {
            List<VisitReport> reports = [];
            await VisitCommand.VisitAsync(desk, Order(method), stop); // warm-up, not measured
            for (int i = 0; i < visits && !stop.IsCancellationRequested; i++)
            {
                // Spread evenly: the golden ratio's multiples leave no gap, however many visits there are.
                await Task.Delay(_poll * (i * 0.618034 % 1), TimeProvider.System, stop);
                reports.Add(await VisitCommand.VisitAsync(desk, Order(method), stop));
                ProgressOutput.Print(string.Create(CultureInfo.InvariantCulture,
                    $"{method} {i + 1}/{visits}: {reports[^1].Outcome} {Ms(reports[^1], "total"):F0} ms"));
            }
            accepted += reports.Count(r => r.Outcome == "accepted");
            Add(figures, method, reads, [.. reports.Where(r => r.Outcome == "accepted")]);
        }
        figures["accepted"] = accepted;
        figures["rss_mib"] = Math.Round(Process.GetCurrentProcess().WorkingSet64 / 1048576.0, 1);
        foreach ((string name, object value) in figures) Console.WriteLine($"{name,-34} {value}");
        if (jsonFile is not null) await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(figures), stop);
        return accepted == visits * 2 ? 0 : 1;

        VisitOrder Order(Method method) => new("standard", "holder", method, AnswersAfter: reads);
    }

    /// <summary>Face is the main method: its figures have names without prefix. The names of the PIN figures begin with pin_.</summary>
    private static void Add(SortedDictionary<string, object> figures, Method method, TimeSpan reads, List<VisitReport> reports)
    {
        if (reports.Count == 0) return;
        string prefix = method is Method.Face ? "" : "pin_";
        // While the patient reads, the card goes on: the floor of such a visit is not known.
        if (reads == TimeSpan.Zero) Put(figures, $"{prefix}over_floor", [.. reports.Select(OverFloor)]);
        Put(figures, $"{prefix}card_physics", [.. reports.Select(r => r.Card.PhysicalMs)]);
        Put(figures, $"{prefix}submit_over_card", [.. reports.Select(r => Ms(r, "submit") - r.Card.AfterLastPressMs)]);
        foreach (string stage in reports[0].Stages.Select(s => s.Name).Distinct())
            Put(figures, $"{prefix}{stage}", [.. reports.Select(r => Ms(r, stage)).Where(ms => !double.IsNaN(ms))]);
    }

    private static void Put(SortedDictionary<string, object> figures, string name, List<double> ms)
    {
        ms.Sort();
        figures[$"{name}_p50_ms"] = Math.Round(ms[ms.Count / 2], 1);
        figures[$"{name}_p95_ms"] = Math.Round(ms[Math.Min(ms.Count - 1, (int)(ms.Count * 0.95))], 1);
    }

    private static double OverFloor(VisitReport report) =>
        Ms(report, "total") - Ms(report, "detect") - Math.Max(report.Card.PhysicalMs, Turn(report));

    private static double Turn(VisitReport report) => report.Stages.Where(s => s.Name == "turn").Sum(s => s.Ms);

    private static double Ms(VisitReport report, string stage) => report.Stages.LastOrDefault(s => s.Name == stage)?.Ms ?? double.NaN;
}
