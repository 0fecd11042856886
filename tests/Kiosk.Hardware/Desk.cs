using Kiosk.App.Benches;
using Kiosk.Devices.Board;

namespace Kiosk.Hardware;

/// <summary>
/// The devices of this desk, from <c>hardware/bench.json</c> or the file named by KIOSK_BENCH. A test asks for a device class and
/// is skipped without it.
/// </summary>
internal static class Desk
{
    /// <summary>The device of this class. Skips the test if there is none.</summary>
    public static DeviceEntry Need(string deviceClass)
    {
        DeviceEntry? entry = Open().Find(deviceClass);
        Skip.If(entry is null, $"the bench file names no {deviceClass}");
        return entry!;
    }

    public static BenchDesk Open()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Kiosk.sln"))) at = at.Parent;
        string file = Environment.GetEnvironmentVariable("KIOSK_BENCH") ?? Path.Combine(at?.FullName ?? ".", "hardware", "bench.json");
        Skip.IfNot(File.Exists(file),
            "no bench file: copy hardware/bench.example.json to hardware/bench.json and list the devices of this desk");
        return BenchDesk.Open(file, null);
    }
}
