using System.Runtime.InteropServices;

namespace Kiosk.Lab.Desk;

/// <summary>
/// A shell without job control starts a background command with SIGINT ignored (POSIX, Shell Command Language, 2.11), and .NET keeps an
/// ignored signal ignored. A desk that a script starts with &amp; must still end on SIGINT.
/// </summary>
internal static partial class BackgroundSignals
{
    private const int Interrupt = 2;

    /// <summary>Call before anything registers for the signal.</summary>
    public static void HearInterrupt()
    {
        // SIG_DFL is 0. SIGHUP stays as it is: who starts the desk with nohup wants it to go on.
        if (!OperatingSystem.IsWindows()) _ = Signal(Interrupt, 0);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Signal(int number, nint handler);
}
