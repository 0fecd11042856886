using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.Reception;
using Kiosk.Processes.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Staff;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>
/// The receptionist's page in a real browser at 1366×768, from signing in to a printed sheet. Each page is checked by axe.
/// </summary>
public sealed class ReceptionPageJourneys
{
    [SkippableFact]
    public async Task A_receptionist_signs_in_sees_arrivals_looks_up_consented_data_and_changes_settings()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        await using Facility facility = await Facility.OpenAsync(change: o => WithStaff(o, "tanaka"), centreAnswers: []);
        using TestCard first = new(), second = new(20);
        GrpcReceptionLink link = facility.Link(), other = facility.Link("k2");
        await using LinkEventLog news = new(link), others = new(other);
        await news.NextAsync<ReceptionEvent.LinkUp>(30);
        await others.NextAsync<ReceptionEvent.LinkUp>(30);
        await link.ReportHealthAsync(
            new("1.0", [new("reader", null), new("camera", Failure.CameraMissing, "/dev/video0")], "mobilefacenet", "承認前のモデルです"), default);
        await other.ReportHealthAsync(new("1.0", [new("reader", null), new("camera", null)]), default);
        await link.SubmitAsync(await facility.VisitAsync(link, first), default);
        CheckIn visit = await facility.VisitAsync(link, second, Method.Face);
        await link.SubmitAsync(visit with { Answers = visit.Answers with { Prescription = PrescriptionForm.Electronic } }, default);
        await other.CallStaffAsync(Failure.PinBlocked, default);

        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = 1366, Height = 768 }, ReducedMotion = ReducedMotion.Reduce });
        List<string> complaints = [];
        page.Console += (_, m) => { if (m.Type is "error" && !m.Text.Contains("403", StringComparison.Ordinal)) complaints.Add(m.Text); };
        page.PageError += (_, e) => complaints.Add(e);

        await page.GotoAsync(facility.Host.DeskUrl.ToString());
        await CheckAsync(page, "signin");
        await page.GetByLabel("職員ID").FillAsync("tanaka");
        await page.GetByLabel("パスワード").FillAsync("wrong password");
        await page.GetByRole(AriaRole.Button, new() { Name = "サインイン" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("サインインできません");
        await page.GetByLabel("パスワード").FillAsync("correct horse");
        await page.GetByRole(AriaRole.Button, new() { Name = "サインイン" }).ClickAsync();

        await Assertions.Expect(page.Locator("#arrivals tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#arrivals")).ToContainTextAsync("試験　花子");
        await Assertions.Expect(page.Locator("#arrivals")).ToContainTextAsync("処方箋 電子");
        await Assertions.Expect(page.Locator("#kiosks")).ToContainTextAsync("K604");
        await Assertions.Expect(page.Locator("#kiosks")).ToContainTextAsync("K204");
        await Assertions.Expect(page.Locator("#calls")).ToHaveTextAsync("呼び出し 1件");
        await Assertions.Expect(page.Locator("#kiosks .name").First).ToHaveTextAsync("k2");
        await CheckAsync(page, "arrivals");

        await page.Locator("#arrivals tr").Last.GetByRole(AriaRole.Button, new() { Name = "健診" }).ClickAsync();
        await Assertions.Expect(page.Locator("#medical")).ToContainTextAsync("模擬");
        await Assertions.Expect(page.Locator("#medical td.beyond").First).ToContainTextAsync("▲148");
        await CheckAsync(page, "medical");
        await PrintAsync(page, "medical-print", 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "閉じる" }).ClickAsync();
        foreach ((string chip, string word, string name) in ((string, string, string)[])
            [("薬剤", "2026年9月診療分まで", "drugs"), ("診療", "ペニシリン", "treatment"), ("手術等", "腹腔鏡下胆嚢摘出術", "operations")])
        {
            await page.Locator("#arrivals tr").Last.GetByRole(AriaRole.Button, new() { Name = chip }).ClickAsync();
            await Assertions.Expect(page.Locator("#medical")).ToContainTextAsync(word);
            await CheckAsync(page, name);
            await PrintAsync(page, name + "-print", 1);
            await page.Keyboard.PressAsync("Escape");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "試験　花子" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#medical")).ToContainTextAsync("一般Ⅱ");
        await CheckAsync(page, "qualification");
        await PrintAsync(page, "qualification-print", 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "番号をコピー", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#copied")).ToContainTextAsync("番号をコピー：");
        await page.GetByRole(AriaRole.Button, new() { Name = "閉じる" }).ClickAsync();
        await Assertions.Expect(page.Locator("#tables")).ToBeEmptyAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "番号で照会" }).ClickAsync();
        await page.Locator("#insurance").GetByLabel("保険者番号").FillAsync("01130012");
        await page.Locator("#insurance").GetByLabel("番号", new() { Exact = true }).FillAsync("567");
        await page.Locator("#insurance [name=birthdate]").FillAsync("1985-11-20");
        await page.GetByRole(AriaRole.Button, new() { Name = "照会する" }).ClickAsync();
        await Assertions.Expect(page.Locator("#insurance-answer")).ToContainTextAsync("模擬　太郎");
        await CheckAsync(page, "number");

        await page.GetByRole(AriaRole.Button, new() { Name = "手入力" }).ClickAsync();
        await page.Locator("#hand [name=kind]").SelectOptionAsync("HandStatement");
        await page.Locator("#hand").GetByLabel("または和暦").FillAsync("昭和40年1月2日");
        await page.Locator("#hand").GetByLabel("氏名").FillAsync("手入力　一子");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#hand-said")).ToContainTextAsync("受付 3番");
        await CheckAsync(page, "hand");
        await page.GetByRole(AriaRole.Button, new() { Name = "受付", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#arrivals tr").First).ToContainTextAsync("手入力（申立書）");
        await CheckAsync(page, "arrivals-hand");
        await page.GetByRole(AriaRole.Button, new() { Name = "救急時閲覧", Exact = true }).ClickAsync();
        await page.Locator("#emergency").GetByLabel("理由（ひとりで行うときは必須）").FillAsync("救急搬送、意識なし");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#emergency-said")).ToContainTextAsync("tanaka が");
        await page.Locator("#emergency-search").GetByLabel("氏名（漢字かカナ）").FillAsync("模擬");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#emergency-found").GetByRole(AriaRole.Button, new() { Name = "薬剤情報" }).ClickAsync();
        await Assertions.Expect(page.Locator("#medical")).ToContainTextAsync("同意なし（救急時の閲覧）");
        await page.Keyboard.PressAsync("Escape");
        await CheckAsync(page, "emergency");

        await page.GetByRole(AriaRole.Button, new() { Name = "設定", Exact = true }).ClickAsync();
        await page.GetByLabel("処方箋の形（電子・紙）をたずねる").CheckAsync();
        for (int up = 0; up < 3; up++) await page.GetByRole(AriaRole.Button, new() { Name = "薬剤情報を前へ" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "保存して送る" }).ClickAsync();
        await Assertions.Expect(page.Locator("#policy-said")).ToContainTextAsync("送りました");
        await CheckAsync(page, "settings");
        Core.Consents.SitePolicy sent;
        do sent = (await news.NextAsync<ReceptionEvent.PolicySet>(120)).Policy; while (!sent.AsksPrescription);
        Assert.Equal(["YZK", "SRJ", "SHJ", "TKK"], sent.Consents.Items.Select(item => item.Code));
        await page.GetByRole(AriaRole.Button, new() { Name = "アクセスログ" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "設定", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#questions label").First).ToHaveTextAsync("薬剤情報");

        await page.GetByRole(AriaRole.Button, new() { Name = "災害時案内を出す" }).ClickAsync();
        await CheckAsync(page, "disaster-on");
        await page.GetByLabel("災害の内容").FillAsync("地震による停電");
        await page.GetByLabel("二人目の職員ID").FillAsync("sato");
        await page.GetByLabel("二人目のパスワード").FillAsync("wrong password");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#disaster-on [role=alert]")).ToContainTextAsync("職員二人で出します");
        await page.GetByLabel("二人目のパスワード").FillAsync("seven purple teapots");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#banner")).ToContainTextAsync("地震による停電");
        await page.GetByRole(AriaRole.Button, new() { Name = "災害時閲覧" }).ClickAsync();
        await page.Locator("#search").GetByLabel("氏名（漢字かカナ）").FillAsync("試験");
        await page.Locator("#search").GetByLabel("理由").FillAsync("口頭同意あり");
        await page.Locator("#search").GetByRole(AriaRole.Button, new() { Name = "さがす" }).ClickAsync();
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("試験　花子");
        await CheckAsync(page, "disaster");

        await page.GetByRole(AriaRole.Button, new() { Name = "アクセスログ" }).ClickAsync();
        await Assertions.Expect(page.Locator("#accesses")).ToContainTextAsync("災害時の検索");
        await Assertions.Expect(page.Locator("#accesses")).ToContainTextAsync("情報の閲覧（健診）");
        await Assertions.Expect(page.Locator("#accesses")).ToContainTextAsync("受付1番");
        await Assertions.Expect(page.Locator("#accesses")).ToContainTextAsync("口頭同意あり");
        await CheckAsync(page, "log");

        await page.GetByRole(AriaRole.Button, new() { Name = "職員", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "sato のパスワードを再設定" }).ClickAsync();
        await page.GetByLabel("管理者ご自身のパスワード").FillAsync("correct horse");
        await page.GetByRole(AriaRole.Button, new() { Name = "再設定する" }).ClickAsync();
        await Assertions.Expect(page.Locator("#ask-text")).ToContainTextAsync("24時間以内");
        await page.Locator("#ask-yes").ClickAsync();
        await Assertions.Expect(page.Locator("#accounts")).ToContainTextAsync("パスワードの変更待ち");
        await CheckAsync(page, "staff");
        await page.Locator("#who a").ClickAsync();
        await Assertions.Expect(page.Locator("#why")).ToContainTextAsync("tanaka さんのパスワードを変えます");
        await CheckAsync(page, "password");
        await page.GetByLabel("今のパスワード").FillAsync("correct horse");
        await page.GetByLabel("新しいパスワード（8文字以上）").FillAsync("nine green ladders");
        await page.GetByLabel("新しいパスワードをもう一度").FillAsync("nine green ladders");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#who")).ToContainTextAsync("tanaka（管理者）");
        await page.GetByRole(AriaRole.Button, new() { Name = "サインアウト" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("職員ID", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(complaints);
        await SkipWithoutAxeAsync();
    }

    [SkippableFact]
    public async Task An_arrival_with_an_unmappable_character_shows_the_name_picture_of_the_card()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        await using Facility facility = await Facility.OpenAsync(centreAnswers: ["unmappable"]);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn visit = await facility.VisitAsync(link, card);
        await link.SubmitAsync(visit, default);
        // A picture of bars in place of the 氏名 that the issuer drew, 264 x 48.
        byte[] png = Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAQgAAAAwAQAAAADF09kmAAAAIklEQVR42mP4TwgwDCkVh3GDIadiNF5G42U0XkbjZSjHCwDEgpI8g5bdBQAAAABJRU5ErkJggg==");
        using Secret name = new(png.Length);
        png.CopyTo(name.Fill(png.Length));
        await link.ShowNameAsync(visit.Visit, name, default);

        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = 1366, Height = 768 }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(facility.Host.SignInUrl().ToString());

        ILocator picture = page.GetByAltText("カードに記載の氏名（画像）");
        await Assertions.Expect(picture).ToBeVisibleAsync();
        Assert.Equal(264, await picture.EvaluateAsync<int>("async i => { await i.decode(); return i.naturalWidth; }"));
        await Assertions.Expect(page.Locator("#arrivals")).ToContainTextAsync("レセコンで表示できない文字: 被保険者氏名 2字、氏名 2字");
        await CheckAsync(page, "name-image");
        await SkipWithoutAxeAsync();
    }

    [SkippableFact]
    public async Task The_question_about_a_patient_closes_when_another_card_lies_there()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        await using LinkEventLog news = new(link);
        await news.NextAsync<ReceptionEvent.LinkUp>(30);
        await link.OpenVisitAsync(Guid.NewGuid(), default);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = 1366, Height = 768 }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(facility.Host.SignInUrl().ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "目視で確認した" }).ClickAsync(new() { Timeout = 30000 });
        await Assertions.Expect(page.Locator("#ask-title")).ToContainTextAsync("目視で確認しましたか");

        await link.OpenVisitAsync(Guid.NewGuid(), default);

        await Assertions.Expect(page.Locator("#ask-title")).ToHaveTextAsync("カードが替わりました");
        await Assertions.Expect(page.Locator("#ask-no")).ToBeHiddenAsync();
        await page.Locator("#ask-yes").ClickAsync();
        await Assertions.Expect(page.Locator("#ask")).ToBeHiddenAsync();
    }

    [SkippableFact]
    public async Task The_longest_values_allowed_stay_inside_the_page()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        string id = new('W', 32), words = new('M', 100), kanji = new('長', 100);
        await using Facility facility = await Facility.OpenAsync(change: o => WithStaff(o, id), centreAnswers: []);
        GrpcReceptionLink link = facility.Link();
        await using LinkEventLog news = new(link);
        await news.NextAsync<ReceptionEvent.LinkUp>(30);
        await link.ReportHealthAsync(new("1.0", [new("reader", Failure.ReaderMissing, words), new("camera", null)]), default);

        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = 1366, Height = 768 }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(facility.Host.DeskUrl.ToString());
        await page.GetByLabel("職員ID").FillAsync(id);
        await page.GetByLabel("パスワード").FillAsync("correct horse");
        await page.GetByRole(AriaRole.Button, new() { Name = "サインイン" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "手入力" }).ClickAsync();
        foreach (string name in new[] { words, kanji })
        {
            await page.Locator("#hand [name=kind]").SelectOptionAsync("HandStatement");
            await page.Locator("#hand").GetByLabel("または和暦").FillAsync("昭和40年12月22日");
            foreach (string field in new[] { "name", "kana", "address", "insurerName" })
                await page.Locator($"#hand [name={field}]").FillAsync(field is "kana" ? new string('ワ', 100) : name);
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator("#hand-said")).ToContainTextAsync(name == words ? "受付 1番" : "受付 2番");
        }
        await WidthAsync(page, "long-hand");
        await page.GetByRole(AriaRole.Button, new() { Name = "受付", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#arrivals tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#kiosks")).ToContainTextAsync(words);
        await WidthAsync(page, "long-arrivals");
        await page.Locator("#arrivals").GetByRole(AriaRole.Button, new() { Name = kanji }).ClickAsync();
        await Assertions.Expect(page.Locator("#medical")).ToContainTextAsync("資格は確認されていません");
        await WidthAsync(page, "long-sheet");
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Button, new() { Name = "救急時閲覧", Exact = true }).ClickAsync();
        await page.Locator("#emergency [name=reason]").FillAsync(words);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#emergency-said")).ToContainTextAsync(id);
        await page.Locator("#emergency-search [name=name]").FillAsync("模擬");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#emergency-found")).ToContainTextAsync("模擬");
        await WidthAsync(page, "long-emergency");

        await page.GetByRole(AriaRole.Button, new() { Name = "災害時案内を出す" }).ClickAsync();
        await page.GetByLabel("災害の内容").FillAsync(words);
        await page.GetByLabel("二人目の職員ID").FillAsync("sato");
        await page.GetByLabel("二人目のパスワード").FillAsync("seven purple teapots");
        await WidthAsync(page, "long-disaster-on");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#banner")).ToContainTextAsync(words);
        await WidthAsync(page, "long-disaster");

        await page.GetByRole(AriaRole.Button, new() { Name = "アクセスログ" }).ClickAsync();
        await Assertions.Expect(page.Locator("#review")).ToContainTextAsync(words);
        await Assertions.Expect(page.Locator("#accesses")).ToContainTextAsync(id);
        await WidthAsync(page, "long-log");
        await page.GetByRole(AriaRole.Button, new() { Name = "職員", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#accounts")).ToContainTextAsync(id);
        await WidthAsync(page, "long-staff");
    }

    /// <summary>Two accounts: an administrator, "correct horse", and the user sato, "seven purple teapots".</summary>
    internal static ReceptionOptions WithStaff(ReceptionOptions options, string administrator)
    {
        string staff = Path.Combine(Path.GetDirectoryName(options.Database)!, "staff.json");
        StaffAccounts.Set(staff, administrator, Role.Admin, "correct horse", null);
        StaffAccounts.Set(staff, "sato", Role.User, "seven purple teapots", null);
        return options with { StaffFile = staff };
    }

    private static async Task SkipWithoutAxeAsync() =>
        Skip.If(await AxeCore.ScriptAsync() is null, "passed without the axe check: axe-core cannot be fetched (npm pack)");

    /// <summary>Checks that axe finds no violation and that nothing is beyond the right edge. KIOSK_SCREENS=1 saves a picture.</summary>
    private static async Task CheckAsync(IPage page, string name)
    {
        await ShotAsync(page, name);
        await AxeCore.CheckPageAsync(page, name);
    }

    private static async Task WidthAsync(IPage page, string name)
    {
        await ShotAsync(page, name);
        await AxeCore.CheckWidthAsync(page, name);
    }

    /// <summary>Prints on A4 as staff do, without what is around the sheet. KIOSK_SCREENS=1 saves the PDF.</summary>
    private static async Task PrintAsync(IPage page, string name, int pages)
    {
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator("header").IsVisibleAsync());
        bool saves = Environment.GetEnvironmentVariable("KIOSK_SCREENS") == "1";
        string folder = Path.Combine(Repository.Root, "artifacts", "screens", "reception");
        if (saves) Directory.CreateDirectory(folder);
        byte[] pdf = await page.PdfAsync(new() { PreferCSSPageSize = true, Path = saves ? Path.Combine(folder, name + ".pdf") : null });
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        string text = System.Text.Encoding.Latin1.GetString(pdf);
        Assert.Equal(pages, System.Text.RegularExpressions.Regex.Count(text, @"/Type\s*/Page\b"));
        // A4 in points.
        Assert.Matches(@"/MediaBox\s*\[0 0 59[45](\.\d+)? 84[12]", text);
    }

    internal static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("KIOSK_SCREENS") != "1") return;
        string folder = Path.Combine(Repository.Root, "artifacts", "screens", "reception");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
    }
}
