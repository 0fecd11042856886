using Kiosk.Core.Failures;
using Kiosk.Devices.Reception;
using Kiosk.Processes.Reception;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>A call for staff is heard where the receptionist's page is open.</summary>
public sealed class DeskAlarmJourneys
{
    [SkippableFact]
    public async Task A_call_sounds_unlike_the_kiosk_and_is_spoken_by_a_voice_of_this_computer_only()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync();
        // Chromium on Debian has no Japanese voice: two are put in its place, and the one of a server comes first.
        await page.AddInitScriptAsync(
            """
            window.heard = []; window.spoken = [];
            const real = AudioContext.prototype.createOscillator;
            AudioContext.prototype.createOscillator = function () {
              const tone = real.call(this);
              setTimeout(() => window.heard.push(tone.frequency.value));
              return tone;
            };
            window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
            Object.defineProperty(window, 'speechSynthesis', { value: {
              getVoices: () => [{ lang: 'ja-JP', localService: false, name: 'far' }, { lang: 'ja-JP', localService: true, name: 'near' }],
              speak: words => window.spoken.push(`${words.voice.name}: ${words.text}`),
              cancel() { },
            } });
            """);
        await page.GotoAsync(facility.Host.SignInUrl().ToString());
        ILocator alarm = page.Locator("#alarm");
        await Assertions.Expect(alarm).ToHaveTextAsync("音 あり");
        Assert.Empty(await page.EvaluateAsync<double[]>("window.heard"));

        await link.CallStaffAsync(Failure.PinBlocked, default);

        await Assertions.Expect(page.Locator("#calls")).ToHaveTextAsync("呼び出し 1件");
        await UntilAsync(page, "window.heard.length === 6 && window.spoken.length === 1");
        double[] kiosk = [988, 784, 587, 660, 880, 440];
        Assert.Empty(kiosk.Intersect((await page.EvaluateAsync<double[]>("window.heard.splice(0)")).Select(pitch => Math.Round(pitch))));
        string said = Assert.Single(await page.EvaluateAsync<string[]>("window.spoken.splice(0)"));
        Assert.StartsWith("near: ", said, StringComparison.Ordinal);
        Assert.Contains("呼び出しです", said, StringComparison.Ordinal);
        Assert.Contains(FailureCatalogue.EntryFor(Failure.PinBlocked).Staff, said, StringComparison.Ordinal);

        // Switched off, it stays off for the next call, and the call is still shown.
        await alarm.ClickAsync();
        await Assertions.Expect(alarm).ToHaveTextAsync("音 なし");
        await page.ReloadAsync();
        await Assertions.Expect(alarm).ToHaveTextAsync("音 なし");
        await Assertions.Expect(page.Locator("#calls")).ToHaveTextAsync("呼び出し 1件");
        Assert.Empty(await page.EvaluateAsync<double[]>("window.heard"));

        // Switched on while somebody waits, it sounds at once.
        await alarm.ClickAsync();
        await UntilAsync(page, "window.heard.length === 6");
    }

    private static async Task UntilAsync(IPage page, string holds)
    {
        for (int i = 0; i < 600; i++)
        {
            if (await page.EvaluateAsync<bool>(holds)) return;
            await page.WaitForTimeoutAsync(50);
        }
        Assert.Fail($"never: {holds}");
    }
}
