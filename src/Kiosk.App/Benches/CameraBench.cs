using Kiosk.Core;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Camera.Bench;

namespace Kiosk.App.Benches;

/// <param name="Opens">How often the camera is opened and closed, 1 to 100.</param>
/// <param name="Seconds">How long one stream is watched, 2 to 3,600.</param>
/// <param name="Reconnects">How often the cable is pulled, 0 to 50; needs somebody who can (<see cref="IPlug"/>).</param>
/// <param name="UnplugAfter">Seconds of the stream after which the cable is pulled and stays out; null: not. Shows what a lost camera looks like.</param>
internal sealed record CameraBenchOptions(int Opens, int Seconds, int Reconnects, double? UnplugAfter);

/// <summary>`bench camera`: open time, frame rate, jitter, latency, exposure, sharpness, flicker, drop-outs, reconnect. Keeps no picture.</summary>
internal sealed class CameraBench(CameraUnderTest tested, CameraBenchOptions options)
{
    /// <summary>After this the exposure of a UVC camera has settled (two seconds at most, at its 15 fps in the dark).</summary>
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(1);

    private readonly ICamera _camera = tested.Camera;

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        run.Uses(tested.Facts);
        run.With("opens", options.Opens);
        run.With("seconds", options.Seconds);
        await run.PartAsync("open and close", options.Opens, done => OpenAsync(run, done, stop));
        await run.PartAsync("stream", options.Seconds, done => StreamAsync(run, done, stop));
        if (tested.Plug is IPlug plug && options.Reconnects > 0) await run.PartAsync("cable out and in", options.Reconnects, done => ReconnectAsync(run, plug, done, stop));
        else run.Skip("reconnect", options.Reconnects == 0 ? "not asked for" : "nobody here can pull the cable (a USB camera and root are needed)");
    }

    private async Task OpenAsync(BenchRun run, Action done, CancellationToken stop)
    {
        using CameraFrame frame = new();
        for (int i = 0; i < options.Opens; i++, done())
        {
            frame.Clear();
            long since = run.Time.GetTimestamp();
            ICameraStream stream = await _camera.OpenAsync(stop);
            run.Add("open", "ms", "from the wish to the running stream", run.Since(since));
            await stream.NextAsync(frame, stop);
            run.Add("first frame", "ms", "from the wish to the first frame", run.Since(since));
            since = run.Time.GetTimestamp();
            await stream.DisposeAsync();
            run.Add("close", "ms", "from the wish to the closed camera", run.Since(since));
        }
    }

    private async Task StreamAsync(BenchRun run, Action done, CancellationToken stop)
    {
        using CameraFrame frame = new();
        PictureMeter meter = new();
        List<(double At, double Luma)> exposure = [];
        List<double> gaps = [];
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task pulled = Task.CompletedTask;
        await using ICameraStream stream = await _camera.OpenAsync(stop);
        long opened = run.Time.GetTimestamp(), before = 0, first = 0, numberBefore = 0, skipped = 0;
        int told = 0;
        while (run.Time.GetElapsedTime(opened).TotalSeconds is var at && at < options.Seconds)
        {
            for (; told < (int)at; told++) done();
            await stream.NextAsync(frame, stop);
            run.Add("hand-over", "ms", "from the frame's arrival in this program to the reader that waits for it", run.Since(frame.Arrived));
            if (frame.Captured > 0) Late(run, run.Since(frame.Captured));
            if (before > 0)
            {
                gaps.Add(run.Time.GetElapsedTime(before, frame.Arrived).TotalMilliseconds / (frame.Number - numberBefore));
                skipped += frame.Number - numberBefore - 1;
            }
            else
            {
                first = frame.Arrived;
                pulled = PullLaterAsync(run, over.Token);
            }
            (before, numberBefore) = (frame.Arrived, frame.Number);
            PictureFigures picture = meter.Measure(frame.Bgr);
            exposure.Add((run.Since(opened), picture.Luma));
            run.Add("luma", "of 255", "mean brightness of each frame", picture.Luma, Better.Neither);
            if (run.Time.GetElapsedTime(opened) < _settled) continue;
            run.Add("exposure", "of 255", "mean brightness once the exposure has settled", picture.Luma, Better.Neither);
            run.Add("clipped", "%", "pixels black or white through and through", picture.ClippedPercent);
            run.Add("sharpness", "", "variance of the Laplacian over the variance of brightness, middle of the picture", picture.Sharpness, Better.Higher);
            if (!double.IsNaN(picture.FlickerPercent)) run.Add("flicker", "%", "strongest wandering stripe from frame to frame (mains light in a rolling shutter)", picture.FlickerPercent);
        }
        await over.CancelAsync();
        await pulled;
        if (frame.Captured == 0) run.Skip("latency", "this camera gives its frames no time stamp");
        Pace(run, gaps, run.Time.GetElapsedTime(first, before).TotalSeconds, skipped);
        Settle(run, exposure);
    }

    /// <summary>Some drivers stamp a frame with when it was due, which may lie ahead (vivid does); that is no latency.</summary>
    private static void Late(BenchRun run, double ms)
    {
        if (ms >= 0) run.Add("latency", "ms", "from the driver's time stamp of the frame to the reader", ms);
        else run.Add("stamp ahead", "ms", "frames whose time stamp lies in the future: the driver stamps when a frame was due", -ms, Better.Neither);
    }

    private static void Pace(BenchRun run, List<double> gaps, double seconds, long skipped)
    {
        if (gaps.Count == 0) return;
        double median = gaps.Order().ElementAt(gaps.Count / 2);
        run.Add("fps", "1/s", "frames that arrived, over the time of the stream", (gaps.Count + skipped) / seconds, Better.Higher);
        for (int i = 0; i < gaps.Count; i++)
        {
            run.Add("interval", "ms", "from one frame's arrival to the next", gaps[i], Better.Neither);
            run.Add("jitter", "ms", "how far each interval is from the median interval", Math.Abs(gaps[i] - median));
            // A frame that was only late makes the next interval shorter; one that never came does not.
            double next = i + 1 < gaps.Count ? gaps[i + 1] : median;
            double lost = gaps[i] > 1.5 * median ? Math.Max(0, Math.Round((gaps[i] + next) / median) - 2) : 0;
            run.Add("drop-out", "frames", "frames that never came, at each interval", lost);
        }
        run.Add("behind", "frames", "frames this bench was too slow to look at; not the camera's fault", skipped);
    }

    /// <summary>The first moment after which the brightness stays within 5 % of where it ends.</summary>
    private static void Settle(BenchRun run, List<(double At, double Luma)> exposure)
    {
        double end = exposure.Skip(exposure.Count / 2).Average(e => e.Luma);
        int last = exposure.FindLastIndex(e => Math.Abs(e.Luma - end) > Math.Max(end * 0.05, 2));
        run.Add("settling", "ms", "from the open camera to a brightness that stays within 5 %", last < 0 ? exposure[0].At : exposure[Math.Min(last + 1, exposure.Count - 1)].At);
    }

    private async Task ReconnectAsync(BenchRun run, IPlug plug, Action done, CancellationToken stop)
    {
        using CameraFrame frame = new();
        for (int i = 0; i < options.Reconnects; i++, done())
        {
            await using (ICameraStream stream = await _camera.OpenAsync(stop))
            {
                frame.Clear();
                await stream.NextAsync(frame, stop);
                long since = run.Time.GetTimestamp();
                await plug.PullAsync(stop);
                Failure why = await LossOf(stream, frame, stop);
                run.Add("loss noticed", "ms", "from the pulled cable to CameraMissing", run.Since(since));
                run.Tell($"cable out: {why}");
            }
            long pushed = run.Time.GetTimestamp();
            await plug.PushAsync(stop);
            await FirstFrameAsync(run, frame, pushed, stop);
            run.Add("reconnect", "ms", "from the cable pushed in to the first frame", run.Since(pushed));
        }
    }

    private static async Task<Failure> LossOf(ICameraStream stream, CameraFrame frame, CancellationToken stop)
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
                // The node comes back before the driver can stream.
                await Task.Delay(TimeSpan.FromMilliseconds(100), run.Time, stop);
            }
        }
    }

    private async Task PullLaterAsync(BenchRun run, CancellationToken over)
    {
        if (options.UnplugAfter is not double seconds) return;
        if (tested.Plug is null)
        {
            run.Skip("unplug-after", "nobody here can pull the cable");
            return;
        }
        await Task.Delay(TimeSpan.FromSeconds(seconds), run.Time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (over.IsCancellationRequested) return;
        run.Tell("cable pulled by --unplug-after");
        await tested.Plug.PullAsync(CancellationToken.None);
    }
}
