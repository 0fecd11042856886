using Kiosk.Devices.Camera;

namespace Kiosk.Simulators.Camera;

/// <summary>The near-infrared camera beside <see cref="SimulatedCamera"/>. It shows the same person and movement in infrared.</summary>
public sealed class SimulatedInfraredCamera(SimulatedPeople people, SimulatedCamera colour, TimeProvider time) : ICamera
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(300);

    public string Name => "simulated infrared camera";

    public bool Unplugged { get; set; }

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        if (Unplugged) throw CameraFault.Missing(Name);
        await Task.Delay(OpenTime, time, stop);
        SensorNoise noise = new();
        return new DrawnStream(
            Name,
            (seconds, frame) =>
            {
                if (Unplugged) throw CameraFault.Missing($"{Name}: unplugged");
                IActor actor = people[colour.Person];
                lock (actor) actor.Draw(seconds, colour.Move, frame);
                actor.ToInfrared(frame);
                noise.Apply(frame, seconds);
            },
            time,
            noise.Dispose);
    }
}
