using System.Net;
using System.Text.Json;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Kiosk.Processes.Reception;

/// <summary>The waiting display: numbers, no sign-in, and no way to any other page.</summary>
public sealed class WaitingTests
{
    [Fact]
    public async Task Staff_call_a_number_and_the_display_shows_it_also_after_a_restart()
    {
        await using Facility facility = await Facility.OpenAsync(change: With, centreAnswers: ["invalid", "valid"]);
        GrpcReceptionLink link = facility.Link();
        using TestCard one = new(), two = new();
        await link.SubmitAsync(await facility.VisitAsync(link, one), default);
        await link.SubmitAsync(await facility.VisitAsync(link, two), default);
        await link.SubmitAsync(await facility.VisitAsync(link, two), default);
        Assert.Equal(("", "1 2"), await ShownAsync(facility));

        await using (DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host))
        {
            string feed = await desk.UntilAsync("\"called\":false");
            // The row of the second card names its newest reading.
            Assert.Contains("\"no\":3", feed, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync("arrivals/3/call"));
            Assert.Equal(("2", "1"), await ShownAsync(facility));
            Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync("arrivals/1/call"));
            Assert.Equal(("1 2", ""), await ShownAsync(facility));
            Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync("arrivals/2/call"));
            Assert.Equal(("2 1", ""), await ShownAsync(facility));
            Assert.Equal(HttpStatusCode.NotFound, await desk.PostAsync("arrivals/99/call"));
        }

        await facility.Host.DisposeAsync();
        await facility.StartAsync(0, With);
        Assert.Equal(("2 1", ""), await ShownAsync(facility));
    }

    [Fact]
    public async Task The_queue_number_of_the_site_takes_the_place_of_the_number_of_the_day()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using WebApplication receiver = builder.Build();
        receiver.Run(context => context.Response.WriteAsync("""{"queueNumber":"A-12","department":"内科"}"""));
        await receiver.StartAsync();
        await using Facility facility = await Facility.OpenAsync(change: o =>
        {
            string key = Path.Combine(Path.GetDirectoryName(o.Database)!, "events.key");
            File.WriteAllBytes(key, new byte[32]);
            return With(o) with { Arrivals = new(key, Webhook: receiver.Urls.Single() + "/") };
        });
        GrpcReceptionLink link = facility.Link();
        using TestCard card = new();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("呼び出し番号 A-12");

        Assert.Equal(("", "A-12"), await ShownAsync(facility));
    }

    [Fact]
    public async Task It_opens_no_other_page_and_nothing_that_changes_something()
    {
        await using Facility facility = await Facility.OpenAsync(change: With);
        using HttpClient http = new() { BaseAddress = facility.Host.WaitingUrl! };
        foreach (string path in (string[])["feed", "signin", "staff", "settings", "medical/1", "name/1", "desk.js", "desk.css", "password",
            "arrivals/1/take", "..%2fdesk.js", "insurance/1", "metrics", "healthz"])
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        foreach (string path in (string[])["", "numbers", "arrivals/1/call"])
        {
            using HttpRequestMessage post = new(HttpMethod.Post, path) { Headers = { { "X-Desk", "1" } } };
            Assert.False((await http.SendAsync(post)).IsSuccessStatusCode);
        }

        HttpResponseMessage page = await http.GetAsync(new Uri("", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.False(page.Headers.Contains("Set-Cookie"));

        // And a browser that shows it has no right at the desk.
        using HttpClient desk = new() { BaseAddress = facility.Host.DeskUrl };
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.GetAsync(new Uri("waiting.html", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Without_the_setting_there_is_none_and_no_button()
    {
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        using TestCard card = new();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        Assert.Null(facility.Host.WaitingUrl);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"called\":null");
        Assert.Equal(HttpStatusCode.NotFound, await desk.PostAsync("arrivals/1/call"));
    }

    /// <summary>Displays that are left open take no place for ever, and too many are refused.</summary>
    [Fact]
    public async Task A_display_that_goes_away_makes_room()
    {
        await using Facility facility = await Facility.OpenAsync(change: With);
        using SocketsHttpHandler many = new() { MaxConnectionsPerServer = 100 };
        using HttpClient http = new(many) { BaseAddress = facility.Host.WaitingUrl! };
        List<HttpResponseMessage> open = [];
        for (int n = 0; n < 17; n++)
            open.Add(await http.GetAsync(new Uri("numbers", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, open[^1].StatusCode);
        Assert.All(open[..^1], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        foreach (HttpResponseMessage one in open) one.Dispose();
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        HttpStatusCode now = HttpStatusCode.ServiceUnavailable;
        while (now != HttpStatusCode.OK)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
            using HttpResponseMessage again =
                await http.GetAsync(new Uri("numbers", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, late.Token);
            now = again.StatusCode;
        }
    }

    private static ReceptionOptions With(ReceptionOptions o) => o with { Waiting = new(0) };

    /// <summary>The first event: what a display shows, and that it holds nothing else.</summary>
    private static async Task<(string Called, string Waiting)> ShownAsync(Facility facility)
    {
        using HttpClient http = new() { BaseAddress = facility.Host.WaitingUrl! };
        using StreamReader lines = new(await http.GetStreamAsync(new Uri("numbers", UriKind.Relative)));
        string line = (await lines.ReadLineAsync())!;
        JsonElement view = JsonDocument.Parse(line["data: ".Length..]).RootElement;
        Assert.Equal(["called", "waiting", "more", "environment"], view.EnumerateObject().Select(p => p.Name));
        return (Joined("called"), Joined("waiting"));

        string Joined(string list) => string.Join(' ', view.GetProperty(list).EnumerateArray().Select(n => n.GetString()));
    }
}
