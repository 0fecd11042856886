using System.CommandLine;
using System.Runtime.InteropServices;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary><c>reception run</c>: until SIGTERM or Ctrl+C.</summary>
internal static class RunCommand
{
    public static Command Make()
    {
        Option<string> config = new("--config") { Description = "JSON configuration, see README.md", Required = true };
        Command command = new("run", "Serves kiosks and the page for staff.") { config };
        command.SetAction((parsed, stop) => RunAsync(ReceptionConfig.Load(parsed.GetValue(config)!), stop));
        return command;
    }

    private static async Task<int> RunAsync(ReceptionOptions options, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => End(s, end));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => End(s, end));
        using ILoggerProvider log = LogSetup.ToConsole();
        await using ReceptionHost host = await ReceptionHost.StartAsync(options, end.Token, log: log);
        Console.WriteLine($"link port: {host.LinkPort}");
        Console.WriteLine($"page: {host.SignInUrl()}");
        host.SignInUsed += (_, _) => Console.WriteLine($"page (next sign-in): {host.SignInUrl()}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource end)
    {
        // Handled here: the default would end the process before the last answer was sent.
        signal.Cancel = true;
        end.Cancel();
    }
}
