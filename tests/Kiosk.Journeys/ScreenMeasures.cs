using Kiosk.App.Screens;
using Kiosk.Tests.Screens;

namespace Kiosk.Journeys;

/// <summary>
/// Measures every sample screen on every panel in the browser: sizes, reach and contrast; nothing is cut off and nothing scrolls.
/// </summary>
public sealed class ScreenMeasures
{
    private const string Normal = "";

    private static readonly bool _all = Environment.GetEnvironmentVariable("KIOSK_ALL_SCREENS") == "1";

    private static readonly string[] _languages = Environment.GetEnvironmentVariable("KIOSK_ALL_SCREENS_LANGUAGES")?.Split(',')
        ?? [.. Texts.Languages];

    /// <summary>KIOSK_ALL_SCREENS_ONLY: beginnings of sample names, to measure only screens that were changed.</summary>
    private static readonly string[] _names = Environment.GetEnvironmentVariable("KIOSK_ALL_SCREENS_ONLY")?.Split(',') is { } only
        ? [.. Samples.Names.Where(name => only.Any(name.StartsWith))]
        : [.. Samples.Names];

    /// <summary>Every language and every panel, each language where its texts are hardest to fit. KIOSK_ALL_SCREENS=1: all
    /// combinations in all
    /// four sizes; KIOSK_ALL_SCREENS_LANGUAGES selects languages.</summary>
    public static TheoryData<string, string, string> Panels { get; } = Cases(
        _all ? from panel in Panel.All from language in _languages from look in Sizes(panel) select (panel.Name, language, look) :
        [
            ("1280x800", "ja", Normal), ("1280x800", "vi", Normal), ("1280x800", "ja", "size:3,contrast:2"),
            ("1080x1920", "ja-easy", Normal), ("1080x1920", "zh", Normal), ("1080x1920", "pt", "size:3"),
                ("1080x1920", "ja", "low:1"), ("1080x1920", "vi", "size:3,low:1"),
            ("1024x600", "en", Normal), ("1024x600", "ko", Normal), ("1024x600", "pt", Normal),
        ]);

    /// <summary>Contrast and accessible names do not depend on the size of the panel. Every contrast setting is checked.</summary>
    public static TheoryData<string, string, string> AxePanels { get; } = Cases(
        _all ? from panel in Panel.All
               from language in _languages
               from look in panel == Panel.Landscape ? [Normal, "contrast:1", "contrast:2", "size:3"] : new[] { Normal }
               select (panel.Name, language, look) :
        [
            ("1280x800", "ja", Normal), ("1280x800", "en", "contrast:2"), ("1280x800", "ko", "contrast:1"), ("1280x800", "vi", Normal),
            ("1080x1920", "ja-easy", Normal), ("1080x1920", "zh", "contrast:2"), ("1080x1920", "pt", Normal),
        ]);

    private static string[] Sizes(Panel panel) =>
        [Normal, "size:0", "size:2", "size:3", .. panel.Height > panel.Width ? ["low:1", "size:3,low:1"] : Array.Empty<string>()];

    private static TheoryData<string, string, string> Cases(IEnumerable<(string Panel, string Language, string Look)> cases)
    {
        TheoryData<string, string, string> set = [];
        foreach ((string panel, string language, string look) in cases) set.Add(panel, language, look);
        return set;
    }

    public ScreenMeasures() => Skip.If(Chromium.Path is null, Chromium.Missing);

    [SkippableTheory]
    [MemberData(nameof(Panels))]
    public async Task Every_button_is_complete_large_enough_and_on_the_screen(string panel, string language, string look)
    {
        Assert.NotEmpty(_names);
        Panel glass = Panel.All.Single(p => p.Name == panel);
        await using SamplePage samplePage = await SamplePage.OpenAsync(glass, language);
        string[] wrong = await samplePage.AskAllAsync(_names, language, look, Measure, glass.PixelsPerMm);
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.Empty(samplePage.Complaints);
    }

    [SkippableTheory]
    [MemberData(nameof(AxePanels))]
    public async Task Axe_finds_no_violation(string panel, string language, string look)
    {
        Assert.NotEmpty(_names);
        string? axe = await AxeCore.ScriptAsync();
        Skip.If(axe is null, "axe-core cannot be fetched (npm pack)");
        await using SamplePage samplePage = await SamplePage.OpenAsync(Panel.All.Single(p => p.Name == panel), language);
        await samplePage.Page.EvaluateAsync(axe!);
        Assert.Empty(await samplePage.AskAllAsync(_names, language, look, Axe));
    }

    /// <summary>Screens that differ only in their texts (thirty failures use one page) are the same for axe, so axe checks each
    /// combination of
    /// classes and elements once.</summary>
    private const string Axe =
        """
        async () => {
          const copy = document.getElementById('app').cloneNode(true), walk = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) walk.currentNode.data = walk.currentNode.data.trim() && '.';
          for (const e of [copy, ...copy.querySelectorAll('*')]) for (const name of ['data-s', 'data-k']) e.removeAttribute(name);
          const shape = document.documentElement.className + copy.outerHTML;
          window.shapes ??= new Set();
          if (shapes.has(shape)) return [];
          shapes.add(shape);
          const found = await axe.run(document, {
            resultTypes: ['violations'],
            runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'wcag2aaa', 'best-practice'] },
            rules: { 'target-size': { enabled: true }, 'color-contrast-enhanced': { enabled: true } }
          });
          return found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
        }
        """;

    /// <summary>
    /// Sizes in mm, from the table "Rules and their sources" in src/Kiosk.App/Screens/README.md. A point inside each corner of a
    /// button must hit that button. With low reach all buttons are in the lower 55 %.
    /// </summary>
    private const string Measure =
        """
        mm => {
          const wrong = [], seen = e => `${e.dataset?.i ?? e.tagName} ${e.textContent.trim().slice(0, 20)}`;
          for (const b of document.querySelectorAll('#app button')) {
            const r = b.getBoundingClientRect();
            if (!r.width) continue;
            const least = b.matches('.key') ? 20 : b.closest('main') ? 19.9 : 15;
            if (r.height / mm < least || r.width / mm < 15)
              wrong.push(`${seen(b)} is ${(r.width / mm).toFixed(1)} x ${(r.height / mm).toFixed(1)} mm`);
            if (document.documentElement.classList.contains('low') && r.top < innerHeight * 0.449)
              wrong.push(`${seen(b)} begins ${(r.top / innerHeight * 100).toFixed(0)} % from the top, beyond low reach`);
            if (b.scrollWidth > b.clientWidth + 1) wrong.push(`the words of ${seen(b)} are wider than the button`);
            const inset = Math.min(r.width, r.height) * 0.16;
            const xs = [r.left + inset, r.right - inset], ys = [r.top + inset, r.bottom - inset];
            for (const [x, y] of xs.flatMap(x => ys.map(y => [x, y])))
              if (document.elementFromPoint(x, y)?.closest('button') !== b) wrong.push(`${seen(b)} is covered or cut`);
            for (const o of document.querySelectorAll('#app button')) {
              if (o === b) continue;
              const q = o.getBoundingClientRect();
              const apart = Math.max(q.left - r.right, r.left - q.right, q.top - r.bottom, r.top - q.bottom);
              if (q.width && apart / mm < 2.54) wrong.push(`${seen(b)} is ${(apart / mm).toFixed(1)} mm from ${seen(o)}`);
            }
          }
          for (const [one, other] of [['yes', 'no'], ['all-yes', 'all-no'], ['electronic', 'paper']]) {
            const [a, b] = [one, other].map(id => document.querySelector(`main [data-i=${id}]`)?.getBoundingClientRect());
            if (a && (Math.abs(a.width - b.width) > 1 || Math.abs(a.height - b.height) > 1))
              wrong.push(`${one} and ${other} do not have the same size`);
          }
          for (const e of document.querySelectorAll('main, section, .say, .do, .act, footer, header'))
            if (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2) wrong.push(
              `${e.className || e.tagName} is cut: ${e.scrollWidth}x${e.scrollHeight} in ${e.clientWidth}x${e.clientHeight}`);
          const main = document.querySelector('main').getBoundingClientRect();
          for (const e of document.querySelectorAll('main h1, main p, main svg.picture, main .notice, main .pad, main dl, main ul')) {
            const r = e.getBoundingClientRect();
            if (r.height && (r.top < main.top - 1 || r.bottom > main.bottom + 1 || r.left < -1 || r.right > innerWidth + 1))
              wrong.push(`${seen(e)} reaches out of the page`);
          }
          for (const e of document.querySelectorAll('main *')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            const capital = parseFloat(getComputedStyle(e).fontSize) / mm * 0.765;
            if (capital && capital < 3.4 && !e.closest('svg, rt')) wrong.push(`${seen(e)} has capitals of ${capital.toFixed(1)} mm`);
          }
          return [...new Set(wrong)];
        }
        """;
}
