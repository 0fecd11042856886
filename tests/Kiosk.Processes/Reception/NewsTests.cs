using System.Diagnostics;
using System.Net;
using Kiosk.Core;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.Simulators.Reception;

namespace Kiosk.Processes.Reception;

public sealed class NewsTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public async Task The_first_news_is_how_things_stand()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => o with
        {
            Consents = new("2026-04", ["SRJ", "YZK"], 24),
            Site = new(ItemByItem: true, AsksPmh: true, AsksPrescriptionForm: true, Phones: ["iphone"], TextSize: 4, Sound: 2, RenewalPage: "https://clinic.example/renewal"),
        });
        await using News up = new(facility.Link());
        Assert.IsType<ReceptionEvent.LinkUp>(await up.NextAsync());
        SitePolicy site = (await up.NextAsync<ReceptionEvent.PolicySet>()).Policy;
        Assert.Equal(new("2026-04", site.Consents.Items, 24), site.Consents);
        Assert.Equal(["SRJ", "YZK"], site.Consents.Items.Select(item => item.Code));
        Assert.Equal(new(site.Consents, ItemByItem: true, AsksPmh: true, AsksPrescription: true, Phones.Iphone, TextSize: 3, Sound: 1, RenewalPage: "https://clinic.example/renewal"), site);
        Assert.False((await up.NextAsync<ReceptionEvent.MaintenanceSet>()).On);

        await using News down = new(facility.Link(port: 1));
        Assert.Equal(Failure.ReceptionUnreachable, Assert.IsType<ReceptionEvent.LinkDown>(await down.NextAsync()).Why);
    }

    [Fact]
    public async Task A_reception_without_settings_leaves_the_kiosk_its_own()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using News up = new(facility.Link());
        Assert.Equal(SitePolicy.Default, (await up.NextAsync<ReceptionEvent.PolicySet>()).Policy);
    }

    [Fact]
    public async Task An_unplugged_cable_is_told_once_and_its_return_within_the_back_off()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new(IPAddress.Loopback, facility.Host.LinkPort));
        GrpcReceptionLink link = facility.Link(port: cable.Port);
        await using News news = new(link);
        await news.NextAsync<ReceptionEvent.DisasterSet>();

        cable.Unplug();
        Assert.Equal(Failure.ReceptionUnreachable, (await news.NextAsync<ReceptionEvent.LinkDown>()).Why);
        FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.OpenVisitAsync(Guid.NewGuid(), default));
        Assert.Equal(Failure.ReceptionUnreachable, e.Failure);
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);
        Assert.Empty(news.Rest());

        cable.Plug();
        Assert.IsType<ReceptionEvent.LinkUp>(await news.NextAsync());
        Assert.Equal(32, (await link.OpenVisitAsync(Guid.NewGuid(), default)).Length);
    }

    [Fact]
    public async Task A_silent_peer_is_noticed_by_pings_and_by_the_deadline()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new(IPAddress.Loopback, facility.Host.LinkPort));
        await using GrpcReceptionLink link = GrpcReceptionLink.Open(facility.LinkOptions(port: cable.Port) with { Deadline = null }, facility.Time);
        await using News news = new(link);
        await news.NextAsync<ReceptionEvent.DisasterSet>();

        cable.Silence();
        long from = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<FailureException>(() => link.FindAsync(Guid.NewGuid(), default));
        Assert.InRange(Stopwatch.GetElapsedTime(from).TotalSeconds, 2.9, 60);
        await news.NextAsync<ReceptionEvent.LinkDown>();
        double noticed = Stopwatch.GetElapsedTime(from).TotalSeconds;
        output.WriteLine($"noticed after {noticed:F2} s");
        // Without pings it would not be noticed within a minute (security.md section 2); the bar of 12 s is for a quiet machine.
        Assert.InRange(noticed, 4, 50);
    }

    [Fact]
    public async Task A_command_given_while_the_kiosk_was_away_comes_when_it_is_back_and_only_once()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new(IPAddress.Loopback, facility.Host.LinkPort));
        await using News news = new(facility.Link(port: cable.Port));
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await news.NextAsync<ReceptionEvent.DisasterSet>();
        cable.Unplug();
        await news.NextAsync<ReceptionEvent.LinkDown>();

        await desk.PostAsync("kiosks/k1/maintenance/true");
        cable.Plug();

        Assert.IsType<ReceptionEvent.LinkUp>(await news.NextAsync());
        Assert.Equal(new ReceptionEvent.MaintenanceSet(true), await news.NextAsync());
        cable.Cut();
        await news.NextAsync<ReceptionEvent.LinkUp>();
        await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System);
        Assert.Empty(news.Rest());
    }

    [Fact]
    public async Task After_a_restart_of_the_reception_its_first_commands_are_not_taken_for_repeats()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using News news = new(facility.Link());
        await news.NextAsync<ReceptionEvent.DisasterSet>();
        await using (DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host))
        {
            foreach (bool on in new[] { true, false, true }) await desk.PostAsync($"disaster/{on}");
        }

        Assert.True((await news.NextAsync<ReceptionEvent.DisasterSet>()).On);
        int port = facility.Host.LinkPort;
        await facility.Host.DisposeAsync();
        await news.NextAsync<ReceptionEvent.LinkDown>();
        await facility.StartAsync(port);

        // The switch was kept, and seq 2 of the new epoch is heard although seq 6 of the old one was.
        await news.NextAsync<ReceptionEvent.LinkUp>();
        Assert.True((await news.NextAsync<ReceptionEvent.DisasterSet>()).On);
    }

    [Fact]
    public async Task A_patient_confirmed_by_sight_at_the_desk_is_checked_in_with_that_staff_id()
    {
        await using Facility facility = await Facility.OpenAsync();
        using CardInHand card = new();
        GrpcReceptionLink link = facility.Link();
        await using News news = new(link);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await news.NextAsync<ReceptionEvent.DisasterSet>();
        Assert.Equal(HttpStatusCode.Conflict, await desk.PostAsync("kiosks/k1/visual"));
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        await link.CallStaffAsync(Failure.FaceNotMatched, default);

        Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync("kiosks/k1/visual"));

        string staff = (await news.NextAsync<ReceptionEvent.VisualGranted>()).StaffId;
        Assert.Equal(1, (await link.SubmitAsync(facility.CheckIn(card, challenge, visit, Method.Visual, staff), default)).Number);
    }

    [Fact]
    public async Task The_facilitys_code_grants_the_visit_and_five_wrong_ones_make_the_kiosk_wait()
    {
        await using Facility facility = await Facility.OpenAsync(change: null);
        await facility.Host.DisposeAsync();
        await facility.StartAsync(0, o => o with { StaffCodeFile = facility.StaffCodeFile() });
        using CardInHand card = new();
        GrpcReceptionLink link = facility.Link();
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);

        string? staff = await CodeAsync(link, visit, "123456");
        Assert.Equal("tanaka", staff);
        Assert.Equal(1, (await link.SubmitAsync(facility.CheckIn(card, challenge, visit, Method.Visual, staff), default)).Number);

        for (int i = 0; i < 5; i++) Assert.Null(await CodeAsync(link, visit, "00000" + i));
        FailureException e = await Assert.ThrowsAsync<FailureException>(() => CodeAsync(link, visit, "123456"));
        Assert.Equal(Failure.ReceptionRefused, e.Failure);
        Assert.Equal("tanaka", await CodeAsync(facility.Link("k2"), visit, "123456"));
    }

    private static async Task<string?> CodeAsync(GrpcReceptionLink link, Guid visit, string digits)
    {
        using Secret code = new(6);
        foreach (char digit in digits) code.TryAppend((byte)digit);
        return await link.CheckStaffCodeAsync(visit, code, default);
    }
}
