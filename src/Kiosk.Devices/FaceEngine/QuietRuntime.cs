using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.ML.OnnxRuntime;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// Keeps ONNX Runtime from telling anybody of its use. Since 1.29 its official Linux build, too, writes a device identifier under the home
/// folder and sends events to its maker unless it is told not to before it starts; a kiosk in a hospital sends nothing but check-ins.
/// </summary>
internal static partial class QuietRuntime
{
    private const string Off = "ORT_DISABLE_TELEMETRY";

    /// <summary>Before the first model is opened, once.</summary>
    public static void Begin()
    {
        // .NET keeps its own copy of the environment on Linux; the library asks the C library.
        if (OperatingSystem.IsLinux()) _ = SetNative(Off, "1", 1);
        Environment.SetEnvironmentVariable(Off, "1");
        OrtEnv.Instance().DisableTelemetryEvents();
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNative(string name, string value, int overwrite);
}
