using Kiosk.App.Board;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Board;
using Kiosk.Devices.Light;
using Kiosk.Devices.Sound;
using Kiosk.Devices.Temperature;

namespace Kiosk.App.Benches;

/// <param name="Rounds">Number of readings of each sensor, edges of each line, and runs through all lamps.</param>
internal sealed record BoardBenchOptions(int Rounds);

/// <summary>
/// `bench light` and `bench board`: how fast lamp and sounds follow, what the sensors read, how soon an edge of a line is reported.
/// </summary>
internal sealed class BoardBench(BenchDesk desk, BoardBenchOptions options)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public async Task LightAsync(BenchRun run, CancellationToken stop)
    {
        DeviceEntry entry = desk.Need(DeviceClass.StatusLight);
        run.Uses(BenchDesk.FactsOf(entry));
        using IStatusLight light = desk.Board(entry).Light(entry);
        await run.PartAsync("every lamp of the visit", options.Rounds, async done =>
        {
            for (int i = 0; i < options.Rounds; i++, done())
            {
                foreach (Lamp lamp in Signal.Lamps)
                {
                    for (int step = 0; step < 10; step++)
                    {
                        (byte red, byte green, byte blue) = lamp.At(TimeSpan.FromMilliseconds(step * 100));
                        long since = run.Time.GetTimestamp();
                        light.Show(red, green, blue);
                        run.Add("update", "ms", "from the call to the end of the bus transfer", run.Since(since));
                        await Task.Delay(TimeSpan.FromMilliseconds(10), run.Time, stop);
                    }
                }
            }
        });
    }

    public async Task BoardAsync(BenchRun run, CancellationToken stop)
    {
        await Measure(DeviceClass.AmbientLight, ReadLightAsync);
        await Measure(DeviceClass.Temperature, ReadHeatAsync);
        await Measure(DeviceClass.Sound, PlayAsync);
        await Measure(DeviceClass.Tamper, (one, entry, token) => EdgesAsync(one, entry, "edge", token));
        await Measure(DeviceClass.Presence, (one, entry, token) => EdgesAsync(one, entry, "presence edge", token));

        async Task Measure(string deviceClass, Func<BenchRun, DeviceEntry, CancellationToken, Task> measure)
        {
            if (desk.Find(deviceClass) is not DeviceEntry entry)
            {
                run.Skip(deviceClass, "none on this desk");
                return;
            }
            run.Uses(BenchDesk.FactsOf(entry));
            await run.PartAsync(deviceClass, 1, _ => measure(run, entry, stop));
        }
    }

    private async Task ReadLightAsync(BenchRun run, DeviceEntry entry, CancellationToken stop)
    {
        using IAmbientLight light = desk.Board(entry).AmbientLight(entry);
        for (int i = 0; i < options.Rounds; i++)
        {
            long since = run.Time.GetTimestamp();
            double? lux = await light.ReadLuxAsync(stop);
            run.Add("read", "ms", "one measurement of the ambient light", run.Since(since));
            if (lux is double known) run.Add("illuminance", "lx", "ambient light", known, Better.Neither);
            else run.Tell("brighter than the sensor can measure");
        }
    }

    private Task ReadHeatAsync(BenchRun run, DeviceEntry entry, CancellationToken stop)
    {
        IThermometer thermometer = desk.Board(entry).Thermometer(entry);
        for (int i = 0; i < options.Rounds && !stop.IsCancellationRequested; i++)
        {
            if (!thermometer.TryRead(out double celsius)) throw new FailureException(Failure.BoardDeviceMissing, thermometer.Name);
            run.Add("temperature", "°C", "inside the case", celsius, Better.Neither);
        }
        return Task.CompletedTask;
    }

    private async Task PlayAsync(BenchRun run, DeviceEntry entry, CancellationToken stop)
    {
        using ISounder sounder = desk.Board(entry).Sounder(entry);
        foreach (Tone tone in Enum.GetValues<Tone>().Where(t => t is not Tone.None))
        {
            IReadOnlyList<Note> notes = LightAndSound.Notes(new Signal(Lamp.Off, tone));
            long since = run.Time.GetTimestamp();
            await sounder.PlayAsync(notes, stop);
            run.Add("over length", "ms", "how much longer a sound took than its notes",
                Math.Max(0, run.Since(since) - (BenchDesk.IsSimulated(entry) ? 0 : notes.Sum(n => n.Milliseconds))));
        }
    }

    /// <summary>
    /// The line is changed by gpio-sim where <see cref="DeviceEntry.Stimulus"/> names its pull file, by the simulator, or else by a person.
    /// </summary>
    private async Task EdgesAsync(BenchRun run, DeviceEntry entry, string metric, CancellationToken stop)
    {
        using LineUnderTest line = desk.Line(entry, run.Time);
        for (int i = 0; i < options.Rounds; i++)
        {
            bool active = !line.IsActive;
            Task<long> changed = line.NextAsync(active);
            long since = run.Time.GetTimestamp();
            bool moved = await line.MoveAsync(active, stop);
            if (!moved) await Console.Error.WriteLineAsync($"→ {entry.Class}: {(active ? "on" : "off")}");
            try
            {
                long at = await changed.WaitAsync(moved ? _patience : TimeSpan.FromSeconds(60), run.Time, stop);
                if (moved)
                    run.Add(metric, "ms", $"from the {entry.Class} line's change to its event, debounced",
                        run.Time.GetElapsedTime(since, at).TotalMilliseconds);
            }
            catch (TimeoutException)
            {
                throw new FailureException(Failure.BoardDeviceMissing, $"{entry.Class} {entry.Address}: no edge was reported");
            }
        }
        run.Tell($"{entry.Class}: {options.Rounds} edges of {options.Rounds}");
    }
}
