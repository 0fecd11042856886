using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Camera.Bench;

namespace Kiosk.App.Benches;

/// <summary>Options of `bench camera`.</summary>
/// <param name="Opens">How often the camera is opened and closed, 1 to 100.</param>
/// <param name="Seconds">How long one stream is measured, 2 to 3,600.</param>
/// <param name="Reconnects">How often the cable is taken out and in, 0 to 50; needs an <see cref="ICableSwitch"/>.</param>
/// <param name="UnplugAfter">Seconds after which the cable is taken out and stays out, to see how a lost camera is reported; null:
/// never.</param>
internal sealed record CameraBenchOptions(int Opens, int Seconds, int Reconnects, double? UnplugAfter);

/// <summary>
/// `bench camera`: open time, frame rate, jitter, latency, exposure, sharpness, flicker, lost frames, reconnection. Keeps no picture.
/// </summary>
internal sealed class CameraBench(CameraUnderTest tested, CameraBenchOptions options)
{
    /// <summary>Frames before this do not count: the exposure is still settling.</summary>
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(1);

    private readonly ICamera _camera = tested.Camera;

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        run.Uses(tested.Facts);
        run.With("opens", options.Opens);
        run.With("seconds", options.Seconds);
        await run.PartAsync("open and close", options.Opens, done => OpenAsync(run, done, stop));
        await run.PartAsync("stream", options.Seconds, done => StreamAsync(run, done, stop));
        if (tested.Plug is ICableSwitch plug && options.Reconnects > 0)
            await run.PartAsync("cable out and in", options.Reconnects, done => ReconnectAsync(run, plug, done, stop));
        else run.Skip("reconnect", options.Reconnects == 0 ? "not asked for"
            : "the cable cannot be switched here (needs a USB camera and root)");
    }

    private async Task OpenAsync(BenchRun run, Action done, CancellationToken stop)
    {
        using CameraFrame frame = new();
        for (int i = 0; i < options.Opens; i++, done())
        {
            frame.Clear();
            long since = run.Time.GetTimestamp();
            ICameraStream stream = await _camera.OpenAsync(stop);
            run.Add("open", "ms", "from the call to the running stream", run.Since(since));
            await stream.NextAsync(frame, stop);
            run.Add("first frame", "ms", "from the call to the first frame", run.Since(since));
            since = run.Time.GetTimestamp();
            await stream.DisposeAsync();
            run.Add("close", "ms", "from the call to the closed camera", run.Since(since));
        }
    }

    private async Task StreamAsync(BenchRun run, Action done, CancellationToken stop)
    {
        using CameraFrame frame = new();
        PictureMeter meter = new();
        List<(double At, double Luma)> exposure = [];
        List<double> gaps = [];
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task unplugging = Task.CompletedTask;
        await using ICameraStream stream = await _camera.OpenAsync(stop);
        long opened = run.Time.GetTimestamp(), before = 0, first = 0, numberBefore = 0, skipped = 0;
        int stepsDone = 0;
        while (run.Time.GetElapsedTime(opened).TotalSeconds is var at && at < options.Seconds)
        {
            for (; stepsDone < (int)at; stepsDone++) done();
            await stream.NextAsync(frame, stop);
            run.Add("hand-over", "ms", "from the frame's arrival in this program to the code that waits for it", run.Since(frame.Arrived));
            if (frame.Captured > 0) AddLatency(run, run.Since(frame.Captured));
            if (before > 0)
            {
                gaps.Add(run.Time.GetElapsedTime(before, frame.Arrived).TotalMilliseconds / (frame.Number - numberBefore));
                skipped += frame.Number - numberBefore - 1;
            }
            else
            {
                first = frame.Arrived;
                unplugging = UnplugLaterAsync(run, over.Token);
            }
            (before, numberBefore) = (frame.Arrived, frame.Number);
            PictureFigures picture = meter.Measure(frame.Bgr);
            exposure.Add((run.Since(opened), picture.Luma));
            run.Add("luma", "of 255", "mean brightness of each frame", picture.Luma, Better.Neither);
            if (run.Time.GetElapsedTime(opened) < _settled) continue;
            run.Add("exposure", "of 255", "mean brightness once the exposure has settled", picture.Luma, Better.Neither);
            run.Add("clipped", "%", "pixels that are fully black or fully white", picture.ClippedPercent);
            run.Add("sharpness", "", "variance of the Laplacian over the variance of brightness, in the middle of the picture",
                picture.Sharpness, Better.Higher);
            if (!double.IsNaN(picture.FlickerPercent))
                run.Add("flicker", "%", "strongest moving stripe from frame to frame (mains light with a rolling shutter)",
                    picture.FlickerPercent);
        }
        await over.CancelAsync();
        await unplugging;
        if (frame.Captured == 0) run.Skip("latency", "this camera gives its frames no time stamp");
        AddPace(run, gaps, run.Time.GetElapsedTime(first, before).TotalSeconds, skipped);
        AddSettling(run, exposure);
    }

    /// <summary>
    /// Some drivers (vivid) stamp a frame with the time at which it was due, which may be in the future. That is not a latency.
    /// </summary>
    private static void AddLatency(BenchRun run, double ms)
    {
        if (ms >= 0) run.Add("latency", "ms", "from the driver's time stamp of the frame to the code that waits for it", ms);
        else run.Add("stamp ahead", "ms", "frames with a time stamp in the future: the driver stamps the time at which a frame was due",
            -ms, Better.Neither);
    }

    private static void AddPace(BenchRun run, List<double> gaps, double seconds, long skipped)
    {
        if (gaps.Count == 0) return;
        double median = gaps.Order().ElementAt(gaps.Count / 2);
        run.Add("fps", "1/s", "frames that arrived, over the time of the stream", (gaps.Count + skipped) / seconds, Better.Higher);
        for (int i = 0; i < gaps.Count; i++)
        {
            run.Add("interval", "ms", "from one frame's arrival to the next", gaps[i], Better.Neither);
            run.Add("jitter", "ms", "difference of each interval from the median interval", Math.Abs(gaps[i] - median));
            // After a late frame the next interval is shorter; after a lost frame it is not.
            double next = i + 1 < gaps.Count ? gaps[i + 1] : median;
            double lost = gaps[i] > 1.5 * median ? Math.Max(0, Math.Round((gaps[i] + next) / median) - 2) : 0;
            run.Add("drop-out", "frames", "lost frames, at each interval", lost);
        }
        run.Add("behind", "frames", "frames that this bench was too slow to read; not a fault of the camera", skipped);
    }

    /// <summary>Time after which the brightness stays within 5 % of its last value.</summary>
    private static void AddSettling(BenchRun run, List<(double At, double Luma)> exposure)
    {
        double end = exposure.Skip(exposure.Count / 2).Average(e => e.Luma);
        int last = exposure.FindLastIndex(e => Math.Abs(e.Luma - end) > Math.Max(end * 0.05, 2));
        run.Add("settling", "ms", "from the open camera to a brightness that stays within 5 %", last < 0 ? exposure[0].At
            : exposure[Math.Min(last + 1, exposure.Count - 1)].At);
    }

    private async Task ReconnectAsync(BenchRun run, ICableSwitch plug, Action done, CancellationToken stop)
    {
        using CameraFrame frame = new();
        for (int i = 0; i < options.Reconnects; i++, done())
        {
            await using (ICameraStream stream = await _camera.OpenAsync(stop))
            {
                frame.Clear();
                await stream.NextAsync(frame, stop);
                long since = run.Time.GetTimestamp();
                await plug.UnplugAsync(stop);
                Failure why = await LossAsync(stream, frame, stop);
                run.Add("loss noticed", "ms", "from the cable out to CameraMissing", run.Since(since));
                run.Tell($"cable out: {why}");
            }
            long pushed = run.Time.GetTimestamp();
            await plug.PlugInAsync(stop);
            await FirstFrameAsync(run, frame, pushed, stop);
            run.Add("reconnect", "ms", "from the cable in to the first frame", run.Since(pushed));
        }
    }

    private static async Task<Failure> LossAsync(ICameraStream stream, CameraFrame frame, CancellationToken stop)
    {
        try
        {
            while (true) await stream.NextAsync(frame, stop);
        }
        catch (FailureException lost)
        {
            return lost.Failure;
        }
    }

    private async Task FirstFrameAsync(BenchRun run, CameraFrame frame, long since, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                frame.Clear();
                await using ICameraStream stream = await _camera.OpenAsync(stop);
                await stream.NextAsync(frame, stop);
                return;
            }
            catch (FailureException) when (run.Time.GetElapsedTime(since) < TimeSpan.FromSeconds(15))
            {
                // The device node is back before the driver can stream: try again.
                await Task.Delay(TimeSpan.FromMilliseconds(100), run.Time, stop);
            }
        }
    }

    private async Task UnplugLaterAsync(BenchRun run, CancellationToken over)
    {
        if (options.UnplugAfter is not double seconds) return;
        if (tested.Plug is null)
        {
            run.Skip("unplug-after", "the cable cannot be switched here");
            return;
        }
        await Task.Delay(TimeSpan.FromSeconds(seconds), run.Time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (over.IsCancellationRequested) return;
        run.Tell("cable taken out by --unplug-after");
        await tested.Plug.UnplugAsync(CancellationToken.None);
    }
}
