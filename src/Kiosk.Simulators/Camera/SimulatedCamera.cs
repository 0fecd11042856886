using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// A camera with a person in front of it, with the delays of a real one: 300 ms to open, 30 frames per second, half a second until
/// the exposure has settled. The person and the cable can be changed while it runs.
/// </summary>
public sealed class SimulatedCamera(SimulatedPeople people, TimeProvider time) : ICamera
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(300);
    /// <summary>Time from the request to turn the head until it is turned. This is the person's time, not the machine's.</summary>
    public TimeSpan TurnTime => PersonReaction.Time + Late;

    /// <summary>How much later than usual the person begins to move when asked, 0 to 5 s.</summary>
    public TimeSpan Late
    {
        get => _answer.Late;
        set => _answer.Late = value;
    }

    private readonly PersonReaction _answer = new(time);

    public string Name => $"simulated camera ({Person})";

    public Person Person { get; set; } = Person.Holder;

    /// <summary>The current movement of the person.</summary>
    internal HeadMove Move => _answer.Now();

    public bool Unplugged { get; set; }

    /// <summary>True: another program uses the camera.</summary>
    public bool Busy { get; set; }

    /// <summary>The step of the light that the person stands in; null: the page stays as it is.</summary>
    public Func<LightStep>? Light { get; set; }

    /// <summary>
    /// Receives the guidance that the person reads on the screen; connect it to <c>FaceCheck.Guided</c>. The person reacts after
    /// about 600 ms.
    /// </summary>
    public void ShowGuidance(FaceGuidance guidance) => _answer.Asked(guidance);

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        if (Unplugged) throw CameraFault.Missing(Name);
        await Task.Delay(OpenTime, time, stop);
        if (Busy) throw CameraFault.Busy(Name);
        _answer.Reset();
        SensorNoise noise = new();
        Relight relight = new();
        return new DrawnStream(Name, (seconds, frame) => Draw(seconds, frame, noise, relight), time, () =>
        {
            noise.Dispose();
            relight.Dispose();
        });
    }

    private void Draw(double seconds, Mat frame, SensorNoise noise, Relight relight)
    {
        if (Unplugged) throw CameraFault.Missing($"{Name}: unplugged");
        IActor actor = people[Person];
        // Lock the person: another camera may draw the same person at the same time.
        lock (actor) actor.Draw(seconds, Move, frame);
        if (Light?.Invoke() is { } step) relight.Apply(actor, step, frame);
        noise.Apply(frame, seconds);
    }
}
