using System.Net;
using System.Text;
using Kiosk.Tests.Screens;

namespace Kiosk.Journeys;

/// <summary>
/// Takes pictures of every screen for people to look at. <c>./dev screens</c> runs this (KIOSK_SCREENS=1). It writes
/// artifacts/screens/SIZE-LANGUAGE/NAME.png and one contact sheet for each folder. KIOSK_SCREENS_ONLY, KIOSK_SCREENS_SIZES,
/// KIOSK_SCREENS_LANGUAGES and KIOSK_SCREENS_PRESS select a part.
/// </summary>
public sealed class ContactSheet
{
    [SkippableFact]
    public async Task Pictures_of_every_screen()
    {
        Skip.If(Setting("") is null, "only for ./dev screens (KIOSK_SCREENS=1)");
        Skip.If(Chromium.Path is null, Chromium.Missing);
        string[] only = Setting("_ONLY")?.Split(',') ?? [];
        string[] sizes = Setting("_SIZES")?.Split(',') ?? [.. Panel.All.Select(panel => panel.Name)];
        string[] languages = Setting("_LANGUAGES")?.Split(',') ?? [.. Kiosk.App.Screens.Texts.Languages];
        string? press = Setting("_PRESS");
        foreach (Panel panel in Panel.All.Where(panel => sizes.Contains(panel.Name)))
        {
            foreach (string language in languages)
                await TakeAsync(panel, language, press, [.. Samples.Names.Where(name => only.Length == 0 || only.Any(name.StartsWith))]);
        }
    }

    private static async Task TakeAsync(Panel panel, string language, string? press, string[] names)
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "screens",
            $"{panel.Name}-{language}{press?.Replace(':', '-').Replace(',', '-').Insert(0, "-")}");
        Directory.CreateDirectory(folder);
        await using SamplePage samplePage = await SamplePage.OpenAsync(panel, language);
        StringBuilder sheet = new StringBuilder("<!doctype html><meta charset=utf-8><style>")
            .Append("body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:12px}figure{margin:0}img{border:1px solid #999;width:")
            .Append(panel.Width > panel.Height ? 480 : 300).Append("px}</style>");
        foreach (string name in names)
        {
            await samplePage.ShowAsync(name);
            foreach (string id in press?.Split(',') ?? []) await samplePage.PressAsync(id);
            await samplePage.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
            string fit = await samplePage.Page.EvaluateAsync<string>(
                "document.documentElement.className.match(/dense|fit-\\d/g)?.join(' ') ?? ''");
            sheet.Append("<figure><img src=\"").Append(name).Append(".png\"><figcaption>").Append(WebUtility.HtmlEncode($"{name} {fit}"))
                .Append("</figcaption></figure>");
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "sheet.html"), sheet.ToString());
        await samplePage.Page.SetViewportSizeAsync(1500, 1000);
        await samplePage.Page.GotoAsync($"file://{folder}/sheet.html");
        await samplePage.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, "sheet.png"), FullPage = true });
    }

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable($"KIOSK_SCREENS{name}") is { Length: > 0 } value ? value : null;
}
