using System.Net;
using System.Net.Http.Json;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.Simulators.Centre;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

public sealed class LookUpTests
{
    [Fact]
    public async Task Medical_information_is_shown_only_with_that_consent_and_for_24_hours_and_is_logged()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await OpenAsync(clock);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn visit = await facility.VisitAsync(link, card);
        // Third question of the four: 薬剤 yes, all others no.
        await link.SubmitAsync(visit with { Answers = Answers.All(visit.Answers.Asked, false).With(2, true) }, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);

        HttpResponseMessage drugs = await desk.Http.GetAsync(new Uri("medical/1/YZK", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, drugs.StatusCode);
        Assert.Contains("アムロジピン", await drugs.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri("medical/1/TKK", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Http.GetAsync(new Uri("medical/9/YZK", UriKind.Relative))).StatusCode);
        string log = await desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Contains("medical YZK", log, StringComparison.Ordinal);
        Assert.DoesNotContain("medical TKK", log, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromHours(24));
        await using DeskBrowser later = await DeskBrowser.SignInAsync(facility.Host);
        HttpResponseMessage late = await later.Http.GetAsync(new Uri("medical/1/YZK", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Contains("24時間", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_no_closes_what_an_earlier_yes_opened_at_whichever_kiosk()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await OpenAsync(clock);
        using TestCard card = new(), other = new();
        GrpcReceptionLink link = facility.Link(), second = facility.Link("k2");
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await link.SubmitAsync(await facility.VisitAsync(link, other), default);
        // Later than the joining time: an arrival with a number of its own.
        clock.Advance(TimeSpan.FromMinutes(30));
        CheckIn no = await facility.VisitAsync(second, card);
        await second.SubmitAsync(no with { Answers = Answers.All(no.Answers.Asked, false) }, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);

        HttpResponseMessage closed = await desk.Http.GetAsync(new Uri("medical/1/YZK", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Forbidden, closed.StatusCode);
        Assert.Contains("同意していません", await closed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await desk.Http.GetAsync(new Uri("medical/2/YZK", UriKind.Relative))).StatusCode);
        CheckIn yes = await facility.VisitAsync(link, card);
        await link.SubmitAsync(yes, default);
        Assert.Equal(HttpStatusCode.OK, (await desk.Http.GetAsync(new Uri("medical/1/YZK", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_no_that_comes_while_the_centre_is_asked_keeps_the_records_shut()
    {
        SlowCentre centre = new();
        await using Facility facility = await Facility.OpenAsync(centre: centre);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Task<HttpResponseMessage> asked = desk.Http.GetAsync(new Uri("medical/1/YZK", UriKind.Relative));
        await centre.Asked.Task;
        CheckIn no = await facility.VisitAsync(link, card);
        await link.SubmitAsync(no with { Answers = Answers.All(no.Answers.Asked, false) }, default);

        centre.Go.SetResult();

        HttpResponseMessage answer = await asked;
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("アムロジピン", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_without_a_card_needs_the_disaster_notice_and_a_reason()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Equal(HttpStatusCode.Forbidden, (await SearchAsync("試験", "oral")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await desk.DisasterAsync(true));
        Assert.Equal(HttpStatusCode.BadRequest, (await SearchAsync("試験", "")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SearchAsync("", "oral")).StatusCode);
        // A name in an address would stay in browser histories.
        Assert.Equal(HttpStatusCode.MethodNotAllowed,
            (await desk.Http.GetAsync(new Uri("disaster/search?name=x&reason=oral", UriKind.Relative))).StatusCode);

        string found = await (await SearchAsync("試験", "oral")).Content.ReadAsStringAsync();

        Assert.Contains("花子", found, StringComparison.Ordinal);
        Assert.DoesNotContain("太郎", found, StringComparison.Ordinal);
        Assert.Contains("アムロジピン", await (await desk.AskAsync("disaster/view/simulated-0/YZK",
            new { reason = "oral" })).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        string log = await desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Matches("\"action\":\"disaster view YZK\",\"about\":\"[0-9a-f]{16}\",\"reason\":\"oral\"", log);
        Assert.DoesNotContain("花子", log, StringComparison.Ordinal);

        Task<HttpResponseMessage> SearchAsync(string name, string reason) =>
            desk.AskAsync("disaster/search", new { name, birthdate = "", sex = "2", address = "千代田", reason });
    }

    [Fact]
    public async Task An_insurance_number_is_looked_up_and_a_typing_error_is_reported()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("太郎", await (await AskAsync("01130012", "567", "1985-11-20")).Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Contains("該当資格なし", await (await AskAsync("01130012", "999", "1985-11-20")).Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync("12", "567", "x")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.AskAsync("insurance", new { })).StatusCode);

        Task<HttpResponseMessage> AskAsync(string insurer, string number, string birthdate) =>
            desk.AskAsync("insurance", new { insurer, symbol = "", number, birthdate });
    }

    [Theory]
    [InlineData("S23.5.3", "")]
    [InlineData("昭和23年5月3日", "")]
    [InlineData("昭和２３年５月３日", "1948-05-03")]
    [InlineData("", "1948-05-03")]
    public async Task A_birth_date_may_be_given_by_era(string era, string birthdate)
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        HttpResponseMessage found = await desk.AskAsync("insurance", new { insurer = "39131234", number = "12345678", birthdate, era });
        string answer = await found.Content.ReadAsStringAsync();
        Assert.Contains("花子", answer, StringComparison.Ordinal);
        Assert.Contains("1948年5月3日（昭和23年5月3日）", answer, StringComparison.Ordinal);
        HttpResponseMessage other =
            await desk.AskAsync("insurance", new { insurer = "39131234", number = "12345678", birthdate = "1948-05-04", era = "S23.5.3" });
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public async Task The_branch_asked_at_the_desk_is_the_branch_answered()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string summer = await AskAsync("3"), neither = await AskAsync("99"), both = await AskAsync("");
        Assert.Contains("\"枝番\",\"value\":\"03\"", summer, StringComparison.Ordinal);
        Assert.DoesNotContain("春", summer, StringComparison.Ordinal);
        Assert.Contains("該当資格なし", neither, StringComparison.Ordinal);
        Assert.Contains("枝番を入れて", both, StringComparison.Ordinal);
        Assert.DoesNotContain("例示", both, StringComparison.Ordinal);

        async Task<string> AskAsync(string branch) => await (await desk.AskAsync("insurance",
            new { insurer = "06400005", symbol = "33", number = "701", branch, birthdate = "2015-03-03" })).Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task The_whole_answer_about_an_arrival_opens_and_a_withheld_address_only_on_demand_and_logged()
    {
        // The ninth card of the day: 例示　秋, 住所不開示.
        await using Facility facility = await OpenAsync(TimeProvider.System);
        GrpcReceptionLink link = facility.Link();
        for (int card = 0; card < 9; card++)
        {
            using TestCard one = new();
            await link.SubmitAsync(await facility.VisitAsync(link, one), default);
        }

        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string feed = await desk.UntilAsync("例示　秋");
        int no = 1;
        string sheet = await SheetAsync(no);
        while (!sheet.Contains("例示　秋", StringComparison.Ordinal) && no < 9) sheet = await SheetAsync(++no);
        Assert.Contains("\"isWithheld\":true", sheet, StringComparison.Ordinal);
        Assert.DoesNotContain("不開示町", sheet + feed, StringComparison.Ordinal);
        Assert.DoesNotContain("address", await LogAsync(), StringComparison.Ordinal);

        string address = await (await desk.AskAsync($"arrivals/{no}/address", new { })).Content.ReadAsStringAsync();

        Assert.Contains("不開示町", address, StringComparison.Ordinal);
        Assert.Contains($" #{no}\"", System.Text.RegularExpressions.Regex.Match(await LogAsync(), "\"action\":\"address\",[^}]*").Value,
            StringComparison.Ordinal);
        Assert.Contains("\"action\":\"sheet\"", await LogAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Http.GetAsync(new Uri("arrivals/99/sheet", UriKind.Relative))).StatusCode);
        var number = new { insurer = "06400005", number = "809", birthdate = "1990-09-09" };
        string shown = await (await desk.AskAsync("insurance", number)).Content.ReadAsStringAsync();
        string opened = await (await desk.AskAsync("insurance/address", number)).Content.ReadAsStringAsync();
        Assert.DoesNotContain("不開示町", shown, StringComparison.Ordinal);
        Assert.Contains("不開示町", opened, StringComparison.Ordinal);

        // Empty while the centre has not answered for that arrival.
        async Task<string> SheetAsync(int one)
        {
            using HttpResponseMessage answer = await desk.Http.GetAsync(new Uri($"arrivals/{one}/sheet", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.NotFound && one < 9 ? ""
                : await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        }

        Task<string> LogAsync() => desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
    }

    [Fact]
    public async Task Settings_changed_on_the_page_reach_the_kiosk_at_once_and_survive_a_restart()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        GrpcReceptionLink link = facility.Link();
        await using LinkEventLog news = new(link);
        await news.NextAsync<ReceptionEvent.DisasterSet>();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        using HttpRequestMessage change = new(HttpMethod.Post, "policy")
        {
            Headers = { { "X-Desk", "1" } },
            Content = JsonContent.Create(
            new
            {
                codes = new[] { "YZK", "SRJ", "TSR" },
                itemByItem = true,
                asksPmh = true,
                asksPrescriptionForm = true,
                asksLetters = true,
                dispensesPrescriptions = true,
                phones = new[] { "iphone" },
                textSize = 3
            }),
        };
        (await desk.Http.SendAsync(change)).EnsureSuccessStatusCode();
        SitePolicy policy = (await news.NextAsync<ReceptionEvent.PolicySet>()).Policy;
        Assert.Equal(["YZK", "SRJ", "TSR"], policy.Consents.Items.Select(i => i.Code));
        Assert.True(policy is { AsksLetters: true, DispensesPrescriptions: true });

        int port = facility.Host.LinkPort;
        await facility.Host.DisposeAsync();
        await facility.StartAsync(port);
        await using LinkEventLog after = new(facility.Link());
        Assert.Equal(policy.Consents.Version, (await after.NextAsync<ReceptionEvent.PolicySet>()).Policy.Consents.Version);
    }

    /// <summary>Answers about medical records only when the test lets it.</summary>
    private sealed class SlowCentre : IEligibilityCentre
    {
        private readonly SimulatedCentre _centre = new(["valid"]);

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Label => _centre.Label;

        public Task<Eligibility> AskAsync(byte[] certificate, CancellationToken stop) => _centre.AskAsync(certificate, stop);

        public Task RegisterCardAsync(byte[] certificate, CancellationToken stop) => _centre.RegisterCardAsync(certificate, stop);

        public Task<Eligibility> AskAsync(InsuranceQuery asked, CancellationToken stop) => _centre.AskAsync(asked, stop);

        public async Task<MedicalRecords> ViewAsync(byte[] certificate, string kind, CancellationToken stop)
        {
            Asked.TrySetResult();
            await Go.Task.WaitAsync(stop);
            return await _centre.ViewAsync(certificate, kind, stop);
        }

        public Task<IReadOnlyList<FoundPerson>> SearchAsync(string name, DateOnly? birthdate, string sex, string address,
            CancellationToken stop) => _centre.SearchAsync(name, birthdate, sex, address, stop);

        public Task<IReadOnlyList<FoundPerson>> SearchAsync(InsuranceQuery asked, CancellationToken stop) =>
            _centre.SearchAsync(asked, stop);

        public Task<Registered> RegisterAsync(ReferenceRegistration asked, CancellationToken stop) => _centre.RegisterAsync(asked, stop);

        public Task<MedicalRecords> ViewFoundAsync(string handle, string kind, CancellationToken stop) =>
            _centre.ViewFoundAsync(handle, kind, stop);
    }

    private static Task<Facility> OpenAsync(TimeProvider time) => Facility.OpenAsync(time, centreAnswers: ["valid"]);
}
