using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.ML.OnnxRuntime;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// Switches off ONNX Runtime's telemetry. Since 1.29 the official Linux build also writes a device identifier into the home folder and
/// sends events to its vendor, unless this is set before it starts. A kiosk in a hospital sends nothing but check-ins.
/// </summary>
internal static partial class QuietRuntime
{
    private const string Off = "ORT_DISABLE_TELEMETRY";

    /// <summary>Call once, before the first model is opened.</summary>
    public static void Begin()
    {
        // On Linux .NET has its own copy of the environment, but the library reads that of the C library.
        if (OperatingSystem.IsLinux()) _ = SetNative(Off, "1", 1);
        Environment.SetEnvironmentVariable(Off, "1");
        OrtEnv.Instance().DisableTelemetryEvents();
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNative(string name, string value, int overwrite);
}
