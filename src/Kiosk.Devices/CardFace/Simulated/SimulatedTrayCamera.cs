using Kiosk.Core;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Devices.CardFace.Simulated;

/// <summary>The camera above the tray of a desk that has none: draws the card that lies there, as slow as a real camera.</summary>
/// <param name="print">What is printed on the card now on the tray; null: no card, or one without print.</param>
public sealed class SimulatedTrayCamera(Func<CardPrint?> print, TimeProvider time) : ICamera
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FrameTime = TimeSpan.FromSeconds(1 / 30.0);

    public string Name => "simulated tray camera";

    /// <summary>How the card lies; may change while it runs.</summary>
    public TrayLook Look { get; set; } = new(Turn: 2, X: 4, Y: -6);

    public bool Unplugged { get; set; }

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        if (Unplugged) throw CameraFault.Missing(Name);
        await Task.Delay(OpenTime, time, stop);
        return new Stream(this, print, time);
    }

    private sealed class Stream : ICameraStream
    {
        private readonly SimulatedTrayCamera _camera;
        private readonly Func<CardPrint?> _print;
        private readonly TimeProvider _time;
        private readonly FrameBox _box;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _running;

        public Stream(SimulatedTrayCamera camera, Func<CardPrint?> print, TimeProvider time)
        {
            (_camera, _print, _time) = (camera, print, time);
            _box = new(camera.Name, time);
            _running = Task.Run(RunAsync);
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

        private async Task RunAsync()
        {
            using Mat frame = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
            using PeriodicTimer timer = new(FrameTime, _time);
            (CardPrint? Print, Mat? Front) drawn = default;
            try
            {
                while (await timer.WaitForNextTickAsync(_stopping.Token))
                {
                    if (_camera.Unplugged) throw CameraFault.Missing($"{_camera.Name}: unplugged");
                    CardPrint? now = FontGlyphs.Installed.Count > 0 ? _print() : null;
                    if (now != drawn.Print)
                    {
                        drawn.Front?.Dispose();
                        drawn = (now, now is null ? null : CardDrawing.Front(now, FontGlyphs.Installed[0]));
                    }

                    TrayScene.Draw(drawn.Front, _camera.Look, frame);
                    _box.Put(Pixels.Bytes(frame));
                }
            }
            catch (OperationCanceledException)
            {
                frame.SetTo(Scalar.All(0));
            }
            catch (FailureException e)
            {
                _box.Fail(e);
            }
            finally
            {
                drawn.Front?.Dispose();
            }
        }
    }
}
