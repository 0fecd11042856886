using Kiosk.App.PageServer;
using Kiosk.Core.Consents;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>A patient at a real browser with a real host and a scripted visit.</summary>
public sealed class VisitPage : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private VisitPage(IPlaywright playwright, IBrowser browser, IPage page, UiHost host, ScriptedVisit visit, TestPicture camera) =>
        (_playwright, _browser, Page, Host, Visit, Camera) = (playwright, browser, page, host, visit, camera);

    public IPage Page { get; }

    public UiHost Host { get; set; }

    public ScriptedVisit Visit { get; }

    public TestPicture Camera { get; }

    /// <summary>An argument that only this browser has in its command line.</summary>
    public required string BrowserMark { get; init; }

    public static async Task<VisitPage> OpenAsync(UiOptions? options = null, VisitStart start = VisitStart.Choice)
    {
        string mark = $"--kiosk-test={Guid.NewGuid():N}";
        TestPicture camera = new() { Open = false };
        ScriptedVisit visit = new(camera, start);
        UiHost host = await StartHostAsync(options ?? new(), visit, camera);
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await Chromium.LaunchAsync(playwright, mark);
        IBrowserContext context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(120_000);
        await page.GotoAsync(host.Url.ToString());
        await page.WaitForSelectorAsync("[data-screen=Idle]");
        return new(playwright, browser, page, host, visit, camera) { BrowserMark = mark };
    }

    public static Task<UiHost> StartHostAsync(UiOptions options, ScriptedVisit visit, TestPicture camera) =>
        UiHost.StartAsync(options, visit, camera, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    /// <summary>Waits for a screen by the name of its component, and until the buttons that agree to something are active.</summary>
    public async Task SeeAsync(string screen)
    {
        await Page.WaitForSelectorAsync($"[data-screen={screen}]");
        await Page.WaitForTimeoutAsync((float)UiPort.Guard.TotalMilliseconds + 30);
    }

    /// <summary>Not faster than a person: two presses of one key within 40 ms are one (<see cref="KeyBounce"/>).</summary>
    public async Task ClickAsync(string id)
    {
        await Page.WaitForTimeoutAsync(80);
        await Page.ClickAsync($"[data-i='{id}']");
    }

    /// <summary>Waits until a script returns true. Playwright's own wait function uses eval in the page, which the CSP forbids.</summary>
    public async Task UntilAsync(string script)
    {
        for (int i = 0; i < 600; i++)
        {
            if (await Page.EvaluateAsync<bool>(script)) return;
            await Page.WaitForTimeoutAsync(50);
        }
        Assert.Fail($"never: {script}");
    }

    /// <summary>Waits until the condition is true; fails after 30 s.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        for (int i = 0; i < 600 && !holds(); i++) await Page.WaitForTimeoutAsync(50);
        Assert.True(holds());
    }

    /// <summary>Types digits on the pad in its current order.</summary>
    public async Task TypeAsync(string digits)
    {
        foreach (char digit in digits) await ClickAsync($"key:{Host.Port.Current.Pad.SlotOf(digit - '0')}");
    }

    /// <summary>Moves to a button with Tab and presses Enter, as two switches do.</summary>
    public async Task TabToAsync(string id)
    {
        for (int i = 0; i < 40; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await Page.EvaluateAsync<string?>("document.activeElement.dataset.i ?? null") != id) continue;
            await Page.Keyboard.PressAsync("Enter");
            return;
        }
        Assert.Fail($"{id} is not reached by Tab");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Host.DisposeAsync();
    }
}
