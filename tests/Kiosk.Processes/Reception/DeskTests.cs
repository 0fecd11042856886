using System.Net;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;

namespace Kiosk.Processes.Reception;

public sealed class DeskTests
{
    [Fact]
    public async Task A_sign_in_address_works_once()
    {
        await using Facility facility = await Facility.OpenAsync();
        Uri address = facility.Host.SignInUrl();
        using HttpClient first = new(), second = new();
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await second.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await second.GetAsync(new Uri(facility.Host.DeskUrl, "feed"))).StatusCode);
        Assert.NotEqual(address, facility.Host.SignInUrl());
    }

    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.BadRequest)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    public async Task A_request_by_another_site_is_refused(string header, string value, HttpStatusCode expected)
    {
        await using Facility facility = await Facility.OpenAsync();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        using HttpRequestMessage request = new(HttpMethod.Get, "");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await desk.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task The_page_tells_the_browser_to_stay_with_tls()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => o with { Desk = o.Desk with { Https = true } });
#pragma warning disable CA5399, CA5400 // Only the header matters here.
        using HttpClientHandler any = new()
        {
            ServerCertificateCustomValidationCallback = (_, _, _, _) => true,
            AllowAutoRedirect = false,
        };
        using HttpClient browser = new(any);
#pragma warning restore CA5399, CA5400
        using HttpResponseMessage signedIn = await browser.GetAsync(facility.Host.SignInUrl());
        Assert.Equal("max-age=31536000", Assert.Single(signedIn.Headers.GetValues("Strict-Transport-Security")));
        Assert.Contains("; secure", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_that_a_form_of_another_site_could_send_is_refused()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        using HttpResponseMessage response = await desk.Http.PostAsync(new Uri("disaster/true", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task The_page_shows_two_readings_of_a_card_as_one_arrival_and_a_call_with_its_remedy()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new(20);
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card, Method.Face), default);
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await link.CallStaffAsync(Failure.PinBlocked, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);

        string view = await desk.LookAsync();

        Assert.Contains("\"readings\":2", view, StringComparison.Ordinal);
        Assert.DoesNotContain("\"number\":2", view, StringComparison.Ordinal);
        Assert.Contains("\"certificateStatus\":\"Expiring\"", view, StringComparison.Ordinal);
        Assert.Contains("\"chainChecked\":false", view, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"K204\"", view, StringComparison.Ordinal);
    }
}
