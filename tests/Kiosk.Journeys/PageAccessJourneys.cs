using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Kiosk.App.PageServer;
using Kiosk.Core;

namespace Kiosk.Journeys;

/// <summary>Which browsers may use the page, and what the page does when the kiosk program ends.</summary>
public sealed class PageAccessJourneys
{
    [Fact]
    public async Task The_start_address_admits_one_browser_only()
    {
        await using UiHost host = await HostAsync();
        using HttpClient first = Client(), second = Client();
        Assert.Equal(HttpStatusCode.Forbidden, (await first.GetAsync(new Uri(host.Url, "/"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await first.GetAsync(host.Url)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(new Uri(host.Url, "/"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await second.GetAsync(host.Url)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync(host.NewUrl())).StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.BadRequest)]
    [InlineData("Host", "localhost", HttpStatusCode.BadRequest)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    public async Task A_request_from_a_foreign_page_is_refused(string header, string value, HttpStatusCode status)
    {
        await using UiHost host = await HostAsync();
        using HttpClient client = Client();
        await client.GetAsync(host.Url);
        foreach (string path in new[] { "/", "/kiosk.js", "/panel.css", "/ui", "/preview" })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(host.Url, path));
            request.Headers.TryAddWithoutValidation(header, value);
            using HttpResponseMessage answer = await client.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(SameOriginOnly.Policy, answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http://evil.example")]
    public async Task A_socket_is_accepted_only_with_the_pages_own_origin(string? origin)
    {
        await using UiHost host = await HostAsync();
        CookieContainer cookies = await CookiesAsync(host);
        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => SocketAsync(host, cookies, origin));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_screen_is_refused_until_the_first_has_closed()
    {
        await using UiHost host = await HostAsync();
        CookieContainer cookies = await CookiesAsync(host);
        using HttpClient manager = Client();
        Assert.Contains("\"screen\":false", await HealthAsync(), StringComparison.Ordinal);
        using (ClientWebSocket first = await SocketAsync(host, cookies, Origin(host)))
        {
            Assert.Contains("\"screen\":true", await HealthAsync(), StringComparison.Ordinal);
            WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => SocketAsync(host, cookies, Origin(host)));
            Assert.Contains("409", refused.Message, StringComparison.Ordinal);
            Assert.Contains("409", (await Assert.ThrowsAsync<WebSocketException>(
                () => SocketAsync(host, cookies, Origin(host), "/preview"))).Message, StringComparison.Ordinal);
        }
        using ClientWebSocket next = await FreeSocketAsync(host, cookies);
        Assert.StartsWith("1\nsize-1", await ReadAsync(next), StringComparison.Ordinal);

        async Task<string> HealthAsync()
        {
            using HttpResponseMessage answer = await manager.GetAsync(new Uri(host.Url, "/healthz"));
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task A_press_with_an_old_screen_number_has_no_effect()
    {
        ScriptedVisit visit = new(new());
        await using UiHost host = await HostAsync(visit: visit);
        using ClientWebSocket socket = await SocketAsync(host, await CookiesAsync(host), Origin(host));
        await ReadAsync(socket);
        visit.Happen(new VisitEvent.CardInserted());
        long now = long.Parse((await ReadAsync(socket)).Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{now - 1} pin"), WebSocketMessageType.Text, true, CancellationToken.None);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{now} pin"), WebSocketMessageType.Text, true, CancellationToken.None);
        while ((await ReadAsync(socket)).StartsWith($"{now}\n", StringComparison.Ordinal)) { }
        Assert.Equal(["ChosePin"], visit.Pressed);
    }

    [SkippableFact]
    public async Task The_page_reports_a_stopped_kiosk_and_reconnects_by_itself()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        string session = Path.Combine(Path.GetTempPath(), $"kiosk-session-{Guid.NewGuid():N}");
        await using VisitPage patient = await VisitPage.OpenAsync(new(SessionFile: session));
        UiOptions again = new(Port: patient.Host.Url.Port, SessionFile: session);

        await patient.ClickAsync("languages");
        await patient.SeeAsync("Languages");
        await patient.ClickAsync("lang:ko");
        await patient.Page.WaitForSelectorAsync("html[lang=ko]");
        await patient.Page.EvaluateAsync(
            "(() => { const real = ring; window.rung = 0; ring = (...tones) => { window.rung++; real(...tones); }; })()");

        await patient.Host.DisposeAsync();
        await patient.Page.WaitForSelectorAsync("#offline", new() { State = Microsoft.Playwright.WaitForSelectorState.Visible });
        Assert.Equal(["ja", "ja", "ko"],
            await patient.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('#offline p')].filter(p => p.getClientRects().length).map(p => p.lang)"));
        Assert.Equal(1, await patient.Page.EvaluateAsync<int>("window.rung"));

        patient.Host = await VisitPage.StartHostAsync(again, patient.Visit, patient.Camera);
        await patient.Page.WaitForSelectorAsync("#app h1", new() { State = Microsoft.Playwright.WaitForSelectorState.Visible });
        File.Delete(session);
    }

    [SkippableFact]
    public async Task A_page_that_hangs_with_its_socket_open_does_not_count_as_shown_and_counts_again_when_it_paints()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        await using VisitPage patient = await VisitPage.OpenAsync(new());
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(2));
        await UntilAsync(true);
        Task hang = patient.Page.EvaluateAsync(
            "window.setTimeout(() => { const end = performance.now() + 9000; while (performance.now() < end); })");
        await UntilAsync(false);
        await UntilAsync(true);
        await hang;

        async Task UntilAsync(bool isShown)
        {
            while (patient.Host.IsShown != isShown) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
        }
    }

    /// <summary>Tries again for some time, because the host notices with a delay that the first screen has closed its socket.</summary>
    private static async Task<ClientWebSocket> FreeSocketAsync(UiHost host, CookieContainer cookies)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await SocketAsync(host, cookies, Origin(host));
            }
            catch (WebSocketException) when (i < 300)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private static Task<UiHost> HostAsync(UiOptions? options = null, ScriptedVisit? visit = null)
    {
        TestPicture camera = new();
        return VisitPage.StartHostAsync(options ?? new(), visit ?? new(camera), camera);
    }

    private static string Origin(UiHost host) => host.Url.GetLeftPart(UriPartial.Authority);

    [SuppressMessage("Reliability", "CA2000", Justification = "The client disposes its handler.")]
    private static HttpClient Client(CookieContainer? cookies = null) =>
        new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies ?? new(), CheckCertificateRevocationList = true });

    private static async Task<CookieContainer> CookiesAsync(UiHost host)
    {
        CookieContainer cookies = new();
        using HttpClient client = Client(cookies);
        await client.GetAsync(host.NewUrl());
        return cookies;
    }

    private static async Task<ClientWebSocket> SocketAsync(UiHost host, CookieContainer cookies, string? origin, string path = "/ui")
    {
        ClientWebSocket socket = new();
        socket.Options.Cookies = cookies;
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{host.Url.Port}{path}"), CancellationToken.None);
        return socket;
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        byte[] message = new byte[1 << 16];
        int length = 0;
        while (true)
        {
            WebSocketReceiveResult got = await socket.ReceiveAsync(new ArraySegment<byte>(message, length, message.Length - length),
                CancellationToken.None);
            length += got.Count;
            if (!got.EndOfMessage) continue;
            string text = Encoding.UTF8.GetString(message, 0, length);
            if (text != ".") return text;
            length = 0;
        }
    }
}
