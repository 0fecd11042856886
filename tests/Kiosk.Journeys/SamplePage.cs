using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Kiosk.Tests.Screens;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>One browser page on a real host that shows samples.</summary>
public sealed class SamplePage : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly ShownPort _port;
    private readonly ScreenRenderer _renderer = new(NullLoggerFactory.Instance);
    private long _drawn = 1_000_000;

    private SamplePage(IPlaywright playwright, IBrowser browser, ShownPort port, UiHost host, IPage page) =>
        (_playwright, _browser, _port, Host, Page) = (playwright, browser, port, host, page);

    public UiHost Host { get; }

    public IPage Page { get; }

    /// <summary>Script errors and CSP violations of the page.</summary>
    public IList<string> Complaints { get; } = [];

    public static async Task<SamplePage> OpenAsync(Panel panel, string language = "ja")
    {
        ShownPort port = new();
        UiHost host = await UiHost.StartAsync(
            new() { PanelWidthMm = panel.WidthMm, Language = language }, port, new TestPicture(), TimeProvider.System,
                NullLoggerFactory.Instance, CancellationToken.None);
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = panel.Width, Height = panel.Height }, ReducedMotion = ReducedMotion.Reduce });
        // On a busy machine a browser starts slowly.
        page.SetDefaultTimeout(120_000);
        SamplePage samplePage = new(playwright, browser, port, host, page);
        page.Console += (_, message) => { if (message.Type is "error" or "warning") samplePage.Complaints.Add(message.Text); };
        page.PageError += (_, error) => samplePage.Complaints.Add(error);
        await page.GotoAsync(host.Url.ToString());
        await page.WaitForSelectorAsync("h1");
        return samplePage;
    }

    /// <summary>Shows a sample; returns when the browser has drawn it.</summary>
    /// <param name="look">Ids of buttons that change size or contrast, separated by commas. They are pressed if the page does not
    /// have that look yet.</param>
    public async Task ShowAsync(string sample, string look = "")
    {
        UiView view = Samples.View(sample);
        long before = Host.Port.Current.Number;
        _port.Show(view.State, anew: true);
        UiView now = Host.Port.Current;
        while (now.Number == before) now = await Host.Port.NextAsync(now, CancellationToken.None);
        if (view.Display.Overlay is not Overlay.None)
            Host.Port.Take(System.Text.Encoding.ASCII.GetBytes($"{now.Number} {view.Display.Overlay.ToString().ToLowerInvariant()}"));
        await Page.WaitForSelectorAsync($"main[data-k='{Host.Port.Current.Number}']");
        foreach (string id in look.Split(',', StringSplitOptions.RemoveEmptyEntries)) await PressAsync(id);
        if (sample.StartsWith("face-", StringComparison.Ordinal)) await Page.WaitForTimeoutAsync(150);
    }

    /// <summary>
    /// Draws samples with the product's renderer and shows them by the page's own function <c>show</c>, one after the other in one call.
    /// The content is what the socket would deliver, without its delay and without the camera picture. The script runs on each sample.
    /// </summary>
    /// <param name="look">Ids of buttons that change size, contrast or reach, separated by commas.</param>
    /// <param name="ask">A JavaScript function, may be async, that returns strings. Its argument is <paramref name="given"/>.</param>
    /// <returns>"NAME: STRING" for each string of each sample.</returns>
    public async Task<string[]> AskAllAsync(IReadOnlyList<string> samples, string language, string look, string ask, object? given = null)
    {
        List<string> answers = [];
        foreach (string[] some in samples.Chunk(16))
        {
            List<string> messages = [];
            foreach (string sample in some)
            {
                UiView view = Samples.View(sample, language);
                Display display = view.Display with { Sound = SoundMode.Off };
                foreach (string id in look.Split(',', StringSplitOptions.RemoveEmptyEntries))
                    display = ((ButtonPress.ChangeDisplay)Buttons.Find(System.Text.Encoding.ASCII.GetBytes(id))!).Change(display);
                messages.Add(System.Text.Encoding.UTF8.GetString(
                    await _renderer.MessageAsync(view with { Number = ++_drawn, Display = display })));
            }
            answers.AddRange(await Page.EvaluateAsync<string[]>(
                $$"""
                async ({ names, messages, given }) => {
                  const ask = {{ask}}, answers = [];
                  preview = () => {};
                  for (let i = 0; i < names.length; i++) {
                    show(messages[i]);
                    answers.push(...(await ask(given)).map(answer => `${names[i]}: ${answer}`));
                  }
                  return answers;
                }
                """, new { names = some, messages, given }));
        }
        return [.. answers];
    }

    /// <summary>Presses a button as the browser does, to change size or contrast.</summary>
    public async Task PressAsync(string id)
    {
        string before = Host.Port.Current.Display.Classes;
        Host.Port.Take(System.Text.Encoding.ASCII.GetBytes($"{Host.Port.Current.Number} {id}"));
        string after = Host.Port.Current.Display.Classes;
        // The page is drawn when it has the classes. Fitting the text may add one class.
        const string Drawn = "wanted => document.documentElement.className.startsWith(wanted)";
        for (int i = 0; before != after && i < 600 && !await Page.EvaluateAsync<bool>(Drawn, after); i++)
            await Page.WaitForTimeoutAsync(20);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _renderer.DisposeAsync();
        await Host.DisposeAsync();
    }
}
