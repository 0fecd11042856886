using System.Globalization;
using Microsoft.Playwright;

namespace Kiosk.Windows;

/// <summary>A patient at the page of <c>kiosk.exe</c>, in the installed Chromium.</summary>
internal sealed class Patient : IAsyncDisposable
{
    private static readonly string? _browser = new[] { Environment.GetEnvironmentVariable("KIOSK_CHROMIUM"), "/usr/bin/chromium",
        "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists);

    private readonly IPlaywright _playwright;
    private readonly IBrowser _chromium;

    private readonly WineProgram? _kiosk;

    private Patient(IPlaywright playwright, IBrowser chromium, IPage page, WineProgram? kiosk) =>
        (_playwright, _chromium, Page, _kiosk) = (playwright, chromium, page, kiosk);

    public static string? Missing => _browser is null ? "no Chromium: install it (apt: chromium) or set KIOSK_CHROMIUM" : null;

    public IPage Page { get; }

    /// <param name="kiosk">What it wrote is shown when a screen does not come; null: a service, which has no output.</param>
    public static async Task<Patient> OpenAsync(string address, WineProgram? kiosk = null)
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = _browser,
            Args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        IPage page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        page.SetDefaultTimeout(120_000);
        await page.GotoAsync(address);
        return new Patient(playwright, chromium, page, kiosk);
    }

    /// <summary>Waits for a screen by the name of its component, and until its buttons are active.</summary>
    public async Task SeeAsync(string screen)
    {
        try
        {
            await Page.WaitForSelectorAsync($"[data-screen={screen}]");
        }
        catch (TimeoutException)
        {
            string? shown = await Page.Locator("[data-screen]").First.GetAttributeAsync("data-screen");
            string kiosk = _kiosk is null ? "" : $"\nkiosk{(_kiosk.HasEnded ? ", ended" : "")}:\n{_kiosk.Output}{_kiosk.Said}";
            Assert.Fail($"{shown} instead of {screen}: {await Page.InnerTextAsync("body")}{kiosk}");
        }

        await Page.WaitForTimeoutAsync(1000);
    }

    public async Task PressAsync(string button)
    {
        await Page.WaitForTimeoutAsync(100);
        await Page.ClickAsync($"[data-i='{button}']");
    }

    /// <summary>Types digits in the order in which the pad shows them.</summary>
    public async Task TypeAsync(string digits)
    {
        foreach (char digit in digits)
        {
            await Page.WaitForTimeoutAsync(100);
            string key = digit.ToString(CultureInfo.InvariantCulture);
            await Page.Locator("[data-i^='key:']").Filter(new() { HasTextString = key }).ClickAsync();
        }
    }

    /// <summary>From the card on the reader to the receipt.</summary>
    /// <param name="atPin">What happens while the patient thinks about the PIN.</param>
    public async Task VisitAsync(string pin, Func<Task>? atPin = null)
    {
        await SeeAsync("ChoosingMethod");
        await PressAsync("pin");
        await SeeAsync("EnteringPin");
        if (atPin is not null) await atPin();
        await TypeAsync(pin);
        await SeeAsync("AskingConsent");
        await PressAsync("all-yes");
        await SeeAsync("TakeCard");
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
    }
}
