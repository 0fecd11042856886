using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>Windows: a job object that this process never leaves: no second process, and no more memory than a card's picture needs
/// (Microsoft, "Job Objects"). Never run on Windows.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsJob
{
    private const int ExtendedLimits = 9;
    private const uint OneProcess = 0x8;
    private const uint ProcessMemory = 0x100;
    private const uint DieSilently = 0x400;

    /// <returns>Null: limited. Else the reason for the log, in ASCII.</returns>
    public static string? Close()
    {
        using Process self = Process.GetCurrentProcess();
        Limits limits = new()
        {
            Flags = OneProcess | ProcessMemory | DieSilently,
            ActiveProcesses = 1,
            ProcessMemoryBytes = (nuint)self.PrivateMemorySize64 + (nuint)ChildLimits.MemoryBytes,
        };
        // The handle stays open: the job lives as long as this process.
        nint job = CreateJobObjectW(0, 0);
        bool isSet = job != 0 && SetInformationJobObject(job, ExtendedLimits, in limits, (uint)Marshal.SizeOf<Limits>())
            && AssignProcessToJobObject(job, self.Handle);
        return isSet ? null : $"a job object (error {Marshal.GetLastPInvokeError()}) and a system-call filter";
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint CreateJobObjectW(nint attributes, nint name);

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(nint job, int kind, in Limits limits, uint length);

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(nint job, nint process);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public long ProcessTime;
        public long JobTime;
        public uint Flags;
        public nuint LeastWorkingSet;
        public nuint MostWorkingSet;
        public uint ActiveProcesses;
        public nuint Affinity;
        public uint PriorityClass;
        public uint SchedulingClass;
        public ulong Reads, Writes, Others, ReadBytes, WrittenBytes, OtherBytes;
        public nuint ProcessMemoryBytes;
        public nuint JobMemoryBytes;
        public nuint PeakProcessBytes;
        public nuint PeakJobBytes;
    }
}
