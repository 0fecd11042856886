using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// A near-infrared UVC camera with its lamp beside the colour camera's lens (hardware/nir-camera). Both cameras point the same way, a few
/// centimetres apart, so the same share of the picture shows about the same place.
/// </summary>
/// <param name="camera">Its frames are grey pictures in BGR form.</param>
public sealed class InfraredSensor(ICamera camera, InfraredRule rule, TimeProvider time) : IPresentationSensor
{
    /// <summary>A frame older than this, three frames at 30 fps, says nothing about the face now.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly CameraFrame _newest = new();
    private readonly CameraFrame _frame = new();
    private CancellationTokenSource? _stopping;
    private Task _running = Task.CompletedTask;
    private FailureException? _fault;

    public string Name => $"near infrared, {camera.Name}";

    public async Task OpenAsync(CancellationToken stop)
    {
        ICameraStream stream = await camera.OpenAsync(stop);
        (_fault, _stopping) = (null, new());
        _running = Task.Run(() => FollowAsync(stream, _stopping.Token), CancellationToken.None);
    }

    public SensorAnswer Look(FaceArea face)
    {
        lock (_lock)
        {
            if (_fault is { } fault) throw new FailureException(fault.Failure, fault.Detail, fault);
            if (_newest.Number == 0 || time.GetElapsedTime(_newest.Arrived) > Fresh) return SensorAnswer.Unsure;
            using Mat picture = Pixels.View(_newest.Bgr, CameraFrame.Width, CameraFrame.Height);
            return Measure(picture, face) is var (luma, relief) ? rule.Judge(luma, relief) : SensorAnswer.Unsure;
        }
    }

    public async ValueTask CloseAsync()
    {
        if (_stopping is not { } stopping) return;
        _stopping = null;
        await stopping.CancelAsync();
        await _running;
        stopping.Dispose();
        _newest.Clear();
        _frame.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _newest.Dispose();
        _frame.Dispose();
    }

    /// <summary>Mean luma of the face, and the ratio of its middle (nose and cheeks) to its rim (both sides).</summary>
    /// <returns>Null: the face is too small or not completely in the picture.</returns>
    internal static (double Luma, double Relief)? Measure(Mat picture, FaceArea face)
    {
        Rect whole = new((int)(face.X * picture.Width), (int)(face.Y * picture.Height), (int)(face.Width * picture.Width),
            (int)(face.Height * picture.Height));
        if (whole.Width < 40 || whole.Height < 40 || whole.X < 0 || whole.Y < 0 || whole.Right > picture.Width
            || whole.Bottom > picture.Height)
            return null;
        double luma = Mean(0, 1, 0.1, 0.9), middle = Mean(0.3, 0.7, 0.35, 0.65),
            rim = (Mean(0.02, 0.14, 0.35, 0.65) + Mean(0.86, 0.98, 0.35, 0.65)) / 2;
        return (luma, middle / Math.Max(rim, 1));

        double Mean(double left, double right, double top, double bottom)
        {
            using Mat part = picture.SubMat(
                whole.Y + (int)(top * whole.Height), whole.Y + (int)(bottom * whole.Height), whole.X + (int)(left * whole.Width), whole.X
                + (int)(right * whole.Width));
            Scalar mean = Cv2.Mean(part);
            return (mean.Val0 + mean.Val1 + mean.Val2) / 3;
        }
    }

    private async Task FollowAsync(ICameraStream stream, CancellationToken stop)
    {
        await using (stream)
        {
            try
            {
                while (true)
                {
                    await stream.NextAsync(_frame, stop);
                    lock (_lock)
                    {
                        _frame.Bgr.CopyTo(_newest.Bgr);
                        (_newest.Number, _newest.Arrived) = (_frame.Number, _frame.Arrived);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // CloseAsync was called.
            }
            catch (FailureException fault)
            {
                lock (_lock) _fault = fault;
            }
        }
    }
}
