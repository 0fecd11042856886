using System.Globalization;

namespace Kiosk.Devices.Temperature;

/// <summary>A file with millidegrees Celsius: hwmon's <c>temp1_input</c> or a thermal zone's <c>temp</c> (Linux kernel,
/// hwmon/sysfs-interface, thermal/sysfs-api).</summary>
/// <param name="path">The file.</param>
public sealed class SysfsThermometer(string path) : IThermometer
{
    public string Name => path;

    /// <summary>The machine's first thermal zone, else its first hwmon sensor; null if it has neither.</summary>
    /// <param name="sys">Root of sysfs.</param>
    public static SysfsThermometer? Find(string sys = "/sys") =>
        Candidates(sys).Select(file => new SysfsThermometer(file)).FirstOrDefault(t => t.TryRead(out _));

    public bool TryRead(out double celsius)
    {
        celsius = 0;
        try
        {
            string text = File.ReadAllText(path).Trim();
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int millidegrees)) return false;
            celsius = millidegrees / 1000.0;
            return IThermometer.IsPossible(celsius);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Candidates(string sys)
    {
        foreach (string zone in Folders($"{sys}/class/thermal", "thermal_zone*")) yield return $"{zone}/temp";
        foreach (string chip in Folders($"{sys}/class/hwmon", "hwmon*"))
            foreach (string input in Directory.GetFiles(chip, "temp*_input").Order(StringComparer.Ordinal)) yield return input;
    }

    private static IEnumerable<string> Folders(string at, string pattern) =>
        Directory.Exists(at) ? Directory.GetDirectories(at, pattern).Order(StringComparer.Ordinal) : [];
}
