using Kiosk.App.Health;
using Kiosk.Core.Reception;

namespace Kiosk.App.Appliance;

/// <summary>Facts about the device image: version, slot, and why the last update was not kept.</summary>
internal static class ImageFacts
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(10);

    /// <summary>Reports to the health board until stopped. The reason why an update was not kept is written only after the health check of
    /// the image, long after the kiosk's start.</summary>
    /// <param name="root">"/", except in tests.</param>
    public static async Task FollowAsync(HealthBoard board, TimeProvider time, CancellationToken stop, string root = "/")
    {
        using PeriodicTimer timer = new(_again, time);
        do
        {
            try
            {
                if (Read(root) is { } image) board.SetImage(image);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The file is being written. The next look reads it.
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <returns>Null where the kiosk does not run from a device image.</returns>
    /// <param name="root">"/", except in tests.</param>
    public static ImageHealth? Read(string root = "/")
    {
        string slot = Path.Combine(root, "run/kiosk/slot");
        if (!File.Exists(slot)) return null;
        string version = File.ReadLines(Path.Combine(root, "usr/lib/os-release"))
            .FirstOrDefault(line => line.StartsWith("IMAGE_VERSION=", StringComparison.Ordinal))?["IMAGE_VERSION=".Length..] ?? "";
        string why = Path.Combine(root, "var/lib/kiosk-device/rollback.txt");
        return new(version, File.ReadAllText(slot).Trim(), File.Exists(why) ? File.ReadLines(why).LastOrDefault()?.Trim() ?? "" : "");
    }
}
