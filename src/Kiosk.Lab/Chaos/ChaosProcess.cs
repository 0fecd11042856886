using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Kiosk.Lab.Desk;

namespace Kiosk.Lab.Chaos;

/// <summary>One kiosk process of a chaos run.</summary>
internal sealed class ChaosProcess : IDisposable
{
    private readonly Process _process;

    private ChaosProcess(Process process) => _process = process;

    /// <summary>Starts it. Returns when it has asked the reception about its journal and serves patients.</summary>
    /// <param name="sync">False: control run, the syncs of its journal do nothing.</param>
    public static async Task<ChaosProcess> StartAsync(ChaosClientOptions o, bool sync, CancellationToken stop)
    {
        List<string> arguments =
        [
            LabFiles.Lab, "chaos", "client", "--folder", o.Folder, "--id", o.Id,
            "--port", o.Port.ToString(CultureInfo.InvariantCulture), "--journal", o.Journal, "--told", o.Told,
        ];
        if (o.RamQueue) arguments.Add("--ram-queue");
        ChaosProcess client = new(ChaosReception.Start(arguments, sync));
        while (await client._process.StandardOutput.ReadLineAsync(stop) is string line)
            if (line == "go") return client;
        throw new InvalidOperationException($"the chaos client {o.Id} ended with exit code {client._process.ExitCode}");
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Stops the process between two instructions, as a power cut does. <see cref="Thaw"/> continues it.</summary>
    public Task FreezeAsync(TimeProvider time, CancellationToken stop) => FreezeAsync(_process.Id, time, stop);

    public void Thaw() => Signal(_process.Id, PosixContinue);

    /// <summary>
    /// Returns when the last thread has stopped. On a busy machine the signal takes effect only when one thread has run to receive it. What
    /// the other threads do until then would count as lost.
    /// </summary>
    /// <exception cref="TimeoutException">The process did not stop within 20 s.</exception>
    public static async Task FreezeAsync(int process, TimeProvider time, CancellationToken stop)
    {
        Signal(process, PosixStop);
        for (int i = 0; i < 20_000; i++)
        {
            if (Directory.GetDirectories($"/proc/{process}/task").All(IsStopped)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, stop);
        }

        throw new TimeoutException($"process {process} does not stop");
    }

    /// <summary>True for state T or t. The state is the word after the name in parentheses (proc(5)).</summary>
    private static bool IsStopped(string thread)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(thread, "stat"));
            return stat[stat.LastIndexOf(')') + 2] is 'T' or 't';
        }
        catch (IOException)
        {
            // The thread has ended.
            return true;
        }
    }

    public static void Signal(int process, int signal)
    {
        if (Kill(process, signal) != 0) throw new InvalidOperationException($"signal {signal} to {process} failed");
    }

    private const int PosixStop = 19;
    public const int PosixContinue = 18;

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

#pragma warning disable SYSLIB1054 // DllImport needs no unsafe code; this is one call of a test tool.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
#pragma warning restore SYSLIB1054
}
