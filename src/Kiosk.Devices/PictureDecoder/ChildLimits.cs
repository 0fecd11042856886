using System.Globalization;
using System.Runtime.InteropServices;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>
/// What the decoder process gives up permanently: writing files, core dumps, new privileges, and more memory and CPU time than a card's
/// picture needs. No more descriptors than are open, and a few for new threads. Linux only.
/// </summary>
internal static partial class ChildLimits
{
    /// <summary>In addition to the memory in use when everything is loaded. Mutated pictures of the allowed size needed at most 129 MB
    /// (measured, README.md of this folder).</summary>
    public const ulong MemoryBytes = 256UL << 20;

    private const ulong CpuSeconds = 5;
    /// <summary>.NET opens a pipe for each thread that it starts.</summary>
    private const ulong FilesForThreads = 16;

    private const ulong NoLimit = ulong.MaxValue;

    private const int RlimitCpu = 0;
    private const int RlimitFileSize = 1;
    private const int RlimitData = 2;
    private const int RlimitCore = 4;
    private const int RlimitFiles = 7;
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;

    /// <returns>False: the system refused a limit.</returns>
    public static bool Set()
    {
        // Read before the process cannot be dumped: then /proc/self belongs to root.
        ulong data = Status("VmData:") * 1024;
        ulong highest = Directory.GetFiles("/proc/self/fd").Max(f => ulong.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture));
        return prctl(SetDumpable, 0, 0, 0, 0) == 0
            && prctl(SetNoNewPrivileges, 1, 0, 0, 0) == 0
            && Limit(RlimitCore, 0)
            && Limit(RlimitFileSize, 0)
            && Limit(RlimitFiles, highest + 1 + FilesForThreads)
            && Limit(RlimitData, data + MemoryBytes)
            && RenewCpu();
    }

    /// <summary>Call before each picture. The parent kills a child that hangs; this limit ends a child whose parent is gone.</summary>
    public static bool RenewCpu()
    {
        if (!OperatingSystem.IsLinux()) return true;
        ulong used = (ulong)Environment.CpuUsage.TotalTime.TotalSeconds;
        Bounds bounds = new() { Soft = used + CpuSeconds, Hard = NoLimit };
        return setrlimit(RlimitCpu, in bounds) == 0;
    }

    private static bool Limit(int resource, ulong most)
    {
        Bounds bounds = new() { Soft = most, Hard = most };
        return setrlimit(resource, in bounds) == 0;
    }

    /// <summary>A line of /proc/self/status in kB.</summary>
    private static ulong Status(string name) =>
        ulong.Parse(
            File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setrlimit(int resource, in Bounds bounds);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [StructLayout(LayoutKind.Sequential)]
    private struct Bounds
    {
        public ulong Soft;
        public ulong Hard;
    }
}
