using System.Net;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;

namespace Kiosk.Processes.Reception;

public sealed class MetricsTests
{
    // Its own id: meters are shared by the whole process, and other tests run receptions at the same time.
    private const string Kiosk = "metrics-1";

    [Fact]
    public async Task Prometheus_reads_check_ins_refusals_calls_and_the_reports_of_kiosks()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => o with { Metrics = new(0) });
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link(Kiosk);
        await using LinkEventLog news = new(link);
        await news.NextAsync<ReceptionEvent.LinkUp>();
        CheckIn visit = await facility.VisitAsync(link, card);
        await link.SubmitAsync(visit, default);
        await Assert.ThrowsAsync<FailureException>(
            () => link.SubmitAsync(visit with { Key = Guid.NewGuid(), Visit = Guid.NewGuid() }, default));
        await link.CallStaffAsync(Failure.PinBlocked, default);
        await link.ReportHealthAsync(
            new("1", [new("camera", Failure.CameraMissing)], Visits: [new("Accepted", "", 7), new("Refused", "K110", 2)],
            Stages: [new("ReadingCard", 9, 6300)]), default);

        string all = await UntilAsync(facility.Host.MetricsUrl!, "kiosk_visits");

        Assert.Equal(1, Value(all, "reception_checkins", "method=\"Pin\""));
        Assert.Equal(1, Value(all, "reception_refused", "status=\"FailedPrecondition\""));
        Assert.Equal(1, Value(all, "reception_staff_calls", "code=\"K204\""));
        Assert.Equal(1, Value(all, "reception_kiosk_up"));
        Assert.Equal(0, Value(all, "reception_kiosk_device_up", "code=\"K604\"", "device=\"camera\""));
        Assert.Equal(2, Value(all, "reception_kiosk_visits", "code=\"K110\""));
        Assert.Equal(6300, Value(all, "reception_kiosk_stage_time", "stage=\"ReadingCard\""));
        Assert.Contains("reception_commit_duration", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(visit.Key.ToByteArray(true)), all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthz_answers_and_without_the_setting_the_port_is_closed()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => o with { Metrics = new(0) });
        using HttpClient http = new();
        HttpResponseMessage answer = await http.GetAsync(new Uri(facility.Host.MetricsUrl!, "healthz"));
        Assert.Equal((HttpStatusCode.OK, "ok"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        await using Facility without = await Facility.OpenAsync();
        Assert.Null(without.Host.MetricsUrl);
    }

    /// <summary>Of the one line with this name's beginning, this kiosk and all these labels.</summary>
    private static double Value(string all, string name, params string[] labels)
    {
        IEnumerable<string> lines = all.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal)
            && labels.Append($"kiosk=\"{Kiosk}\"").All(x => l.Contains(x, StringComparison.Ordinal)));
        string line = Assert.Single(lines);
        return double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> UntilAsync(Uri metrics, string word)
    {
        using HttpClient http = new();
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            string all = await http.GetStringAsync(new Uri(metrics, "metrics"), late.Token);
            if (all.Contains(word, StringComparison.Ordinal)) return all;
            // The exporter answers from its cache for 300 ms.
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, late.Token);
        }
    }
}
