using Kiosk.App.Benches;
using Kiosk.Devices.Board;

namespace Kiosk.Hardware;

/// <summary>Short runs of the benches on the real devices of this desk. Each device must keep the limits of its profile.</summary>
public sealed class BenchTests
{
    [SkippableFact]
    public async Task The_camera_of_the_bench_file_keeps_its_limits()
    {
        Desk.Need(DeviceClass.FaceCamera);
        await using BenchDesk desk = Desk.Open();
        BenchReport report = await new BenchRun("camera", desk, null, TimeProvider.System).ToTheEndAsync(
            (run, stop) => new CameraBench(desk.Camera(DeviceClass.FaceCamera), new CameraBenchOptions(3, 5, 0, null)).RunAsync(run, stop),
                CancellationToken.None);
        Assert.True(report.Outcome is BenchOutcome.Passed, BenchVerdict.Reason(report));
    }
}
