using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.Processes.Reception;
using Kiosk.Simulators.Centre;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>
/// A receptionist's morning at 1366×768: thirty arrivals of every kind from two kiosks, a printer without paper, numbers called, a shift
/// change.
/// </summary>
public sealed class MorningJourney
{
    private const int Arrivals = 30;

    [SkippableFact]
    public async Task Thirty_arrivals_two_kiosks_a_printer_without_paper_and_a_shift_change()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        await using Facility facility = await Facility.OpenAsync(
            change: o => ReceptionPageJourneys.WithStaff(o, "tanaka") with { Waiting = new(0) }, centreAnswers: [.. SimulatedCentre.Known]);
        GrpcReceptionLink[] links = [facility.Link(), facility.Link("k2")];
        List<TestCard> cards = [];
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = 1366, Height = 768 }, ReducedMotion = ReducedMotion.Reduce });
        List<string> complaints = [];
        // Without a session the page is the sign-in, with 403.
        page.Console += (_, m) => { if (m.Type is "error" && !m.Text.Contains("403", StringComparison.Ordinal)) complaints.Add(m.Text); };
        page.PageError += (_, e) => complaints.Add(e);
        IPage display = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1920, Height = 1080 } });
        await display.GotoAsync(facility.Host.WaitingUrl!.ToString());

        await page.GotoAsync(facility.Host.DeskUrl.ToString());
        await SignInAsync("tanaka", "correct horse");
        await links[0].ReportHealthAsync(new("1.0", [new("reader", null), new("ticket", Failure.TicketPaperOut, "status 12 60")]), default);
        await Assertions.Expect(page.Locator("#kiosks")).ToContainTextAsync("番号の紙のプリンター K667");
        try
        {
            for (int n = 0; n < Arrivals; n++) await ArriveAsync(n);
            ILocator rows = page.Locator("#arrivals tr"), alerts = page.Locator("#arrivals tr.alert");
            await Assertions.Expect(rows).ToHaveCountAsync(Arrivals, new() { Timeout = 60_000 });
            await Assertions.Expect(page.Locator("#count")).ToHaveTextAsync("30件");

            // Insurance that is not good stands on top, whenever it came: invalid, none, revoked, not registered and lapsed, in both rounds
            // of the 19 kinds except the last of them. The answers come after the arrivals.
            const int red = 9;
            await Assertions.Expect(alerts).ToHaveCountAsync(red, new() { Timeout = 60_000 });
            await Assertions.Expect(page.Locator("#alerts")).ToHaveTextAsync($"資格の確認が必要な方 {red}人");
            for (int i = 0; i < red; i++) Assert.Contains("alert", await rows.Nth(i).GetAttributeAsync("class"), StringComparison.Ordinal);
            await CheckAsync("morning");

            // By the keyboard: the first red row is taken by name, and loses its colour.
            ILocator take = rows.First.GetByRole(AriaRole.Button, new() { Name = "対応します" });
            await take.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(alerts).ToHaveCountAsync(red - 1);
            await Assertions.Expect(page.Locator("#arrivals")).ToContainTextAsync("対応 tanaka");

            // A number is called, and stands on the waiting display.
            ILocator good = page.Locator("#arrivals tr:not(.alert)").First;
            string number = (await good.Locator("td.number").TextContentAsync())!;
            await good.GetByRole(AriaRole.Button, new() { Name = "呼び出す", Exact = true }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(display.Locator("#called li").First).ToHaveTextAsync(number);
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "もう一度呼び出す" })).ToHaveCountAsync(1);

            // New paper: the fault goes by itself.
            await links[0].ReportHealthAsync(new("1.0", [new("reader", null), new("ticket", null)]), default);
            await Assertions.Expect(page.Locator("#kiosks")).Not.ToContainTextAsync("K667");

            // The shift changes: the next receptionist finds the same list, and takes the next red row by her own name.
            await page.GetByRole(AriaRole.Button, new() { Name = "サインアウト" }).ClickAsync();
            await SignInAsync("sato", "seven purple teapots");
            await Assertions.Expect(rows).ToHaveCountAsync(Arrivals);
            await Assertions.Expect(alerts).ToHaveCountAsync(red - 1);
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "アクセスログ" })).ToBeHiddenAsync();
            await rows.First.GetByRole(AriaRole.Button, new() { Name = "対応します" }).ClickAsync();
            await Assertions.Expect(page.Locator("#arrivals")).ToContainTextAsync("対応 sato");
            await CheckAsync("morning-second-shift");
            Assert.True(complaints.Count == 0, string.Join("\n", complaints));
        }
        finally
        {
            foreach (TestCard card in cards) card.Dispose();
        }

        // The centre answers the same card each time with the next kind, so the first of each kind is another card.
        async Task ArriveAsync(int n)
        {
            TestCard card = new(n % 5 == 4 ? 20 : 900, TestCard.P384);
            cards.Add(card);
            GrpcReceptionLink link = links[n % 2];
            await link.SubmitAsync(await facility.VisitAsync(link, card, n % 3 == 0 ? Method.Face : Method.Pin), default);
        }

        // Signing out opens the sign-in by itself.
        async Task SignInAsync(string id, string password)
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "サインイン", Exact = true })).ToBeVisibleAsync();
            await page.GetByLabel("職員ID").FillAsync(id);
            await page.GetByLabel("パスワード").FillAsync(password);
            await page.GetByRole(AriaRole.Button, new() { Name = "サインイン" }).ClickAsync();
            await Assertions.Expect(page.Locator("#feed")).ToHaveTextAsync("最新の状態です");
        }

        async Task CheckAsync(string name)
        {
            await ReceptionPageJourneys.ShotAsync(page, name);
            await AxeCore.CheckPageAsync(page, name);
        }
    }
}
