using System.Diagnostics;
using Kiosk.Processes.Image;

namespace Kiosk.Processes.Commands;

/// <summary>The script <c>dev</c>, with programs that stand for apt-get, dotnet and sleep.</summary>
public sealed class DevScriptTests : IDisposable
{
    private const string Locked =
        "echo 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)' >&2; exit 100";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-dev");

    public DevScriptTests()
    {
        File.Copy(Path.Combine(Shell.Root, "dev"), At("dev"));
        File.Copy(Path.Combine(Shell.Root, "global.json"), At("global.json"));
        Program("dpkg-query", "exit 1");
        Program("dotnet", "echo \"dotnet $*\" >>\"$CALLS\"");
        Program("sleep", "echo \"sleep $*\" >>\"$CALLS\"");
        Program("sudo", "while [ \"${1#-}\" != \"$1\" ]; do shift; done; exec \"$@\"");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableFact]
    public void It_passes_shellcheck()
    {
        Skip.IfNot(Shell.Has("shellcheck"), "shellcheck is missing");
        (int exit, string said) = Shell.Run("shellcheck", ["-S", "warning", Path.Combine(Shell.Root, "dev")]);
        Assert.True(exit == 0, said);
    }

    [Fact]
    public void It_waits_for_the_package_managers_lock_and_says_so()
    {
        Program("apt-get", $"""
            echo "apt-get $*" >>"$CALLS"
            [ "$(grep -c '^apt-get' "$CALLS")" -gt 3 ] || {"{"} {Locked}; {"}"}
            """);
        (int exit, string said) = Dev("card", "list");
        Assert.True(exit == 0, said);
        Assert.Contains("waiting for the package manager", said, StringComparison.Ordinal);
        Assert.Contains("4711", said, StringComparison.Ordinal);
        Assert.Contains("kiosk-lab.dll card list", Calls(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_gives_up_after_its_patience()
    {
        Program("apt-get", Locked);
        (int exit, string said) = Dev("card", "list");
        Assert.Equal(2, exit);
        Assert.Contains("after 20 s", said, StringComparison.Ordinal);
        Assert.DoesNotContain("kiosk-lab.dll", Calls(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_shows_the_last_lines_when_a_package_cannot_be_installed()
    {
        Program("apt-get", "seq 1 40; echo 'E: Unable to locate package pcscd'; exit 100");
        (int exit, string said) = Dev("card", "list");
        Assert.Equal(2, exit);
        Assert.Contains("Unable to locate package pcscd", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\n20\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("sleep", Calls(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_hears_SIGINT_when_a_shell_started_it_in_the_background()
    {
        Program("dpkg-query", "echo 'install ok installed'");
        // The last program that it starts: what it ignores, the desk ignores.
        Program("dotnet", "[ \"$1\" = build ] || sed -n 's/^SigIgn:[[:space:]]*//p' /proc/$$/status >>\"$CALLS\"");
        using Process shell = Process.Start(Start("/bin/sh", "-c", "./dev card list & wait"))!;
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        string ignored = Calls().Trim().Split('\n')[^1];
        Assert.Equal(0, Convert.ToInt64(ignored, 16) & 2);
    }

    private (int Exit, string Said) Dev(params string[] arguments)
    {
        using Process process = Process.Start(Start("bash", [At("dev"), .. arguments]))!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "dev did not end");
        return (process.ExitCode, output + error.Result);
    }

    private ProcessStartInfo Start(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["PATH"] = $"{_folder.FullName}/bin:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["CALLS"] = At("calls");
        start.Environment["KIOSK_APT_PATIENCE"] = "20";
        return start;
    }

    private string Calls() => File.Exists(At("calls")) ? File.ReadAllText(At("calls")) : "";

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Program(string name, string script)
    {
        string file = Path.Combine(_folder.CreateSubdirectory("bin").FullName, name);
        File.WriteAllText(file, $"#!/bin/bash\n{script}\n");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
