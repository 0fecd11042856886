using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Kiosk.ReceptionTerminal.Hosting;

namespace Kiosk.Processes.Reception;

/// <summary>The browser of staff at the page, without a screen.</summary>
internal sealed class DeskBrowser : IAsyncDisposable
{
    private readonly HttpClient _http;

    private readonly ReceptionHost _host;

    private DeskBrowser(ReceptionHost host) => (_host, _http) = (host, new() { BaseAddress = host.DeskUrl });

    public HttpClient Http => _http;

    public static async Task<DeskBrowser> SignInAsync(ReceptionHost host)
    {
        DeskBrowser desk = new(host);
        using HttpResponseMessage page = await desk._http.GetAsync(host.SignInUrl());
        page.EnsureSuccessStatusCode();
        return desk;
    }

    public static async Task<(DeskBrowser Desk, HttpStatusCode Answer)> SignInAsync(
        ReceptionHost host, string id, string password, string code = "")
    {
        DeskBrowser desk = new(host);
        using HttpResponseMessage answer = await desk.AskAsync("signin/account", new { id, password, code });
        return (desk, answer.StatusCode);
    }

    /// <summary>Switches disaster mode as somebody does who stands at the console; for a reception without accounts.</summary>
    public async Task<HttpStatusCode> DisasterAsync(bool on)
    {
        string code = _host.SignInUrl().Query.Replace("?token=", "", StringComparison.Ordinal);
        using HttpResponseMessage answer = await AskAsync($"disaster/{(on ? "true" : "false")}", new { code, hours = 4, reason = "地震" });
        return answer.StatusCode;
    }

    /// <summary>As a button does.</summary>
    public async Task<HttpStatusCode> PostAsync(string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path);
        request.Headers.Add("X-Desk", "1");
        using HttpResponseMessage response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>As a form does.</summary>
    public Task<HttpResponseMessage> AskAsync(string path, object body)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Headers = { { "X-Desk", "1" } }, Content = JsonContent.Create(body) };
        return _http.SendAsync(request);
    }

    /// <summary>The first event of the feed, as JSON.</summary>
    public async Task<string> LookAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "feed");
        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync());
        return (await lines.ReadLineAsync())!;
    }

    /// <summary>Looks again and again until the feed contains this word.</summary>
    /// <returns>The feed, unescaped. Fails after 30 s.</returns>
    public async Task<string> UntilAsync(string word)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            string view = Regex.Unescape(await LookAsync());
            if (view.Contains(word, StringComparison.Ordinal)) return view;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
