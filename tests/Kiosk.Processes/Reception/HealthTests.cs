using Kiosk.Core;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

public sealed class HealthTests
{
    [Fact]
    public async Task The_desk_sees_what_a_kiosk_tells_of_itself_and_only_the_newest()
    {
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        // Before the link is up: kept until it is.
        await link.ReportHealthAsync(new("1.2.3", [new("reader", Failure.ReaderMissing, "USB")]), default);
        await using News news = new(link);
        await news.NextAsync<ReceptionEvent.LinkUp>();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string first = await SeenAsync(desk, "K601");
        Assert.Contains("\"remedy\":\"", first, StringComparison.Ordinal);

        await link.ReportHealthAsync(new("1.2.3", [new("reader", null), new("camera", Failure.CameraBusy)], "mobilefacenet", "試験用", new("7.1", "B", "起動しない")), default);
        string second = await SeenAsync(desk, "K605");
        Assert.DoesNotContain("K601", second, StringComparison.Ordinal);
        Assert.Contains("7.1 (B)", second, StringComparison.Ordinal);
        Assert.Contains("mobilefacenet", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_beyond_its_limits_is_not_shown_and_the_link_goes_on()
    {
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        await using News news = new(link);
        await news.NextAsync<ReceptionEvent.LinkUp>();
        await link.ReportHealthAsync(new("1", [new("<b>bad</b>", null)]), default);
        // Free text would become a label of the metrics.
        await link.ReportHealthAsync(new("1", [new("bad", null)], Visits: [new("試験 花子", "", 1)]), default);
        await link.ReportHealthAsync(new("1", [new("bad", null)], Stages: [new("a b", 1, 1)]), default);
        await link.ReportHealthAsync(new("1", [new("good", null)], new string('x', 500)), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.DoesNotContain("bad", await SeenAsync(desk, "\"good\""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_machines_with_one_id_are_told_to_the_desk()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await using News one = new(facility.Link());
        await one.NextAsync<ReceptionEvent.LinkUp>();
        Assert.Contains("\"contested\":false", await desk.LookAsync(), StringComparison.Ordinal);

        await using News other = new(facility.Link());

        await SeenAsync(desk, "\"contested\":true");
    }

    [Fact]
    public async Task A_kiosk_turned_away_at_the_door_is_told_to_the_desk_with_the_reason()
    {
        // Its certificates end after 90 days by the reception's clock.
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock, o => o with { DeniedKeys = ["k3"] });
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await Assert.ThrowsAsync<FailureException>(() => facility.Link("k3", time: TimeProvider.System).OpenVisitAsync(Guid.NewGuid(), default));
        Assert.Contains("停止された機器", await SeenAsync(desk, "\"id\":\"k3\""), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromDays(91));
        await Assert.ThrowsAsync<FailureException>(() => facility.Link("k4", time: TimeProvider.System).OpenVisitAsync(Guid.NewGuid(), default));

        await using DeskBrowser later = await DeskBrowser.SignInAsync(facility.Host);
        string seen = await SeenAsync(later, "\"id\":\"k4\"");
        Assert.Contains("証明書の期限が切れているか", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("停止された機器", seen, StringComparison.Ordinal);
    }

    private static async Task<string> SeenAsync(DeskBrowser desk, string word)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            string view = System.Text.RegularExpressions.Regex.Unescape(await desk.LookAsync());
            if (view.Contains(word, StringComparison.Ordinal)) return view;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
        }
    }
}
