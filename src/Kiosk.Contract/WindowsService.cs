using System.Runtime.Versioning;
using System.ServiceProcess;

namespace Kiosk.Contract;

/// <summary>Runs a program under the Windows service control manager, which stops a program that does not answer it.</summary>
/// <param name="run">Runs the program until cancelled. Its exit code becomes the service's exit code.</param>
[SupportedOSPlatform("windows")]
public sealed class WindowsService(Func<CancellationToken, Task<int>> run) : ServiceBase
{
    private readonly CancellationTokenSource _stop = new();
    private Task? _running;

    /// <summary>Returns when the service has ended.</summary>
    public static int Run(Func<CancellationToken, Task<int>> run)
    {
        using WindowsService service = new(run);
        Run(service);
        return service.ExitCode;
    }

    protected override void OnStart(string[] args) => _running = Task.Run(async () =>
    {
        try
        {
            ExitCode = await run(_stop.Token);
        }
        catch (Exception) when (!_stop.IsCancellationRequested)
        {
            // The program ended without a stop request. A nonzero exit code makes the manager's failure actions restart it.
            ExitCode = 1;
            Environment.Exit(1);
        }
    });

    protected override void OnStop()
    {
        _stop.Cancel();
        _running?.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)
            .Wait(TimeSpan.FromSeconds(5));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stop.Dispose();
        base.Dispose(disposing);
    }
}
