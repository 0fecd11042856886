using System.Runtime.InteropServices;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>
/// The system calls that the decoder process keeps: to read and write what is open, memory, threads, time. All others answer EPERM: files
/// by name, sockets, programs, processes, signals to others, namespaces. Calls of another architecture end the process. A filter can never
/// be taken away again; threads made later inherit it (Linux, Documentation/userspace-api/seccomp_filter.rst).
/// </summary>
internal static partial class SystemCallFilter
{
    // linux/seccomp.h and linux/audit.h
    private const nint SetModeFilter = 1;
    private const nint AllThreads = 1;
    private const uint Allow = 0x7FFF0000;
    private const uint KillProcess = 0x80000000;
    private const uint Error = 0x00050000;
    private const uint NotPermitted = Error | 1;
    private const uint NoSuchCall = Error | 38;
    private const uint AuditX64 = 0xC000003E;
    private const uint AuditArm64 = 0xC00000B7;

    /// <summary>Calls of the x32 ABI have this bit. They have the architecture code of x86-64.</summary>
    private const uint X32 = 0x40000000;

    /// <summary>linux/sched.h: what a C library asks for a thread; no new process, no new namespace.</summary>
    private const uint ThreadFlags = 0x7D0F00;
    private const uint CloneThread = 0x10000;

    private const uint SetName = 15;
    private const uint RlimitCpu = 0;

    // Offsets in struct seccomp_data. Only the lower half of an argument is read: the kernel takes these arguments as 32-bit numbers.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint First = 16;
    private const uint Second = 24;

    // linux/bpf_common.h
    private const ushort LoadWord = 0x20;
    private const ushort IsEqual = 0x15;
    private const ushort IsAtLeast = 0x35;
    private const ushort And = 0x54;
    private const ushort Return = 0x06;

    private static readonly NumberOfCall[] _allowed =
    [
        // What is open already: the two pipes.
        new("read", 0, 63), new("write", 1, 64), new("readv", 19, 65), new("writev", 20, 66), new("pread64", 17, 67),
        new("pwrite64", 18, 68), new("lseek", 8, 62), new("fstat", 5, 80), new("close", 3, 57),
        new("pipe2", 293, 59), // .NET makes one for each new thread
        new("poll", 7, 73), new("ppoll", 271, 73), // AArch64 has only ppoll
        // Memory. The JIT compiler needs executable pages.
        new("mmap", 9, 222), new("mprotect", 10, 226), new("munmap", 11, 215), new("mremap", 25, 216), new("madvise", 28, 233),
        new("brk", 12, 214), new("mlock", 149, 228),
        // Threads of this process. The garbage collector stops them by a signal.
        new("futex", 202, 98), new("rt_sigaction", 13, 134), new("rt_sigprocmask", 14, 135), new("rt_sigreturn", 15, 139),
        new("sigaltstack", 131, 132), new("sched_yield", 24, 124), new("sched_getaffinity", 204, 123), new("sched_getparam", 143, 121),
        new("sched_getscheduler", 145, 120), new("sched_get_priority_max", 146, 125), new("sched_get_priority_min", 147, 126),
        new("membarrier", 324, 283), new("set_robust_list", 273, 99), new("rseq", 334, 293), new("set_tid_address", 218, 96),
        new("getpid", 39, 172), new("gettid", 186, 178), new("getcpu", 309, 168), new("restart_syscall", 219, 128),
        new("exit", 60, 93), new("exit_group", 231, 94),
        // Time and the machine.
        new("clock_gettime", 228, 113), new("clock_getres", 229, 114), new("clock_nanosleep", 230, 115), new("nanosleep", 35, 101),
        new("gettimeofday", 96, 169), new("getrusage", 98, 165), new("times", 100, 153), new("sysinfo", 99, 179),
        new("getrandom", 318, 278),
    ];

    /// <summary>Closes this process, with all its threads. Needs PR_SET_NO_NEW_PRIVS (<see cref="ChildLimits"/>).</summary>
    /// <returns>Null: closed. Else the reason for the log, in ASCII.</returns>
    public static unsafe string? Close()
    {
        bool isX64 = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;
        if (!isX64 && RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.Arm64)
            return $"a system-call filter (none is written for {RuntimeInformation.ProcessArchitecture})";
        ulong[] program = Program(isX64, (uint)Environment.ProcessId);
        fixed (ulong* instructions = program)
        {
            FilterProgram filter = new() { Length = (ushort)program.Length, Instructions = instructions };
            nint answer = syscall(isX64 ? 317 : 277, SetModeFilter, AllThreads, (nint)(&filter));
            return answer switch
            {
                0 => null,
                < 0 => $"a system-call filter (seccomp: errno {Marshal.GetLastPInvokeError()})",
                _ => "a system-call filter (seccomp: a thread has another filter)",
            };
        }
    }

    /// <summary>Instructions of classic BPF, each as struct sock_filter in one number.</summary>
    private static ulong[] Program(bool isX64, uint process)
    {
        List<ulong> program =
        [
            Step(LoadWord, Architecture), Step(IsEqual, isX64 ? AuditX64 : AuditArm64, yes: 1), Step(Return, KillProcess),
            Step(LoadWord, Number), Step(IsAtLeast, X32, no: 1), Step(Return, KillProcess),
        ];
        foreach (NumberOfCall call in _allowed) program.AddRange(When(call, Step(Return, Allow)));
        // Signals to threads of this process only.
        program.AddRange(When(new("tgkill", 234, 131), [.. Require(First, process), Step(Return, Allow)]));
        program.AddRange(When(new("prctl", 157, 167), [.. Require(First, SetName), Step(Return, Allow)]));
        // ChildLimits.RenewCpu.
        program.AddRange(When(new("prlimit64", 302, 261), [.. Require(First, 0), .. Require(Second, RlimitCpu), Step(Return, Allow)]));
        // .NET gives each new thread the processors of the process, and no thread starts without it. Own thread only.
        program.AddRange(When(new("sched_setaffinity", 203, 122), [.. Require(First, 0), Step(Return, Allow)]));
        program.AddRange(When(new("clone", 56, 220),
            [.. Require(First, 0, ~ThreadFlags), .. Require(First, CloneThread, CloneThread), Step(Return, Allow)]));
        // Its flags are in memory, where no filter can look. After this answer a C library uses clone.
        program.AddRange(When(new("clone3", 435, 435), Step(Return, NoSuchCall)));
        program.Add(Step(Return, NotPermitted));
        return [.. program];

        ulong[] When(NumberOfCall call, params ulong[] then) =>
            [Step(IsEqual, isX64 ? call.X64 : call.Arm64, no: (byte)then.Length), .. then];
    }

    /// <summary>Goes on if the bits of <paramref name="mask"/> of the argument are <paramref name="value"/>, else answers EPERM.</summary>
    private static ulong[] Require(uint argument, uint value, uint mask = uint.MaxValue) =>
        [Step(LoadWord, argument), Step(And, mask), Step(IsEqual, value, yes: 1), Step(Return, NotPermitted)];

    private static ulong Step(ushort code, uint value, byte yes = 0, byte no = 0) =>
        code | ((ulong)yes << 16) | ((ulong)no << 24) | ((ulong)value << 32);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint syscall(nint number, nint a, nint b, nint c);

    /// <summary>Numbers of asm/unistd_64.h and asm-generic/unistd.h.</summary>
    private readonly record struct NumberOfCall(string Name, uint X64, uint Arm64);

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct FilterProgram
    {
        public ushort Length;
        public ulong* Instructions;
    }
}
