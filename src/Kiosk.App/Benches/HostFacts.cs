using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Kiosk.App.Benches;

/// <summary>The machine and the program that a report comes from.</summary>
/// <param name="Program">Version of the kiosk.</param>
/// <param name="Git">Commit it was built from; empty for a build outside a checkout.</param>
/// <param name="Load">Load average of the last minute at the start. Above <paramref name="Cores"/>, measured times are too long.</param>
public sealed record HostFacts(string Program, string Git, string System, string Kernel, string Processor, int Cores, double Load,
    string Runtime)
{
    [SuppressMessage("Globalization", "CA1305", Justification = "The invariant culture is the only one in this build.")]
    public static HostFacts Now()
    {
        string[] version = (typeof(HostFacts)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+');
        return new HostFacts(
            version[0], version.Length > 1 ? version[1] : "",
            Line("/etc/os-release", "PRETTY_NAME=").Trim('"') is { Length: > 0 } name ? name : RuntimeInformation.OSDescription,
            Environment.OSVersion.VersionString, Line("/proc/cpuinfo", "model name").TrimStart('\t', ' ', ':'), Environment.ProcessorCount,
            double.TryParse(Line("/proc/loadavg", "").Split(' ')[0], out double load) ? load : 0, RuntimeInformation.FrameworkDescription);
    }

    /// <summary>The rest of the first line that begins so; empty where there is no such file.</summary>
    private static string Line(string file, string start) =>
        File.Exists(file) ? (File.ReadLines(file)
            .FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? start)[start.Length..] : "";
}
