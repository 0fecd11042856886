using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>The installed Chromium; nothing is downloaded.</summary>
public static class Chromium
{
    public static string? Path { get; } =
        new[] { Environment.GetEnvironmentVariable("KIOSK_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser",
            @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" }
            .FirstOrDefault(File.Exists);

    public const string Missing = "no Chromium: install it (apt: chromium) or set KIOSK_CHROMIUM";

    /// <summary>How long an expectation of these tests waits, in milliseconds. Playwright's own 5 seconds are too short on a busy
    /// machine.</summary>
    private const float Patience = 60_000;

    static Chromium() => Assertions.SetDefaultExpectTimeout(Patience);

    /// <param name="mark">An argument without effect. It identifies this browser among others in /proc.</param>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright, string mark = "--kiosk-test") => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Path,
        Args =
        [
            "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            "--disable-domain-reliability", "--metrics-recording-only", "--autoplay-policy=no-user-gesture-required", mark,
        ],
    });
}
