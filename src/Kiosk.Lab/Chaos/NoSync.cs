using System.CommandLine;
using System.Runtime.InteropServices;
using Kiosk.Lab.Desk;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// `kiosk-lab chaos without-sync -- PROGRAM …`: executes that program with fsync and similar calls that succeed and do nothing. It is the
/// control of the power cuts. A seccomp filter answers in place of the kernel, so every way to make the call is covered. A library in
/// LD_PRELOAD would not be enough: .NET looks functions up in libc itself, as for the journal.
/// </summary>
internal static class NoSync
{
    // linux/seccomp.h, linux/filter.h, linux/audit.h.
    private const int PrSetSeccomp = 22, PrSetNoNewPrivileges = 38, ModeFilter = 2;
    private const ushort Load = 0x20, JumpIfEqual = 0x15, Return = 0x06;
    private const uint Allow = 0x7FFF0000, SucceedAndDoNothing = 0x00050000;
    private const uint ArchitectureX64 = 0xC000003E, ArchitectureArm64 = 0xC00000B7;

    /// <summary>fsync, fdatasync, sync, sync_file_range, syncfs.</summary>
    private static readonly uint[] s_x64 = [74, 75, 162, 277, 306], s_arm64 = [82, 83, 81, 84, 267];

    /// <summary>Why it cannot be used on this machine; null: it can.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "Linux only" : RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 ? null
            : "x64 and arm64 only";

    /// <summary>The command line that runs <paramref name="program"/> without sync.</summary>
    public static IEnumerable<string> CommandLine(string program, IEnumerable<string> arguments) =>
        [LabFiles.Lab, "chaos", "without-sync", "--", program, .. arguments];

    public static Command Make()
    {
        Argument<string[]> line = new("program") { Arity = ArgumentArity.OneOrMore };
        Command command = new("without-sync", "runs a program whose syncs do nothing") { line };
        command.Hidden = true;
        command.SetAction(options => Execute(options.GetValue(line)!));
        return command;
    }

    /// <returns>Returns only if the program cannot be started.</returns>
    private static int Execute(string[] line)
    {
        bool x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        uint[] calls = x64 ? s_x64 : s_arm64;
        List<Instruction> filter = [new(Load, 0, 0, 4), new(JumpIfEqual, 1, 0, x64 ? ArchitectureX64 : ArchitectureArm64),
            new(Return, 0, 0, Allow), new(Load, 0, 0, 0)];
        // On a match, the filter jumps over the remaining comparisons and over the instruction that allows the call.
        filter.AddRange(calls.Select((call, i) => new Instruction(JumpIfEqual, (byte)(calls.Length - i), 0, call)));
        filter.AddRange([new(Return, 0, 0, Allow), new(Return, 0, 0, SucceedAndDoNothing)]);
        int size = Marshal.SizeOf<Instruction>();
        nint at = Marshal.AllocHGlobal(size * filter.Count);
        for (int i = 0; i < filter.Count; i++) Marshal.StructureToPtr(filter[i], at + (i * size), false);
        FilterProgram program = new((ushort)filter.Count, at);
        nint[] arguments = [.. line.Select(Marshal.StringToCoTaskMemUTF8), 0];
        // Both settings belong to this thread. The program that replaces this process inherits them.
        if (Control(PrSetNoNewPrivileges, 1, 0, 0, 0) == 0 && Control(PrSetSeccomp, ModeFilter, ref program, 0, 0) == 0)
            _ = Execute(arguments[0], arguments);
        Console.Error.WriteLine($"{line[0]}: {Marshal.GetLastPInvokeErrorMessage()}");
        return 2;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte whenEqual, byte otherwise, uint value)
    {
        public readonly ushort Code = code;
        public readonly byte WhenEqual = whenEqual, Otherwise = otherwise;
        public readonly uint Value = value;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct FilterProgram(ushort length, nint filter)
    {
        public readonly ushort Length = length;
        public readonly nint Filter = filter;
    }

#pragma warning disable SYSLIB1054 // DllImport needs no unsafe code; these are three calls of a test tool.
    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint mode, ref FilterProgram program, nuint c, nuint d);

    [DllImport("libc", EntryPoint = "execvp", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(nint file, nint[] arguments);
#pragma warning restore SYSLIB1054
}
