using System.Globalization;
using System.Text.Json;
using Kiosk.Core;
using Kiosk.Core.Reception;
using Kiosk.Lab.Desk;
using Kiosk.Lab.Visits;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Lab.Benches;

/// <summary>
/// `kiosk-lab bench pull`: removes the card at every APDU of a PIN visit, through a real pcscd. It measures the time from the removal to
/// the screen that invites the next patient. It includes up to 400 ms for pcscd 1.9.9, which polls for cards at that interval.
/// </summary>
internal static class PullBench
{
    private const string Card = "standard";

    /// <summary>The longest allowed time until that screen, ms.</summary>
    private const double Limit = 2000;

    /// <returns>0 if every visit ended in time, no number was verified twice, and nothing was left behind.</returns>
    public static async Task<int> RunAsync(int bitRate, string? jsonFile, CancellationToken stop)
    {
        await using SimulatedDesk desk = await SimulatedDesk.StartAsync(new SimulatedDeskOptions { BitRate = bitRate },
            ProgressOutput.Print, stop);
        await desk.ReadyAsync(stop);
        VisitReport whole = await VisitCommand.VisitAsync(desk, new VisitOrder(Card, "nobody", Method.Pin, AfterPhoto: true), stop);
        long verified = whole.Card.Verify;
        List<double> idle = [];
        long most = 0;
        int unreached = 0, left = 0;
        for (int at = 0; at < whole.Card.Apdus; at++)
        {
            (double? ms, long count) = await PulledAsync(desk, at, stop);
            most = Math.Max(most, count - verified);
            verified = count;
            left += desk.PendingCheckIns;
            if (ms is double took) idle.Add(took);
            else unreached++;
            string result = ms is double measured
                ? string.Create(CultureInfo.InvariantCulture, $"idle after {measured:F0} ms") : "the visit had ended before";
            ProgressOutput.Print(string.Create(CultureInfo.InvariantCulture, $"APDU {at + 1}/{whole.Card.Apdus}: {result}"));
        }

        VisitReport after = await VisitCommand.VisitAsync(desk, new VisitOrder(Card, "nobody", Method.Pin, AfterPhoto: true), stop);
        idle.Sort();
        SortedDictionary<string, object> figures = new(StringComparer.Ordinal)
        {
            ["apdus"] = whole.Card.Apdus,
            ["pulls"] = idle.Count,
            ["not_reached"] = unreached,
            ["idle_p50_ms"] = idle.Count > 0 ? Math.Round(idle[idle.Count / 2]) : double.MaxValue,
            ["idle_max_ms"] = idle.Count > 0 ? Math.Round(idle[^1]) : double.MaxValue,
            ["idle_limit_ms"] = Limit,
            ["idle_late"] = idle.Count(ms => ms > Limit),
            // Two VERIFY commands are right: one for 照合番号B, one for the PIN.
            ["verify_max_per_visit"] = most,
            ["left_in_journal"] = left,
            ["next_visit"] = after.Outcome,
        };
        foreach ((string name, object value) in figures) Console.WriteLine($"{name,-34} {value}");
        if (jsonFile is not null) await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(figures), stop);
        return idle.Count > 0 && idle[^1] <= Limit && most <= 2 && left == 0 && after.Outcome == "accepted" ? 0 : 1;
    }

    /// <returns>Time from the removal of the card to Idle, ms (null: the visit ended before the removal), and the card's number of
    /// VERIFY commands.</returns>
    private static async Task<(double? Ms, long Verified)> PulledAsync(SimulatedDesk desk, int at, CancellationToken stop)
    {
        DateTimeOffset? idleAt = null;
        void Mark(VisitState before, VisitEvent happened, Step step)
        {
            if (before is not S.Idle && step.State is S.Idle) idleAt = desk.Time.GetUtcNow();
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        AutoPatient patient = new(desk.Host.Loop, Method.Pin, SimulatedDesk.PinOf(Card), afterPhoto: true);
        desk.Host.Loop.Stepped += Mark;
        try
        {
            Task<VisitOutcome> acting = patient.VisitAsync(patience.Token);
            await desk.InsertAsync(Card, $"pull-at {at}", stop);
            await acting;
            CardUse used = await desk.CardUseAsync(stop);
            if (used.GoneAt is null) await desk.PullAsync(stop);
            await desk.ReadyAsync(patience.Token);
            if (used.GoneAt is not null) await desk.PullAsync(stop);
            return (used.GoneAt is { } gone && idleAt is { } back ? (back - gone).TotalMilliseconds : null, used.Verify);
        }
        finally
        {
            desk.Host.Loop.Stepped -= Mark;
        }
    }
}
