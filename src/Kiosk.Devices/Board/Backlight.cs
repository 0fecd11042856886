using System.Globalization;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Board;

/// <summary>The panel's backlight, through Linux's sysfs (kernel, ABI/stable/sysfs-class-backlight).</summary>
/// <param name="folder">E.g. <c>/sys/class/backlight/intel_backlight</c>.</param>
public sealed class Backlight(string folder)
{
    /// <summary>The machine's first backlight; null if it has none (for example a monitor on HDMI).</summary>
    public static Backlight? Find(string sys = "/sys") =>
        Directory.Exists($"{sys}/class/backlight")
        && Directory.GetDirectories($"{sys}/class/backlight").Order(StringComparer.Ordinal).FirstOrDefault() is string first
            ? new(first)
            : null;

    /// <param name="level">0 to 1. The backlight is never switched off completely.</param>
    /// <exception cref="FailureException">BoardDeviceMissing.</exception>
    public void Set(double level)
    {
        try
        {
            int most = int.Parse(File.ReadAllText(Path.Combine(folder, "max_brightness")), CultureInfo.InvariantCulture);
            string value = Math.Max(1, (int)Math.Round(most * level)).ToString(CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(folder, "brightness"), value);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new FailureException(Failure.BoardDeviceMissing, $"{folder}: {wrong.Message}", wrong);
        }
    }
}
