using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Link;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

public sealed class HealthTests
{
    [Fact]
    public async Task The_page_shows_the_newest_report_of_a_kiosk()
    {
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        // Before the link is up: the report is sent once it is.
        await link.ReportHealthAsync(new("1.2.3", [new("reader", Failure.ReaderMissing, "USB")]), default);
        await using LinkEventLog news = new(link);
        await news.NextAsync<ReceptionEvent.LinkUp>();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string first = await desk.UntilAsync("K601");
        Assert.Contains("\"remedy\":\"", first, StringComparison.Ordinal);

        await link.ReportHealthAsync(new("1.2.3", [new("reader", null), new("camera", Failure.CameraBusy)], "mobilefacenet", "試験用",
            new("7.1", "B", "起動しない")), default);
        string second = await desk.UntilAsync("K605");
        Assert.DoesNotContain("K601", second, StringComparison.Ordinal);
        Assert.Contains("7.1 (B)", second, StringComparison.Ordinal);
        Assert.Contains("mobilefacenet", second, StringComparison.Ordinal);
    }

    public static TheoryData<string> Bad => [.. _bad.Keys];

    // Free text would become a label of the metrics; too long a text would be kept for each kiosk.
    private static readonly Dictionary<string, Kiosk.Contract.KioskHealth> _bad = new()
    {
        ["device name"] = new() { Devices = { new Kiosk.Contract.DeviceHealth { Name = "<b>bad</b>" } } },
        ["failure code"] = new() { Devices = { new Kiosk.Contract.DeviceHealth { Name = "camera", FailureCode = "K604 or so" } } },
        ["outcome"] = new() { Visits = { new Kiosk.Contract.VisitCount { Outcome = "試験 花子" } } },
        ["stage"] = new() { Stages = { new Kiosk.Contract.StageTime { Stage = "a b" } } },
        ["engine"] = new() { EngineId = new string('x', 65) },
        ["warning"] = new() { EngineWarning = new string('x', 201) },
        ["devices"] = new() { Devices = { Enumerable.Repeat(new Kiosk.Contract.DeviceHealth { Name = "camera" }, 33) } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_report_with_a_field_beyond_its_limit_is_not_accepted(string field) => Assert.False(HealthLimits.Allow(_bad[field]));

    [Fact]
    public async Task A_report_that_is_not_accepted_leaves_the_stream_open_and_the_last_good_report_on_the_page()
    {
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await link.ReportHealthAsync(new("1", [new("good", null)]), default);
        await desk.UntilAsync("\"good\"");
        await link.ReportHealthAsync(new("1", [new("<b>bad</b>", null)]), default);

        // The command reaches the kiosk over the same stream.
        await desk.DisasterAsync(true);
        await events.NextAsync(new ReceptionEvent.DisasterSet(true));
        Assert.DoesNotContain("bad", await desk.UntilAsync("\"good\""), StringComparison.Ordinal);
        await link.ReportHealthAsync(new("1", [new("better", null)]), default);
        await desk.UntilAsync("\"better\"");
    }

    [Fact]
    public async Task The_page_says_when_two_machines_use_one_id()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await using LinkEventLog one = new(facility.Link());
        await one.NextAsync<ReceptionEvent.LinkUp>();
        Assert.Contains("\"contested\":false", await desk.LookAsync(), StringComparison.Ordinal);

        await using LinkEventLog other = new(facility.Link());

        await desk.UntilAsync("\"contested\":true");
    }

    [Fact]
    public async Task The_page_says_why_a_kiosk_was_refused_at_the_TLS_handshake()
    {
        // Its certificates end after 90 days by the reception's clock.
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock, o => o with { DeniedKeys = ["k3"] });
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await Assert.ThrowsAsync<FailureException>(
            () => facility.Link("k3", time: TimeProvider.System).OpenVisitAsync(Guid.NewGuid(), default));
        Assert.Contains("停止されたキオスク", await desk.UntilAsync("\"id\":\"k3\""), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromDays(91));
        await Assert.ThrowsAsync<FailureException>(
            () => facility.Link("k4", time: TimeProvider.System).OpenVisitAsync(Guid.NewGuid(), default));

        await using DeskBrowser later = await DeskBrowser.SignInAsync(facility.Host);
        string seen = await later.UntilAsync("\"id\":\"k4\"");
        Assert.Contains("証明書の期限が切れているか", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("停止されたキオスク", seen, StringComparison.Ordinal);
    }
}
