using System.Text.Json;
using Kiosk.App.PageServer;
using Kiosk.Core;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>
/// <c>./dev bench ui</c> (KIOSK_BENCH_UI names the JSON file): time from tap to paint, and the part of it that the
/// browser alone needs; the server ends and comes back behind a live page; memory of the browser over many visits. It measures
/// only: it does not fail when something is slow.
/// </summary>
public sealed class UiBench
{
    private const int Taps = 300;

    [SkippableFact]
    public async Task Figures()
    {
        string? file = Environment.GetEnvironmentVariable("KIOSK_BENCH_UI");
        Skip.If(string.IsNullOrEmpty(file), "only for ./dev bench ui");
        Skip.If(Chromium.Path is null, Chromium.Missing);
        SortedDictionary<string, double> figures = new(StringComparer.Ordinal);
        string session = Path.Combine(Path.GetTempPath(), $"kiosk-session-{Guid.NewGuid():N}");
        await using VisitPage patient = await VisitPage.OpenAsync(new(SessionFile: session));
        await TapAsync(patient, figures);
        await DieAsync(patient, session, figures);
        await StayAsync(patient, figures);
        File.Delete(session);
        await File.WriteAllTextAsync(file!, JsonSerializer.Serialize(figures.ToDictionary(f => f.Key, f => Math.Round(f.Value, 2))));
        Assert.True(figures["paint_p50_ms"] > 0);
    }

    /// <summary>Presses keys of the PIN pad on pointerdown, alternately with the kiosk and with the page alone.</summary>
    private static async Task TapAsync(VisitPage patient, SortedDictionary<string, double> figures)
    {
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("pin");
        await patient.SeeAsync("EnteringPin");
        JsonElement? times = await patient.Page.EvaluateAsync(
            """
            async taps => {
              const painted = () => new Promise(done => requestAnimationFrame(() => {
                const c = new MessageChannel();
                c.port1.onmessage = () => done(performance.now());
                c.port2.postMessage(0);
              }));
              const rest = () => new Promise(done => setTimeout(done, 30 + Math.random() * 40));
              const whole = [], alone = [];
              for (let i = 0; i < taps; i++) {
                await rest();
                const key = document.querySelector(i % 2 ? "[data-i='erase']" : "[data-i='key:4']");
                let start = performance.now();
                await new Promise(done => {
                  const seen = new MutationObserver(() => {
                    seen.disconnect();
                    painted().then(at => { whole.push(at - start); done(); });
                  });
                  seen.observe(document.getElementById('app'), { subtree: true, childList: true, attributes: true, characterData: true });
                  key.dispatchEvent(i % 2
                    ? new MouseEvent('click', { bubbles: true, detail: 0 })
                    : new PointerEvent('pointerdown', { bubbles: true }));
                });
                await rest();
                start = performance.now();
                document.querySelector('.dots i:last-child').toggleAttribute('data-bench');
                alone.push(await painted() - start);
              }
              return { whole, alone };
            }
            """, Taps);
        double[] whole = Sorted(times!.Value.GetProperty("whole")), alone = Sorted(times.Value.GetProperty("alone"));
        figures["taps"] = Taps;
        figures["paint_p50_ms"] = whole[whole.Length / 2];
        figures["paint_p99_ms"] = whole[whole.Length * 99 / 100];
        figures["floor_p50_ms"] = alone[alone.Length / 2];
        figures["floor_p99_ms"] = alone[alone.Length * 99 / 100];
        figures["overhead_p50_ms"] = figures["paint_p50_ms"] - figures["floor_p50_ms"];
        patient.Visit.Happen(new VisitEvent.CardRemoved());
    }

    private static async Task DieAsync(VisitPage patient, string session, SortedDictionary<string, double> figures)
    {
        UiOptions again = new(Port: patient.Host.Url.Port, SessionFile: session);
        List<double> gone = [], back = [];
        for (int i = 0; i < 5; i++)
        {
            long died = TimeProvider.System.GetTimestamp();
            await patient.Host.DisposeAsync();
            await patient.Page.WaitForSelectorAsync("#offline", new() { State = WaitForSelectorState.Visible });
            gone.Add(TimeProvider.System.GetElapsedTime(died).TotalMilliseconds);
            patient.Host = await VisitPage.StartHostAsync(again, patient.Visit, patient.Camera);
            long here = TimeProvider.System.GetTimestamp();
            await patient.Page.WaitForSelectorAsync("#app h1", new() { State = WaitForSelectorState.Visible });
            back.Add(TimeProvider.System.GetElapsedTime(here).TotalMilliseconds);
        }
        (figures["offline_ms"], figures["back_ms"]) = (gone.Max(), back.Max());
    }

    private static async Task StayAsync(VisitPage patient, SortedDictionary<string, double> figures)
    {
        (BrowserMemory early, BrowserMemory late) = await ManyVisits.MakeAsync(patient);
        figures["visits"] = ManyVisits.All;
        figures["preview_frames"] = patient.Camera.Given;
        figures["memory_after_50_mib"] = early.SettledMib;
        figures["memory_growth_mib"] = late.SettledMib - early.SettledMib;
        figures["memory_at_once_growth_mib"] = late.AtOnceMib - early.AtOnceMib;
        figures["page_rss_growth_mib"] = late.PageRssMib - early.PageRssMib;
        figures["page_rss_at_once_growth_mib"] = late.PageRssAtOnceMib - early.PageRssAtOnceMib;
        figures["js_heap_growth_mib"] = late.JsHeapMib - early.JsHeapMib;
        figures["dom_nodes_growth"] = late.DomNodes - early.DomNodes;
    }

    private static double[] Sorted(JsonElement times) => [.. times.EnumerateArray().Select(time => time.GetDouble()).Order()];
}
