using System.Runtime.InteropServices;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// The C library's heap under a program that starts a thread for every word with a card. glibc gives threads heaps of their own, eight
/// for each processor, and each keeps what pictures and networks left in it: the collector's heap stays flat while the process grows
/// by visits. Two are enough for what runs at once here (mallopt(3)).
/// </summary>
public static partial class NativeHeap
{
    private const int ArenaMax = -8;

    /// <summary>Before the first thread of ours; elsewhere than on glibc it does nothing.</summary>
    public static void Limit()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetOption(ArenaMax, 2);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, another heap.
        }
    }

    /// <summary>Gives back to the system what nobody uses (malloc_trim(3)); some milliseconds, any thread. After a visit, for the next one.</summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = GiveBack(0);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, another heap.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GiveBack(nuint pad);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
