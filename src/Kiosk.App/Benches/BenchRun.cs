using Kiosk.Core.Failures;
using Kiosk.Devices.Board;
using Spectre.Console;

namespace Kiosk.App.Benches;

/// <summary>Where a bench writes and what it compares with.</summary>
/// <param name="Out">Folder of the reports.</param>
/// <param name="Json">The JSON report's path; null: beside the HTML in <paramref name="Out"/>.</param>
/// <param name="Baseline">An earlier report to compare with.</param>
internal sealed record BenchOutput(string Out, string? Json, string? Baseline);

/// <summary>
/// One run of a bench. It collects samples and events and shows the progress; at the end, also after a lost device or Ctrl-C, it compares
/// with the limits of the devices' profiles and writes both reports. A lost device is an outcome of the bench, not an exception.
/// </summary>
internal sealed class BenchRun(string bench, BenchDesk desk, ProgressContext? progress, TimeProvider time)
{
    private readonly Dictionary<string, Series> _series = [];
    private readonly List<BenchEvent> _events = [];
    private readonly List<SkippedPart> _skipped = [];
    private readonly List<DeviceFacts> _devices = [];
    private readonly List<Limit> _limits = [];
    private readonly SortedDictionary<string, string> _parameters = new(StringComparer.Ordinal);
    private readonly long _began = time.GetTimestamp();
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly HostFacts _host = HostFacts.Now();

    public TimeProvider Time => time;

    /// <summary>Adds a device to the report, with the limits of its class.</summary>
    public void Uses(DeviceFacts device)
    {
        _devices.Add(device);
        _limits.AddRange(DeviceProfile.ForClass(device.Class).Limits);
    }

    /// <summary>Adds an option to the report.</summary>
    public void With(string parameter, object value) =>
        _parameters[parameter] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}");

    /// <summary>A metric by its name. The first call makes it: metrics are reported in the order of the bench.</summary>
    public Series Metric(string name, string unit, string what, Better better = Better.Lower)
    {
        if (!_series.TryGetValue(name, out Series? series)) _series.Add(name, series = new(name, unit, what, better, []));
        return series;
    }

    /// <summary>Adds one sample, rounded to four decimals.</summary>
    public void Add(string name, string unit, string what, double value, Better better = Better.Lower) =>
        Metric(name, unit, what, better).Samples.Add(Math.Round(value, 4));

    /// <summary>Adds an event with the present time.</summary>
    public void Tell(string what) => _events.Add(new(Math.Round(time.GetElapsedTime(_began).TotalSeconds, 3), what));

    /// <summary>Says in the report what could not be measured, and why.</summary>
    public void Skip(string what, string why) => _skipped.Add(new(what, why));

    /// <summary>Milliseconds since <paramref name="timestamp"/>.</summary>
    public double Since(long timestamp) => time.GetElapsedTime(timestamp).TotalMilliseconds;

    /// <summary>Runs one part of the bench with its own progress bar.</summary>
    /// <param name="steps">How often <paramref name="work"/> reports a finished step.</param>
    public async Task PartAsync(string name, int steps, Func<Action, Task> work)
    {
        ProgressTask? bar = progress?.AddTask(Markup.Escape(name), maxValue: Math.Max(1, steps));
        Tell($"start of {name}");
        await work(() => bar?.Increment(1));
        if (bar is not null) bar.Value = bar.MaxValue;
    }

    /// <summary>Runs a whole bench and writes its reports.</summary>
    /// <returns>The exit code, <see cref="BenchReport.Exit"/>.</returns>
    public static async Task<int> RunAsync(
        string bench, BenchDesk desk, BenchOutput output, Func<BenchRun, CancellationToken, Task> work, CancellationToken stop)
    {
        // Before ten minutes of measuring: a wrong file is refused at once.
        BenchReport? baseline = output.Baseline is string file ? BenchReport.Load(file) : null;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        BenchReport? report = null;
        await console.Progress().AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
            new RemainingTimeColumn())
            .StartAsync(async progress =>
            report = await new BenchRun(bench, desk, progress, TimeProvider.System).ToTheEndAsync(work, stop));
        return await BenchWriter.WriteAsync(report!, baseline, output);
    }

    internal async Task<BenchReport> ToTheEndAsync(Func<BenchRun, CancellationToken, Task> work, CancellationToken stop)
    {
        try
        {
            await work(this, stop);
            return End(null, null, "");
        }
        catch (FailureException lost)
        {
            Tell($"ended by {lost.Failure}: {lost.Detail}");
            return End(BenchOutcome.DeviceLost, lost.Failure, lost.Detail);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Tell("stopped by Ctrl-C");
            return End(BenchOutcome.Stopped, null, "");
        }
    }

    private BenchReport End(BenchOutcome? outcome, Failure? failure, string detail)
    {
        LimitResult[] limits = [.. _limits.Distinct().Where(l => _series.ContainsKey(l.Metric))
            .Select(l => LimitResult.Judge(l, _series[l.Metric]))];
        return new BenchReport(
            BenchReport.Version, bench, outcome
            ?? (Array.TrueForAll(limits, l => l.Passed) ? BenchOutcome.Passed : BenchOutcome.Failed), failure, detail,
            _started, Math.Round(time.GetElapsedTime(_began).TotalSeconds, 1), _host, desk.File.Name, desk.File.Environment, _devices,
            _parameters,
            [.. _series.Values.Where(s => s.Samples.Count > 0).Select(Benches.Metric.Summarise)], limits, _events, _skipped);
    }
}
