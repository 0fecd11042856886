using Kiosk.App.Health;
using Kiosk.Core.Reception;

namespace Kiosk.App.Appliance;

/// <summary>What the device image tells of itself: version, slot, and why the last update was not kept.</summary>
internal static class ImageFacts
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(10);

    /// <summary>Tells the board until stopped: why an update was not kept is noted only when the health gate has opened, long after the kiosk's start.</summary>
    /// <param name="root">"/" but in tests.</param>
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
                // Being written just now; read at the next look.
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <returns>Null where the kiosk does not run from a device image.</returns>
    /// <param name="root">"/" but in tests.</param>
    public static ImageHealth? Read(string root = "/")
    {
        string slot = Path.Combine(root, "run/kiosk/slot");
        if (!File.Exists(slot)) return null;
        string version = File.ReadLines(Path.Combine(root, "usr/lib/os-release"))
            .FirstOrDefault(line => line.StartsWith("IMAGE_VERSION=", StringComparison.Ordinal))?["IMAGE_VERSION=".Length..] ?? "";
        string why = Path.Combine(root, "var/lib/kiosk/rollback.txt");
        return new(version, File.ReadAllText(slot).Trim(), File.Exists(why) ? File.ReadLines(why).LastOrDefault()?.Trim() ?? "" : "");
    }
}
