using System.Diagnostics;
using Kiosk.App.Benches;
using Kiosk.Core.Reception;
using Kiosk.Devices.Board;
using Kiosk.Devices.Temperature;
using Kiosk.Lab.Desk;
using Kiosk.Lab.Visits;

namespace Kiosk.Lab.Benches;

/// <summary>
/// `kiosk-lab bench soak`: visits by face and by PIN in turn for the given time. Memory, handles and threads must not grow, and the
/// case must not get warm.
/// </summary>
/// <param name="thermometers">Desk whose thermometer is read, if it has one.</param>
internal sealed class SoakBench(BenchDesk thermometers, TimeSpan length)
{
    /// <summary>Visits before the measurement. They fill caches and pools.</summary>
    private const int WarmUpVisits = 4;

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        await using SimulatedDesk desk = await SimulatedDesk.StartAsync(new SimulatedDeskOptions { BitRate = 424 }, _ => { }, stop);
        await desk.ReadyAsync(stop);
        run.Uses(new DeviceFacts(DeviceClass.Temperature, "simulated", "", "whole simulated desk", "", "", "", Simulated: true));
        run.With("minutes", length.TotalMinutes);
        using Process self = Process.GetCurrentProcess();
        long began = run.Time.GetTimestamp();
        List<double> memory = [], handles = [], threads = [], heat = [];
        IThermometer? thermometer = thermometers.Find(DeviceClass.Temperature) is { } entry ? thermometers.Board(entry).Thermometer(entry)
            : null;
        if (thermometer is null) run.Skip("temperature", "this desk has no thermometer");
        for (int i = 0; i < WarmUpVisits; i++)
            await VisitCommand.VisitAsync(desk, new VisitOrder("standard", "holder", i % 2 == 0 ? Method.Face : Method.Pin), stop);
        await run.PartAsync("visits", (int)length.TotalSeconds, async done =>
        {
            int stepsDone = 0;
            for (int i = 0; run.Time.GetElapsedTime(began) < length || i < 2; i++)
            {
                long since = run.Time.GetTimestamp();
                VisitReport visit = await VisitCommand.VisitAsync(desk,
                    new VisitOrder("standard", "holder", i % 2 == 0 ? Method.Face : Method.Pin), stop);
                run.Add("visit", "ms", "card laid down until the kiosk is ready again", run.Since(since));
                run.Add("visit failed", "", "1 for each visit that was not accepted", visit.Outcome == "accepted" ? 0 : 1);
                self.Refresh();
                memory.Add(self.WorkingSet64 / 1048576.0);
                handles.Add(Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : self.HandleCount);
                threads.Add(self.Threads.Count);
                run.Add("memory", "MiB", "working set after each visit", memory[^1], Better.Neither);
                run.Add("managed", "MiB",
                    "heap of the garbage collector after each visit; if memory grows and this does not, native memory grows",
                    GC.GetTotalMemory(false) / 1048576.0, Better.Neither);
                run.Add("handles", "", "open files after each visit", handles[^1], Better.Neither);
                run.Add("threads", "", "threads after each visit", threads[^1], Better.Neither);
                if (thermometer?.TryRead(out double celsius) == true)
                {
                    heat.Add(celsius);
                    run.Add("temperature", "°C", "inside the case after each visit", celsius, Better.Neither);
                }

                run.Add("gc pause", "ms", "all pauses so far", GC.GetTotalPauseDuration().TotalMilliseconds, Better.Neither);
                for (; stepsDone < (int)run.Time.GetElapsedTime(began).TotalSeconds; stepsDone++) done();
            }
        });
        run.Add("memory growth", "MiB", "mean of the last fifth less mean of the first fifth", Growth(memory));
        run.Add("handle growth", "", "mean of the last fifth less mean of the first fifth", Growth(handles));
        if (heat.Count > 0) run.Add("temperature growth", "°C", "mean of the last fifth less mean of the first fifth", Growth(heat));
        run.Add("thread growth", "", "mean of the last fifth less mean of the first fifth", Growth(threads));
    }

    /// <summary>
    /// Mean of the last fifth minus mean of the first fifth. A mean is used so that a single extreme value does not decide.
    /// </summary>
    internal static double Growth(IReadOnlyList<double> samples)
    {
        int fifth = Math.Max(1, samples.Count / 5);
        return samples.TakeLast(fifth).Average() - samples.Take(fifth).Average();
    }
}
