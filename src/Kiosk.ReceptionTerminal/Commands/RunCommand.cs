using System.CommandLine;
using System.Runtime.InteropServices;
using Kiosk.Contract;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.ReceptionTerminal.Logging;
using Command = System.CommandLine.Command;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary><c>reception run</c>: until SIGTERM, Ctrl+C or the end of its terminal.</summary>
internal static class RunCommand
{
    /// <param name="parts">The outside services, made when the reception starts; null: none.</param>
    public static Command Make(Func<ParseResult, ReceptionParts>? parts = null)
    {
        Option<string> config = new("--config") { Description = "JSON configuration, see README.md", Required = true };
        Option<bool> service = new("--service") { Description = "Windows: run under the service control manager" };
        Command command = new("run", "Serves kiosks and the page for staff.") { config, service };
        command.SetAction((parsed, stop) =>
        {
            Task<int> Run(CancellationToken until) =>
                RunAsync(ReceptionConfig.Load(parsed.GetValue(config)!), parts?.Invoke(parsed) ?? new ReceptionParts(), until);
            if (!OperatingSystem.IsWindows() || !parsed.GetValue(service)) return Run(stop);
            return Task.FromResult(WindowsService.Run(Run));
        });
        return command;
    }

    private static async Task<int> RunAsync(ReceptionOptions options, ReceptionParts parts, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => End(s, end));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => End(s, end));
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, s => End(s, end));
        LossCount loss = new();
        using ILoggerProvider log = LogSetup.ToConsole(loss);
        await using ReceptionHost host = await ReceptionHost.StartAsync(options, parts, end.Token, log: log, loss: loss);
        Print($"link port: {host.LinkPort}", loss);
        if (host.WaitingUrl is { } waiting) Print($"waiting display: {waiting}", loss);
        // An address that signs in must not stand in a log. The service manager names its log in this variable (systemd.exec(5)).
        bool isLogged = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
        Print($"page: {(isLogged ? host.DeskUrl : host.SignInUrl())}", loss);
        if (!isLogged) host.SignInUsed += (_, _) => Print($"page (next sign-in): {host.SignInUrl()}", loss);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    /// <summary>A console that cannot be written, for example a redirect to a full disk, must not stop the reception.</summary>
    private static void Print(string line, LossCount loss)
    {
        try
        {
            Console.WriteLine(line);
        }
        catch (IOException)
        {
            loss.AddLoss();
        }
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource end)
    {
        // Handled here: the default would end the process before the last answer was sent.
        signal.Cancel = true;
        end.Cancel();
    }
}
