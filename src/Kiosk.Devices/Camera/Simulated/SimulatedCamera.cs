using Kiosk.Core;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Devices.Camera.Simulated;

/// <summary>
/// A camera with a person before it, as slow as a real one: 300 ms to open, 30 frames a second, half a second until the
/// exposure has settled. Person and cable can be changed while it runs.
/// </summary>
public sealed class SimulatedCamera(SimulatedPeople people, TimeProvider time) : ICamera
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan FrameTime = TimeSpan.FromSeconds(1 / 30.0);
    /// <summary>From being asked to turn the head until it is turned: the person's time, not the machine's.</summary>
    public static readonly TimeSpan TurnTime = HumanTurn.Time;

    private readonly HumanTurn _turn = new(time);

    public string Name => $"simulated camera ({Person})";

    public Person Person { get; set; } = Person.Holder;

    public bool Unplugged { get; set; }

    /// <summary>Another program has it.</summary>
    public bool Busy { get; set; }

    /// <summary>What the person reads off the screen; wire it to <see cref="FaceCheck.Guided"/>. They turn their head some 600 ms after being asked.</summary>
    public void Sees(FaceGuidance guidance) => _turn.Asked(guidance);

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        if (Unplugged) throw CameraFault.Missing(Name);
        await Task.Delay(OpenTime, time, stop);
        if (Busy) throw CameraFault.Busy(Name);
        _turn.Reset();
        return new Stream(this, people, time);
    }

    private sealed class Stream : ICameraStream
    {
        private readonly SimulatedCamera _camera;
        private readonly SimulatedPeople _people;
        private readonly TimeProvider _time;
        private readonly FrameBox _box;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _running;

        public Stream(SimulatedCamera camera, SimulatedPeople people, TimeProvider time)
        {
            (_camera, _people, _time) = (camera, people, time);
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
            using SensorNoise noise = new();
            using PeriodicTimer timer = new(FrameTime, _time);
            long opened = _time.GetTimestamp();
            try
            {
                while (await timer.WaitForNextTickAsync(_stopping.Token))
                {
                    if (_camera.Unplugged) throw CameraFault.Missing($"{_camera.Name}: unplugged");
                    double seconds = _time.GetElapsedTime(opened).TotalSeconds;
                    _people[_camera.Person].Draw(seconds, _camera._turn.Now(), frame);
                    noise.Apply(frame, seconds);
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
        }
    }
}
