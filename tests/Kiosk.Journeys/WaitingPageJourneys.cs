using Kiosk.Devices.Reception;
using Kiosk.Processes.Reception;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>The waiting display in a real browser, landscape and portrait.</summary>
public sealed class WaitingPageJourneys
{
    /// <summary>
    /// Digits of 25 mm are read at 5 m (a two-hundredth of the distance); on a panel of 32 inches that is 68 of 1080 lines.
    /// </summary>
    private const double LeastDigitLines = 68;

    [SkippableTheory]
    [InlineData(1920, 1080)]
    [InlineData(1080, 1920)]
    public async Task Numbers_are_large_update_by_themselves_and_pass_axe(int width, int height)
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        await using Facility facility = await Facility.OpenAsync(change: o => o with { Waiting = new(0) });
        GrpcReceptionLink link = facility.Link();
        for (int n = 0; n < 9; n++) await CheckInAsync();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        List<string> complaints = [];
        page.Console += (_, m) => { if (m.Type is "error") complaints.Add(m.Text); };
        page.PageError += (_, e) => complaints.Add(e);
        await page.GotoAsync(facility.Host.WaitingUrl!.ToString());
        await Assertions.Expect(page.Locator("#waiting li")).ToHaveCountAsync(9);
        await CheckAsync(page, $"waiting-{width}-none");

        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        foreach (int no in (int[])[1, 2, 3, 4]) await desk.PostAsync($"arrivals/{no}/call");
        await Assertions.Expect(page.Locator("#called li").First).ToHaveTextAsync("4");
        await Assertions.Expect(page.Locator("#waiting li")).ToHaveCountAsync(5);
        await CheckInAsync();
        await Assertions.Expect(page.Locator("#waiting li").Last).ToHaveTextAsync("10");
        await CheckAsync(page, $"waiting-{width}");
        await SizesAsync();
        await page.EvaluateAsync(
            """
            () => hear(JSON.stringify({ called: ['WWWW-8888-WW', 'A-1', 'B-123456', '4', '5', '6'], more: 3, environment: 'trial',
              waiting: [...Array(30).keys()].map(n => n % 3 ? String(n + 100) : `WWWW-88${n}-WWW`.slice(0, 12)) }))
            """);
        await CheckAsync(page, $"waiting-{width}-most");
        await SizesAsync();
        await Assertions.Expect(page.Locator("#more")).ToContainTextAsync("ほか");
        Assert.Empty(complaints);

        async Task SizesAsync()
        {
            double[] digits = await page.EvaluateAsync<double[]>(
                "[...document.querySelectorAll('li')].map(e => parseFloat(getComputedStyle(e).fontSize) * 0.72)");
            Assert.All(digits, lines => Assert.True(lines >= LeastDigitLines, $"{lines} lines"));
            string cut = await page.EvaluateAsync<string>(
                """
                () => [...document.querySelectorAll('section')].filter(e => e.scrollHeight > e.clientHeight
                  || e.scrollWidth > e.clientWidth)
                  .map(e => `${e.id} ${e.scrollWidth}x${e.scrollHeight} in ${e.clientWidth}x${e.clientHeight}`).join()
                """);
            Assert.Equal("", cut);
        }

        async Task CheckInAsync()
        {
            using TestCard card = new();
            await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        }
    }

    private static async Task CheckAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("KIOSK_SCREENS") == "1")
        {
            string folder = Path.Combine(Repository.Root, "artifacts", "screens", "reception");
            Directory.CreateDirectory(folder);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }

        await AxeCore.CheckPageAsync(page, name);
    }
}
