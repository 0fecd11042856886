using System.Net;
using System.Net.Http.Json;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Reception;

public sealed class LookUpTests
{
    [Fact]
    public async Task Medical_information_is_shown_only_with_that_consent_and_for_24_hours_and_is_logged()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await OpenAsync(clock);
        using CardInHand card = new();
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
    public async Task In_a_disaster_staff_find_a_person_without_a_card_with_a_reason_and_never_otherwise()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Uri search = new("disaster/search?name=%E8%A9%A6%E9%A8%93&birthdate=&sex=2&address=%E5%8D%83%E4%BB%A3%E7%94%B0&reason=oral", UriKind.Relative);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(search)).StatusCode);
        await desk.PostAsync("disaster/true");
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Http.GetAsync(new Uri(search.ToString().Replace("=oral", "=", StringComparison.Ordinal), UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Http.GetAsync(new Uri("disaster/search?name=&birthdate=&sex=2&address=&reason=oral", UriKind.Relative))).StatusCode);

        string found = await desk.Http.GetStringAsync(search);

        Assert.Contains("花子", found, StringComparison.Ordinal);
        Assert.DoesNotContain("太郎", found, StringComparison.Ordinal);
        Assert.Contains("アムロジピン", await desk.Http.GetStringAsync(new Uri("disaster/view/simulated-0/YZK?reason=oral", UriKind.Relative)), StringComparison.Ordinal);
        string log = await desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Contains("\"action\":\"disaster view YZK\",\"about\":\"simulated-0\",\"reason\":\"oral\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain("花子", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_from_paper_is_looked_up_and_a_typing_error_is_told()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string good = await desk.Http.GetStringAsync(new Uri("insurance?insurer=01130012&symbol=&number=567&birthdate=1985-11-20", UriKind.Relative));
        Assert.Contains("太郎", good, StringComparison.Ordinal);
        Assert.Contains("該当資格なし", await desk.Http.GetStringAsync(new Uri("insurance?insurer=01130012&symbol=&number=999&birthdate=1985-11-20", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Http.GetAsync(new Uri("insurance?insurer=12&symbol=&number=567&birthdate=x", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Settings_changed_at_the_desk_reach_the_kiosk_at_once_and_survive_a_restart()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        GrpcReceptionLink link = facility.Link();
        await using News news = new(link);
        await news.NextAsync<ReceptionNews.DisasterSet>();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        using HttpRequestMessage change = new(HttpMethod.Post, "policy")
        {
            Headers = { { "X-Desk", "1" } },
            Content = JsonContent.Create(new { codes = new[] { "YZK", "SRJ" }, itemByItem = true, asksPmh = true, asksPrescriptionForm = true, phones = new[] { "iphone" }, textSize = 3 }),
        };
        (await desk.Http.SendAsync(change)).EnsureSuccessStatusCode();
        SitePolicy policy = (await news.NextAsync<ReceptionNews.PolicySet>()).Policy;
        Assert.Equal(["SRJ", "YZK"], policy.Consents.Items.Select(i => i.Code));

        int port = facility.Host.LinkPort;
        await facility.Host.DisposeAsync();
        await facility.StartAsync(port);
        await using News after = new(facility.Link());
        Assert.Equal(policy.Consents.Version, (await after.NextAsync<ReceptionNews.PolicySet>()).Policy.Consents.Version);
    }

    private static Task<Facility> OpenAsync(TimeProvider time) => Facility.OpenAsync(time, o => o with { Centre = new(true, ["valid"]) });
}
