using Kiosk.App.Ui;
using Kiosk.Tests.Screens;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>One browser page on a real host that shows samples.</summary>
public sealed class Stage : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly ShownPort _port;

    private Stage(IPlaywright playwright, IBrowser browser, ShownPort port, UiHost host, IPage page) =>
        (_playwright, _browser, _port, Host, Page) = (playwright, browser, port, host, page);

    public UiHost Host { get; }

    public IPage Page { get; }

    /// <summary>What the page complained of: script errors and CSP violations.</summary>
    public IList<string> Complaints { get; } = [];

    public static async Task<Stage> OpenAsync(Panel panel, string language = "ja")
    {
        ShownPort port = new();
        UiHost host = await UiHost.StartAsync(
            new() { PanelWidthMm = panel.WidthMm, Language = language }, port, new TestPicture(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = panel.Width, Height = panel.Height }, ReducedMotion = ReducedMotion.Reduce });
        Stage stage = new(playwright, browser, port, host, page);
        page.Console += (_, message) => { if (message.Type is "error" or "warning") stage.Complaints.Add(message.Text); };
        page.PageError += (_, error) => stage.Complaints.Add(error);
        await page.GotoAsync(host.Url.ToString());
        await page.WaitForSelectorAsync("h1");
        return stage;
    }

    /// <summary>Shows a sample; returns when the browser has drawn it.</summary>
    /// <param name="look">Buttons that change size or contrast, comma between; pressed where the page does not look so yet.</param>
    public async Task ShowAsync(string sample, string look = "")
    {
        UiView view = Samples.View(sample);
        long before = Host.Port.Current.Number;
        _port.Show(view.State);
        UiView now = Host.Port.Current;
        while (now.Number == before) now = await Host.Port.NextAsync(now, CancellationToken.None);
        if (view.Display.Overlay is not Overlay.None)
            Host.Port.Take(System.Text.Encoding.ASCII.GetBytes($"{now.Number} {view.Display.Overlay.ToString().ToLowerInvariant()}"));
        await Page.WaitForSelectorAsync($"main[data-k='{Host.Port.Current.Number}']");
        foreach (string id in look.Split(',', StringSplitOptions.RemoveEmptyEntries)) await PressAsync(id);
        if (sample.StartsWith("face-", StringComparison.Ordinal)) await Page.WaitForTimeoutAsync(150);
    }

    /// <summary>Presses a button as the browser would, to change size or contrast.</summary>
    public async Task PressAsync(string id)
    {
        string before = Host.Port.Current.Display.Classes;
        Host.Port.Take(System.Text.Encoding.ASCII.GetBytes($"{Host.Port.Current.Number} {id}"));
        string after = Host.Port.Current.Display.Classes;
        // The page has drawn it when it wears the classes; fitting may add one.
        for (int i = 0; before != after && i < 600 && !await Page.EvaluateAsync<bool>("wanted => document.documentElement.className.startsWith(wanted)", after); i++) await Page.WaitForTimeoutAsync(20);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Host.DisposeAsync();
    }
}
