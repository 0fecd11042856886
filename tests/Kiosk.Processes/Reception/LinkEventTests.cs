using System.Net;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.Reception;
using Kiosk.Simulators.Reception;

namespace Kiosk.Processes.Reception;

/// <summary>What the reception sends to a kiosk over the stream, and how the kiosk's link notices that the stream broke.</summary>
public sealed class LinkEventTests
{
    [Fact]
    public async Task The_first_events_tell_the_present_state()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => o with
        {
            Consents = new("2026-04", ["SRJ", "YZK"], 24),
            Site = new(ItemByItem: true, AsksPmh: true, AsksPrescriptionForm: true, Phones: ["iphone"], TextSize: 4, Sound: 2,
                RenewalPage: "https://clinic.example/renewal")
            { AsksLetters = true, DispensesPrescriptions = true },
        });
        await using LinkEventLog up = new(facility.Link());
        Assert.IsType<ReceptionEvent.LinkUp>(await up.NextAsync());
        SitePolicy site = (await up.NextAsync<ReceptionEvent.PolicySet>()).Policy;
        Assert.Equal(new("2026-04", site.Consents.Items, 24), site.Consents);
        Assert.Equal(["SRJ", "YZK"], site.Consents.Items.Select(item => item.Code));
        Assert.Equal(new(site.Consents, ItemByItem: true, AsksPmh: true, AsksPrescription: true, Phones.Iphone, TextSize: 3, Sound: 1,
            RenewalPage: "https://clinic.example/renewal")
        { AsksLetters = true, DispensesPrescriptions = true }, site);
        Assert.False((await up.NextAsync<ReceptionEvent.MaintenanceSet>()).On);

        await using LinkEventLog down = new(facility.Link(port: 1));
        Assert.Equal(Failure.ReceptionUnreachable, Assert.IsType<ReceptionEvent.LinkDown>(await down.NextAsync()).Why);
    }

    [Fact]
    public async Task A_reception_without_settings_leaves_the_kiosks_defaults()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using LinkEventLog up = new(facility.Link());
        Assert.Equal(SitePolicy.Default, (await up.NextAsync<ReceptionEvent.PolicySet>()).Policy);
    }

    [Fact]
    public async Task An_unplugged_cable_is_reported_once_however_often_the_link_tries_again()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new(IPAddress.Loopback, facility.Host.LinkPort));
        TimerCounter clock = new(CommandStream.HelloTimeout);
        GrpcReceptionLink link = facility.Link(port: cable.Port, time: clock);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.DisasterSet>();

        cable.Unplug();
        Assert.Equal(Failure.ReceptionUnreachable, (await events.NextAsync<ReceptionEvent.LinkDown>()).Why);
        FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.OpenVisitAsync(Guid.NewGuid(), default));
        Assert.Equal(Failure.ReceptionUnreachable, e.Failure);
        // Each attempt to open the stream starts this timer: three more attempts fail before the cable is back.
        await clock.UntilAsync(clock.Count + 3);
        cable.Plug();

        Assert.IsType<ReceptionEvent.LinkUp>(await events.NextAsync());
        Assert.Equal(32, (await link.OpenVisitAsync(Guid.NewGuid(), default)).Length);
    }

    [Fact]
    public async Task A_command_given_while_the_kiosk_was_away_comes_when_it_is_back_and_only_once()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new(IPAddress.Loopback, facility.Host.LinkPort));
        await using LinkEventLog events = new(facility.Link(port: cable.Port));
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await events.NextAsync<ReceptionEvent.DisasterSet>();
        cable.Unplug();
        await events.NextAsync<ReceptionEvent.LinkDown>();

        await desk.PostAsync("kiosks/k1/maintenance/true");
        cable.Plug();

        Assert.IsType<ReceptionEvent.LinkUp>(await events.NextAsync());
        Assert.Equal(new ReceptionEvent.MaintenanceSet(true), await events.NextAsync());
        cable.Cut();
        await events.NextAsync<ReceptionEvent.LinkUp>();
        // Commands come in order: a repeat of the old one would come before this new one.
        await desk.DisasterAsync(true);
        Assert.Equal(new ReceptionEvent.DisasterSet(true), await events.NextAsync());
    }

    [Fact]
    public async Task After_a_restart_of_the_reception_its_first_commands_are_not_dropped_as_repeats()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using LinkEventLog events = new(facility.Link());
        await events.NextAsync<ReceptionEvent.DisasterSet>();
        await using (DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host))
        {
            foreach (bool on in new[] { true, false, true }) await desk.DisasterAsync(on);
        }

        Assert.True((await events.NextAsync<ReceptionEvent.DisasterSet>()).On);
        int port = facility.Host.LinkPort;
        await facility.Host.DisposeAsync();
        await events.NextAsync<ReceptionEvent.LinkDown>();
        await facility.StartAsync(port);

        // The notice was stored, and command 2 of the new run is taken although command 6 of the old run was taken before.
        await events.NextAsync<ReceptionEvent.LinkUp>();
        Assert.True((await events.NextAsync<ReceptionEvent.DisasterSet>()).On);
    }

    [Fact]
    public async Task A_patient_confirmed_on_the_page_is_checked_in_with_that_staff_id()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await using LinkEventLog events = new(link);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await events.NextAsync<ReceptionEvent.DisasterSet>();
        Guid visit = Guid.NewGuid();
        Assert.Equal(HttpStatusCode.Conflict, await desk.PostAsync($"kiosks/k1/visual/{visit}"));
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        await link.CallStaffAsync(Failure.FaceNotMatched, default);

        Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync($"kiosks/k1/visual/{visit}"));

        string staff = (await events.NextAsync<ReceptionEvent.VisualGranted>()).StaffId;
        Assert.Equal(1, (await link.SubmitAsync(facility.CheckIn(card, challenge, visit, Method.Visual, staff), default)).Number);
    }

    [Fact]
    public async Task A_card_that_was_swapped_after_staff_looked_is_not_the_one_confirmed()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard swapped = new();
        GrpcReceptionLink link = facility.Link();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Guid seen = Guid.NewGuid(), other = Guid.NewGuid();
        await link.OpenVisitAsync(seen, default);
        Assert.Contains($"\"visit\":\"{seen}\"", await desk.LookAsync(), StringComparison.Ordinal);
        byte[] challenge = await link.OpenVisitAsync(other, default);

        // Staff press 確認した in the dialog that was opened for the first card. An old page, which names no visit, grants nothing either.
        Assert.Equal(HttpStatusCode.Conflict, await desk.PostAsync($"kiosks/k1/visual/{seen}"));
        Assert.Equal(HttpStatusCode.NotFound, await desk.PostAsync("kiosks/k1/visual"));

        Assert.Contains($"\"visit\":\"{other}\"", await desk.LookAsync(), StringComparison.Ordinal);
        FailureException refused = await Assert.ThrowsAsync<FailureException>(
            () => link.SubmitAsync(facility.CheckIn(swapped, challenge, other, Method.Visual, "desk"), default));
        Assert.Contains("granted", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_staff_code_grants_the_visit_and_after_five_wrong_ones_the_kiosk_must_wait()
    {
        await using Facility facility = await Facility.OpenAsync(change: null);
        await facility.Host.DisposeAsync();
        await facility.StartAsync(0, o => o with { StaffCodeFile = facility.StaffCodeFile() });
        using TestCard card = new();
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
