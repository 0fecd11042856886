using Kiosk.Devices.Camera;

namespace Kiosk.Hardware;

public sealed class CameraTests
{
    [SkippableFact]
    public async Task The_camera_of_the_bench_file_gives_thirty_frames_and_is_not_frozen()
    {
        Desk desk = Desk.Find();
        Skip.If(desk.Camera is null, "the bench file names no camera");
        OpenCvCamera camera = new(desk.Camera!, TimeProvider.System);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        await using ICameraStream stream = await camera.OpenAsync(patience.Token);
        using CameraFrame frame = new();
        for (int i = 0; i < 30; i++) await stream.NextAsync(frame, patience.Token);
    }
}
