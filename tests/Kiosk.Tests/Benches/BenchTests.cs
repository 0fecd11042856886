using Kiosk.App.Benches;
using Kiosk.App.Reports;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;
using Kiosk.Lab.Desk;
using Kiosk.Simulators.Camera;

namespace Kiosk.Tests.Benches;

public sealed class BenchTests
{
    private static readonly DeviceFacts _facts = new(DeviceClass.FaceCamera, "simulated", "", "a camera", "", "S1", "", Simulated: true);

    [Fact]
    public void Percentiles_are_nearest_rank()
    {
        Series series = new("x", "ms", "", Better.Lower, [.. Enumerable.Range(1, 100).Select(i => (double)i)]);
        Assert.Equal((1, 50, 95, 99, 100),
            (series.Statistic("min"), series.Statistic("p50"), series.Statistic("p95"), series.Statistic("p99"), series.Statistic("max")));
        Assert.True(double.IsNaN(new Series("x", "", "", Better.Lower, []).Percentile(50)));
    }

    [Theory]
    [InlineData(1500, true)]
    [InlineData(1501, false)]
    [InlineData(double.NaN, false)]
    public void A_limit_is_kept_up_to_its_value_and_never_by_what_was_not_a_number(double measured, bool passed) =>
        Assert.Equal(passed, LimitResult.Judge(new Limit("open", "p95", "ms", "", Max: 1500),
            new Series("open", "ms", "", Better.Lower, [measured])).Passed);

    [Fact]
    public async Task A_camera_is_measured_and_judged_by_its_profile()
    {
        BenchReport report = await Run(new CameraBenchOptions(2, 2, 1, null));
        Assert.Equal(["open", "first frame", "close"], report.Metrics.Take(3).Select(m => m.Name));
        Assert.Equal(2, report.Metrics.Single(m => m.Name == "open").Count);
        Assert.Single(report.Metrics.Single(m => m.Name == "reconnect").Samples);
        Assert.Contains(report.Limits, l => l.Limit.Metric == "loss noticed");
        Assert.Contains(report.Skipped, s => s.What == "latency");
    }

    [Fact]
    public async Task A_cable_pulled_in_the_middle_is_a_verdict_with_everything_measured_until_then()
    {
        BenchReport report = await Run(new CameraBenchOptions(1, 60, 0, 0.5));
        Assert.Equal((BenchOutcome.DeviceLost, Failure.CameraMissing), (report.Outcome, report.Failure));
        Assert.Equal(FailureCatalogue.EntryFor(Failure.CameraMissing).Exit, report.Exit);
        Assert.Contains(report.Metrics, m => m.Name == "hand-over");
        string page = await BenchReportPage.RenderAsync(report, null, null);
        Assert.Contains("DEVICE LOST", page, StringComparison.Ordinal);
        Assert.Contains("K604", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_keeps_what_was_measured()
    {
        using CancellationTokenSource stop = new();
        int opened = 0;
        // At the second opening the first one's figures are there.
        BenchReport report = await Run(new CameraBenchOptions(1, 600, 0, null), () =>
        {
            if (++opened == 2) stop.Cancel();
        }, stop.Token);
        Assert.Equal((BenchOutcome.Stopped, 130), (report.Outcome, report.Exit));
        Assert.NotEmpty(report.Metrics);
    }

    [Fact]
    public async Task A_report_read_back_is_the_report_and_serves_as_baseline()
    {
        BenchReport report = await Run(new CameraBenchOptions(1, 2, 0, null));
        string file = Path.Combine(Directory.CreateTempSubdirectory("kiosk-bench-").FullName, "r.json");
        await File.WriteAllTextAsync(file, report.ToJson());
        BenchReport again = BenchReport.Load(file);
        Assert.Equal(report.ToJson(), again.ToJson());
        Assert.All(MetricChange.Between(again, report), c => Assert.Contains(c.Verdict, (string[])["same", ""]));
        string page = await BenchReportPage.RenderAsync(report, again, "r.json");
        Assert.Contains("Compared with r.json", page, StringComparison.Ordinal);
        // Self-contained: nothing is fetched, nothing runs.
        foreach (string foreign in (string[])["http:", "https:", "<script", "src=", "href=", "url("])
            Assert.DoesNotContain(foreign, page, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Every_edge_key_lamp_and_reading_of_the_board_is_told()
    {
        string file = Path.GetTempFileName();
        string[] classes = ["keypad", "tamper", "presence", "ambient-light", "temperature", "status-light", "sound"];
        string devices = string.Join(',', classes.Select(name => $$"""{"class":"{{name}}","driver":"simulated"}"""));
        await File.WriteAllTextAsync(file, $$"""{"name":"d","environment":"","devices":[{{devices}}]}""");
        await using BenchDesk desk = BenchDesk.Open(file, new SimulatedDevices());
        BoardBench board = new(desk, new BoardBenchOptions(4));
        BenchReport sensors = await new BenchRun("board", desk, null, TimeProvider.System)
            .ToTheEndAsync(board.BoardAsync, CancellationToken.None);
        BenchReport light = await new BenchRun("light", desk, null, TimeProvider.System)
            .ToTheEndAsync(board.LightAsync, CancellationToken.None);
        BenchReport keys = await new BenchRun("keypad", desk, null, TimeProvider.System).ToTheEndAsync(
            async (run, stop) => await new KeypadBench(await desk.KeypadAsync(stop), 2).RunAsync(run, stop), CancellationToken.None);
        // Facts, not times: the limits of times are for a desk, not for a machine busy with tests.
        Assert.All((BenchReport[])[sensors, light, keys], report => Assert.NotEqual(BenchOutcome.DeviceLost, report.Outcome));
        Assert.Equal((4, 4, 4), (Count(sensors, "edge"), Count(sensors, "presence edge"), Count(sensors, "illuminance")));
        Assert.Equal(4 * 10 * Signal.Lamps.Count, Count(light, "update"));
        Assert.Equal((24, 0.0), (Count(keys, "key"), keys.Metrics.Single(m => m.Name == "wrong key").Max));
        File.Delete(file);
    }

    [Fact]
    public async Task A_ticket_printer_is_measured_and_its_open_cover_noticed()
    {
        await using BenchDesk desk = BenchDesk.Open(Path.Combine(Golden.Root(), "hardware", "bench.example.json"), new SimulatedDevices());
        Assert.Throws<FailureException>(desk.Printer);

        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, """{"name":"d","environment":"","devices":[{"class":"ticket-printer","driver":"simulated"}]}""");
        await using BenchDesk simulated = BenchDesk.Open(file, new SimulatedDevices());
        BenchReport report = await new BenchRun("printer", simulated, null, TimeProvider.System).ToTheEndAsync(
            (run, stop) => new PrinterBench(simulated.Printer(), 2, 5).RunAsync(run, stop), CancellationToken.None);
        Assert.NotEqual(BenchOutcome.DeviceLost, report.Outcome);
        Assert.Equal((5, 2, 1, 1),
            (Count(report, "state"), Count(report, "ticket"), Count(report, "cover noticed"), Count(report, "cover forgotten")));
        File.Delete(file);
    }

    [Theory]
    [InlineData("printer", "escpos")]
    [InlineData("", "")]
    [InlineData("192.168.1.50", "")]
    public void A_printer_without_a_usable_address_is_named(string address, string driver)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file,
            $$"""{"name":"d","environment":"","devices":[{"class":"ticket-printer","driver":"{{driver}}","address":"{{address}}"}]}""");
        FailureException refused = Assert.Throws<FailureException>(() => BenchDesk.Open(file, null).Printer());
        Assert.Equal(Failure.ConfigBroken, refused.Failure);
        Assert.Contains("192.168.1.50:9100", refused.Detail, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Text_from_devices_and_files_is_escaped_on_the_page()
    {
        const string Hostile = "<script>alert('x')</script>\"&amp;";
        BenchReport report = await Run(new CameraBenchOptions(1, 2, 0, null));
        BenchReport hostile = report with
        {
            Desk = Hostile,
            Environment = Hostile,
            Devices = [_facts with { Found = Hostile, Serial = Hostile }],
            Metrics = [.. report.Metrics.Select(m => m with { Name = Hostile, Unit = Hostile, What = Hostile })],
            Events = [new(1, Hostile)],
            Skipped = [new(Hostile, Hostile)],
        };
        string page = await BenchReportPage.RenderAsync(hostile, hostile, Hostile);
        Assert.Contains("&lt;script&gt;alert(", page, StringComparison.Ordinal);
        // "&amp;" of the device itself is still there as five characters, not as one.
        Assert.Contains("&amp;amp;", page, StringComparison.Ordinal);
        foreach (string raw in (string[])["<script", "alert('x')", "</script>\""])
            Assert.DoesNotContain(raw, page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plot_of_many_samples_keeps_the_one_that_is_far_off()
    {
        double[] samples = [.. Enumerable.Repeat(1.0, 9_999), 77.0];
        Plot plot = MetricPlots.InOrder(Metric.Summarise(new Series("x", "ms", "", Better.Lower, [.. samples])), []);
        Assert.InRange(plot.Lines[0].Points.Count, 100, 1_300);
        Assert.Contains(plot.Lines[0].Points, point => point.Y == 77);
    }

    private static int Count(BenchReport report, string metric) => report.Metrics.Single(m => m.Name == metric).Count;

    [Fact]
    public void A_file_that_is_no_report_is_named()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, """{"schema":"kiosk-bench/0"}""");
        FailureException wrong = Assert.Throws<FailureException>(() => BenchReport.Load(file));
        Assert.Contains(file, wrong.Detail, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void A_rise_of_a_tenth_is_worse_where_lower_is_better_and_better_where_higher_is()
    {
        static Metric Of(Better better, double p50) => Metric.Summarise(new Series("x", "", "", better, [p50]));
        Assert.Equal("worse", new MetricChange(Of(Better.Lower, 100), Of(Better.Lower, 111)).Verdict);
        Assert.Equal("better", new MetricChange(Of(Better.Higher, 100), Of(Better.Higher, 111)).Verdict);
        Assert.Equal("same", new MetricChange(Of(Better.Lower, 100), Of(Better.Lower, 109)).Verdict);
    }

    private static async Task<BenchReport> Run(CameraBenchOptions options, Action? opening = null, CancellationToken stop = default)
    {
        await using BenchDesk desk = BenchDesk.Open(Path.Combine(Golden.Root(), "hardware/bench.example.json"), null);
        using SimulatedPeople people = new();
        SimulatedCamera camera = new(people, TimeProvider.System) { Person = Person.Nobody };
        CameraUnderTest tested = new(new Watched(camera, opening), _facts, new Plug(camera));
        return await new BenchRun("camera", desk, null, TimeProvider.System)
            .ToTheEndAsync((run, token) => new CameraBench(tested, options).RunAsync(run, token), stop);
    }

    private sealed class Watched(ICamera camera, Action? opening) : ICamera
    {
        public string Name => camera.Name;

        public Task<ICameraStream> OpenAsync(CancellationToken stop)
        {
            opening?.Invoke();
            return camera.OpenAsync(stop);
        }
    }

    private sealed class Plug(SimulatedCamera camera) : ICableSwitch
    {
        public Task UnplugAsync(CancellationToken stop) => Task.FromResult(camera.Unplugged = true);

        public Task PlugInAsync(CancellationToken stop) => Task.FromResult(camera.Unplugged = false);
    }
}
