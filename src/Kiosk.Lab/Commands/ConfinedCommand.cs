using System.CommandLine;
using System.Runtime.InteropServices;
using Kiosk.Devices.PictureDecoder;
using OpenCvSharp;

namespace Kiosk.Lab.Commands;

/// <summary>
/// `kiosk-lab confined`: closes itself as the decoder of card pictures does, and then makes the system calls of an attacker who has taken
/// the decoder over. One line a call: name, errno before, errno after, errno in a thread that is older than the lock; 0 = done,
/// - = not tried before, because it would change this process or needs rights. Linux on x86-64 only.
/// </summary>
internal static partial class ConfinedCommand
{
    /// <summary>A call of the x32 ABI: getpid.</summary>
    private const nint ForeignCall = 0x40000000 | 39;

    private const nint Here = -100; // AT_FDCWD

    public static Command Make()
    {
        Option<bool> foreign = new("--foreign") { Description = "then makes a call of the x32 ABI, which must end the process" };
        Command command = new("confined", "tries what the closed decoder of card pictures must not be able to do") { foreign };
        command.Hidden = true;
        command.SetAction(given => Run(given.GetValue(foreign)));
        return command;
    }

    private static int Run(bool foreign)
    {
        using Mat grey = new(64, 64, MatType.CV_8UC1, Scalar.All(128));
        Cv2.ImEncode(".jp2", grey, out byte[] jp2);
        TextWriter output = Console.Out;
        output.WriteLine("start");
        DecoderChild.WarmUp();
        Try[] tries = Tries();
        int[] before = [.. tries.Select(t => t.IsHarmless ? Errno(t) : -1)];
        int[] older = new int[tries.Length];
        using ManualResetEventSlim closed = new();
        Thread old = new(() =>
        {
            closed.Wait();
            for (int i = 0; i < tries.Length; i++) older[i] = Errno(tries[i]);
        });
        old.Start();
        if (!DecoderLock.Close(out string? missing)) return 70;
        if (missing is not null)
        {
            output.WriteLine($"missing {missing}");
            return 71;
        }

        if (foreign) syscall(ForeignCall, 0, 0, 0, 0, 0, 0);
        closed.Set();
        int[] after = [.. tries.Select(Errno)];
        old.Join();
        for (int i = 0; i < tries.Length; i++)
            output.WriteLine($"{tries[i].Name} {(before[i] < 0 ? "-" : $"{before[i]}")} {after[i]} {older[i]}");
        output.WriteLine($"again {SystemCallFilter.Close()}");
        int sum = 0;
        Thread made = new(() => sum = Enumerable.Range(1, 100).Sum());
        made.Start();
        made.Join();
        output.WriteLine($"thread {sum}");
        for (int i = 0; i < 20; i++)
        {
            using Mat picture = CardPortrait.Decode(jp2);
            if (picture.Width != 64) return 1;
            GC.Collect();
        }

        output.WriteLine("picture 64");
        output.Flush();
        return 0;
    }

    private static int Errno(Try call)
    {
        nint answer = syscall(call.Number, call.A, call.B, call.C, call.D, call.E, 0);
        int error = Marshal.GetLastPInvokeError();
        // A process that must not exist.
        if (call.MakesProcess && answer == 0) syscall(231, 99, 0, 0, 0, 0, 0);
        return answer is < 0 and >= -4095 ? error : 0;
    }

    /// <summary>Harmless: any user may make it before the lock, and it changes nothing or fails for another reason than its rights.
    /// </summary>
    private static Try[] Tries()
    {
        nint file = Text("/proc/self/status");
        nint nothing = Text("/nonexistent/file");
        nint parent = (nint)getppid();
        return
        [
            new("open", 2, file), new("openat", 257, Here, file), new("openat2", 437, Here, file), new("creat", 85, nothing, 384),
            new("stat", 4, file), new("newfstatat", 262, Here, nothing), new("statx", 332, Here, nothing), new("access", 21, file),
            new("readlink", 89, nothing), new("getdents64", 217, -1), new("chdir", 80, nothing),
            new("unlink", 87, nothing), new("unlinkat", 263, Here, nothing), new("rename", 82, nothing, nothing),
            new("renameat", 264, Here, nothing, Here, nothing), new("renameat2", 316, Here, nothing, Here, nothing),
            new("mkdir", 83, nothing), new("rmdir", 84, nothing), new("link", 86, nothing, nothing),
            new("symlink", 88, file, nothing),
            new("chmod", 90, nothing), new("truncate", 76, nothing), new("ftruncate", 77, -1), new("fchmod", 91, -1),
            new("socket", 41, 2, 1), new("socket-unix", 41, 1, 1), new("socket-netlink", 41, 16, 3), new("socketpair", 53, 1, 1),
            new("connect", 42, -1), new("bind", 49, -1), new("listen", 50, -1), new("accept4", 288, -1), new("sendto", 44, -1),
            new("sendmsg", 46, -1), new("recvmsg", 47, -1),
            new("execve", 59, nothing), new("execveat", 322, Here, nothing),
            new("fork", 57) { IsHarmless = false, MakesProcess = true }, new("vfork", 58) { IsHarmless = false, MakesProcess = true },
            new("clone-process", 56, 17) { IsHarmless = false, MakesProcess = true },
            new("clone-namespace", 56, 0x10000011) { IsHarmless = false, MakesProcess = true },
            new("clone-shared-memory", 56, 0xF11) { IsHarmless = false, MakesProcess = true },
            new("clone3", 435), new("unshare", 272, 0x40000000) { IsHarmless = false }, new("setns", 308, -1),
            new("kill-parent", 62, parent), new("kill-self", 62, Environment.ProcessId), new("tgkill-parent", 234, parent, parent),
            new("tkill-parent", 200, parent), new("rt_sigqueueinfo", 129, parent) { IsHarmless = false },
            new("pidfd_open", 434, parent), new("pidfd_send_signal", 424, -1),
            new("ptrace", 101, 2, parent) { IsHarmless = false }, new("process_vm_readv", 310, parent) { IsHarmless = false },
            new("process_vm_writev", 311, parent) { IsHarmless = false }, new("kcmp", 312, parent) { IsHarmless = false },
            new("sched_setaffinity-parent", 203, parent, 0) { IsHarmless = false },
            new("prlimit-parent", 302, parent) { IsHarmless = false }, new("prlimit-files", 302, 0, 7),
            new("prctl-dumpable", 157, 3), new("seccomp", 317, 99), new("setuid", 105, -1), new("capset", 126) { IsHarmless = false },
            new("mount", 165, nothing, nothing) { IsHarmless = false }, new("umount2", 166, nothing) { IsHarmless = false },
            new("pivot_root", 155, nothing, nothing) { IsHarmless = false }, new("chroot", 161, nothing) { IsHarmless = false },
            new("memfd_create", 319, nothing, 99), new("io_uring_setup", 425) { IsHarmless = false },
            new("bpf", 321, 99) { IsHarmless = false }, new("perf_event_open", 298) { IsHarmless = false },
            new("userfaultfd", 323) { IsHarmless = false }, new("keyctl", 250, 99) { IsHarmless = false },
            new("dup", 32, 0), new("fcntl", 72, 0, 3), new("ioctl", 16, 0, 0x5401), new("eventfd2", 290),
            new("epoll_create1", 291), new("inotify_init1", 294), new("shmget", 29, 99) { IsHarmless = false },
        ];
    }

    private static nint Text(string text) => Marshal.StringToCoTaskMemUTF8(text);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int getppid();

    /// <summary>A call with the numbers of asm/unistd_64.h.</summary>
    private sealed record Try(string Name, nint Number, nint A = 0, nint B = 0, nint C = 0, nint D = 0, nint E = 0)
    {
        public bool IsHarmless { get; init; } = true;
        public bool MakesProcess { get; init; }
    }
}
