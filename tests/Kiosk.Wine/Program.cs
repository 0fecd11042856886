using Kiosk.App.Appliance;
using Kiosk.App.Commands;
using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.Wine;
using Microsoft.Extensions.Logging.Abstractions;

// As `kiosk run`, in a console or, with --service, under the service control manager.
// Arguments: --config FILE --check-ins FILE [--browser-url PAGE] [--service]
// Or: oqs REQUESTS RESULTS, the reception's folders for the レセコン.
ConsoleText.Prepare();
string Value(string option) => args[Array.IndexOf(args, option) + 1];
bool Has(string option) => Array.IndexOf(args, option) >= 0;

async Task<int> Run(CancellationToken stop)
{
    FileLink link = new(Value("--check-ins"));
    await ConfiguredKiosk.RunAsync(Config.Load(Value("--config")), null,
        kiosk => KioskService.RunUntilStoppedAsync(kiosk, Has("--browser-url") ? Value("--browser-url") : null, TimeProvider.System, stop),
        stop, given: link);
    return 0;
}

async Task<int> Oqs(CancellationToken stop)
{
    RequestFolder folder = new(args[1], args[2], "1312345678", "shift_jis", new(new NoCentre(), null, TimeProvider.System),
        new ReceptionTroubles(new ChangeSignal()),
        TimeProvider.System, NullLogger.Instance);
    await folder.RunAsync(stop);
    return 0;
}

if (OperatingSystem.IsWindows() && Has("--service")) return WindowsService.Run(Run);
using CancellationTokenSource end = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    end.Cancel();
};
try
{
    return args[0] == "oqs" ? await Oqs(end.Token) : await Run(end.Token);
}
catch (OperationCanceledException)
{
    return 130;
}
catch (FailureException failure)
{
    return ProgramErrors.Print(failure);
}
