using System.Runtime.InteropServices;
using Kiosk.Processes.Commands;

namespace Kiosk.Processes.Pictures;

/// <summary>The system calls of an attacker who has taken the closed decoder over (<c>kiosk-lab confined</c>).</summary>
public sealed class ConfinedTests
{
    private const int NotPermitted = 1;
    private const int NoSuchCall = 38;

    /// <summary>Windows and some sandboxes have none.</summary>
    internal static bool KernelHasFilters => File.Exists("/proc/sys/kernel/seccomp/actions_avail");

    [SkippableFact]
    public async Task Files_sockets_programs_processes_and_signals_to_others_are_refused_and_a_picture_still_opens()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && KernelHasFilters);
        ProgramRun run = await ProgramRun.OfAsync("kiosk-lab", "confined");
        Assert.True(run.Exit == 0, run.Output + run.Said);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[][] calls = [.. lines.Select(l => l.Split(' ')).Where(l => l.Length == 4)];
        string[] mustBeTried = ["open", "openat", "socket", "connect", "execve", "fork", "clone-process", "kill-parent", "ptrace",
            "process_vm_readv", "unlink", "rename", "mount", "memfd_create"];
        Assert.Subset(calls.Select(c => c[0]).ToHashSet(), mustBeTried.ToHashSet());
        Assert.All(calls, call =>
        {
            int refused = call[0] == "clone3" ? NoSuchCall : NotPermitted;
            // Before the lock the same call had another answer, so it is the lock that refuses.
            if (call[1] != "-") Assert.NotEqual(refused, int.Parse(call[1]));
            Assert.Equal((call[0], refused, refused), (call[0], int.Parse(call[2]), int.Parse(call[3])));
        });
        Assert.True(calls.Count(c => c[1] != "-") > 40, "too few calls were tried before the lock");
        Assert.Contains("again a system-call filter (seccomp: errno 1)", lines);
        Assert.Contains("thread 5050", lines);
        Assert.Contains("picture 64", lines);
    }

    [SkippableFact]
    public async Task A_call_of_another_architecture_ends_the_process()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && KernelHasFilters);
        ProgramRun run = await ProgramRun.OfAsync("kiosk-lab", "confined", "--foreign");
        Assert.Equal(128 + 31, run.Exit); // SIGSYS
    }
}
