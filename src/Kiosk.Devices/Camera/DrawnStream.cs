using Kiosk.Core.Failures;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.Camera;

/// <summary>
/// The stream of a camera whose frames are made in the program (drawn, or read from files): one every 33 ms, checked for black and frozen
/// pictures like those of a real camera, zeroed at the end.
/// </summary>
internal sealed class DrawnStream : ICameraStream
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromSeconds(1 / 30.0);

    private readonly FrameBox _box;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="name">The camera's name, for failures.</param>
    /// <param name="draw">Fills a 640 x 480 BGR frame, given the seconds since opening. Throws <see cref="FailureException"/> when the
    /// camera
    /// is gone.</param>
    /// <param name="end">Called after the last frame; frees what the drawing used.</param>
    /// <param name="watched">False: identical or black frames are no fault (a drawn empty wall).</param>
    public DrawnStream(string name, Action<double, Mat> draw, TimeProvider time, Action? end = null, bool watched = false)
    {
        _box = new(name, time);
        _running = Task.Run(() => RunAsync(name, draw, time, end, watched));
    }

    public ValueTask NextAsync(CameraFrame frame, CancellationToken stop) => _box.NextAsync(frame, stop);

    public async ValueTask DisposeAsync()
    {
        _box.Close();
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
        _box.Dispose();
    }

    private async Task RunAsync(string name, Action<double, Mat> draw, TimeProvider time, Action? end, bool watched)
    {
        using Mat frame = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3, Scalar.All(0));
        using PeriodicTimer timer = new(FrameTime, time);
        FreezeWatch watch = new();
        long opened = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                draw(time.GetElapsedTime(opened).TotalSeconds, frame);
                if (watched && watch.Fault(Pixels.Bytes(frame)) is { } fault) throw CameraFault.Missing($"{name}: {fault}");
                _box.Put(Pixels.Bytes(frame));
            }
        }
        catch (OperationCanceledException)
        {
            // The stream was closed.
        }
        catch (FailureException fault)
        {
            _box.Fail(fault);
        }
        finally
        {
            frame.SetTo(Scalar.All(0));
            end?.Invoke();
        }
    }
}
