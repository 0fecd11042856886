using System.Runtime.InteropServices;

namespace Kiosk.Devices.Pictures;

/// <summary>
/// OpenCV's native library, OpenCvSharpExtern. The package for Windows has it only if the build took it (image-build/windows/README.md);
/// on Linux a library of the system that it needs may be missing. Without it there is no camera, no face check and no card picture, and
/// the kiosk works with PIN and staff's check.
/// </summary>
public static class OpenCvLibrary
{
    private const string Name = "OpenCvSharpExtern";

    /// <returns>Null: it can be used. Else the reason in one line, without anything of a patient.</returns>
    /// <param name="name">Of the library; tests give another.</param>
    public static string? WhyMissing(string name = Name)
    {
        try
        {
            NativeLibrary.Load(name, typeof(OpenCvSharp.Mat).Assembly, DllImportSearchPath.AssemblyDirectory);
            return null;
        }
        catch (Exception missing) when (missing is DllNotFoundException or BadImageFormatException)
        {
            // On Linux the message lists every place; the line that begins with "lib" names what a present library needs.
            string[] lines = missing.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.FirstOrDefault(line => line.StartsWith("lib", StringComparison.Ordinal)) ?? $"{name} is missing";
        }
    }
}
