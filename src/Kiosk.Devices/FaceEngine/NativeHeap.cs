using System.Runtime.InteropServices;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// Limits the C library's heaps. glibc gives threads separate heaps, up to eight for each processor, and each keeps the memory that
/// pictures and networks used. This program starts a thread for each card session, so the process would grow with every visit although
/// .NET's own heap does not. Two heaps are enough for what runs here at the same time (mallopt(3), M_ARENA_MAX).
/// </summary>
public static partial class NativeHeap
{
    private const int ArenaMax = -8;

    /// <summary>Call before the program starts its first thread. Does nothing without glibc.</summary>
    public static void Limit()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetOption(ArenaMax, 2);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // Not glibc: nothing to limit.
        }
    }

    /// <summary>
    /// Returns unused memory to the system (malloc_trim(3)). Takes some milliseconds, on any thread; call it after a visit.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = GiveBack(0);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // Not glibc: nothing to limit.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GiveBack(nuint pad);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
