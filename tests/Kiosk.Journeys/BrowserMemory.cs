using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>
/// Memory of a browser, measured in two ways. At once: as the kernel counts it now, including garbage that is not collected yet and memory
/// that the allocators keep for later. Settled: after a garbage collection, when the figure no longer falls. A leak shows in both.
/// Only anonymous and shared memory counts, not the pages of program files: another browser on the machine shares those, so their part of
/// the PSS rises when that browser ends.
/// </summary>
/// <param name="AtOnceMib">Proportional anonymous and shared memory (Pss_Anon and Pss_Shmem) of all processes of the browser.</param>
/// <param name="SettledMib">The same, settled.</param>
/// <param name="PageRssAtOnceMib">Resident anonymous and shared memory of the page's own process.</param>
/// <param name="PageRssMib">The same, settled.</param>
/// <param name="JsHeapMib">Objects alive in the page's heap after a collection.</param>
/// <param name="DomNodes">Nodes alive after a collection, in the page or detached from it.</param>
public sealed record BrowserMemory(double AtOnceMib, double SettledMib, double PageRssAtOnceMib, double PageRssMib, double JsHeapMib,
    int DomNodes)
{
    public static async Task<BrowserMemory> MeasureAsync(VisitPage patient)
    {
        (double pss, double rss) atOnce = Measure(patient.BrowserMark), least = atOnce;
        ICDPSession browser = await patient.Page.Context.NewCDPSessionAsync(patient.Page);
        for (int still = 0, looks = 0; still < 3 && looks < 20; looks++)
        {
            await browser.SendAsync("HeapProfiler.collectGarbage");
            await patient.Page.WaitForTimeoutAsync(2000);
            (double pss, double rss) now = Measure(patient.BrowserMark);
            still = now.pss < least.pss - 2 ? 0 : still + 1;
            least = (Math.Min(least.pss, now.pss), Math.Min(least.rss, now.rss));
        }
        JsonElement heap = (await browser.SendAsync("Runtime.getHeapUsage"))!.Value,
            nodes = (await browser.SendAsync("Memory.getDOMCounters"))!.Value;
        await browser.DetachAsync();
        return new(atOnce.pss, least.pss, atOnce.rss, least.rss, heap.GetProperty("usedSize").GetDouble() / 1048576,
            nodes.GetProperty("nodes").GetInt32());
    }

    /// <returns>MiB: of all processes below the marked one, and of the largest renderer, which is the page's.</returns>
    private static (double Pss, double PageRss) Measure(string mark)
    {
        Dictionary<int, (int Parent, string Command)> all = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int id)) continue;
            try
            {
                string stat = File.ReadAllText($"{folder}/stat");
                all[id] = (int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture),
                    File.ReadAllText($"{folder}/cmdline"));
            }
            catch (IOException)
            {
                // The process has ended in the meantime.
            }
        }
        int root = all.Where(process => process.Value.Command.Contains(mark, StringComparison.Ordinal)
            && !process.Value.Command.Contains("--type=", StringComparison.Ordinal))
            .Min(process => process.Key);
        double pss = 0, page = 0;
        foreach (int id in all.Keys.Where(id => Under(id, root, all)))
        {
            pss += Kib($"/proc/{id}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:");
            if (all[id].Command.Contains("--type=renderer", StringComparison.Ordinal))
                page = Math.Max(page, Kib($"/proc/{id}/status", "RssAnon:", "RssShmem:"));
        }
        return (pss / 1024, page / 1024);
    }

    private static double Kib(string file, params string[] names)
    {
        try
        {
            return File.ReadLines(file).Where(line => names.Any(name => line.StartsWith(name, StringComparison.Ordinal)))
                .Sum(line => double.Parse(line.Split(' ', '\t').Where(part => part.Length > 0).ElementAt(1), CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static bool Under(int id, int root, Dictionary<int, (int Parent, string Command)> all)
    {
        for (int hops = 0; hops < 20 && id > 1; hops++)
        {
            if (id == root) return true;
            if (!all.TryGetValue(id, out (int Parent, string Command) process)) return false;
            id = process.Parent;
        }
        return false;
    }
}
