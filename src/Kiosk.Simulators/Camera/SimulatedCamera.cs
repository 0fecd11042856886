using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// A camera with a person before it, as slow as a real one: 300 ms to open, 30 frames a second, half a second until the
/// exposure has settled. Person and cable can be changed while it runs.
/// </summary>
public sealed class SimulatedCamera(SimulatedPeople people, TimeProvider time) : ICamera
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(300);
    /// <summary>From being asked to turn the head until it is turned: the person's time, not the machine's.</summary>
    public static readonly TimeSpan TurnTime = HumanAnswer.Time;

    private readonly HumanAnswer _answer = new(time);

    public string Name => $"simulated camera ({Person})";

    public Person Person { get; set; } = Person.Holder;

    /// <summary>What the person does now.</summary>
    internal HeadMove Move => _answer.Now();

    public bool Unplugged { get; set; }

    /// <summary>Another program has it.</summary>
    public bool Busy { get; set; }

    /// <summary>What the person reads off the screen; wire it to <c>FaceCheck.Guided</c>. They do it some 600 ms after being asked.</summary>
    public void Sees(FaceGuidance guidance) => _answer.Asked(guidance);

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        if (Unplugged) throw CameraFault.Missing(Name);
        await Task.Delay(OpenTime, time, stop);
        if (Busy) throw CameraFault.Busy(Name);
        _answer.Reset();
        SensorNoise noise = new();
        return new DrawnStream(Name, (seconds, frame) => Draw(seconds, frame, noise), time, noise.Dispose);
    }

    private void Draw(double seconds, Mat frame, SensorNoise noise)
    {
        if (Unplugged) throw CameraFault.Missing($"{Name}: unplugged");
        IActor actor = people[Person];
        // Another camera may look at the same person.
        lock (actor) actor.Draw(seconds, Move, frame);
        noise.Apply(frame, seconds);
    }
}
