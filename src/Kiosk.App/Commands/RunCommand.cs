using System.CommandLine;
using Kiosk.App.Appliance;
using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.Contract;
using Command = System.CommandLine.Command;

namespace Kiosk.App.Commands;

/// <summary>`kiosk run --config FILE`: serves patients with the reader, camera and reception that the file names, until stopped.</summary>
internal static class RunCommand
{
    public static Command Make()
    {
        Option<FileInfo> config = new("--config")
        {
            Description = "the configuration, JSON; all keys are in src/Kiosk.App/README.md",
            Required = true,
        };
        Option<string?> urlFile = new("--browser-url")
        {
            Description = "a named pipe, or a page (.html), from which the browser reads its address; default: it is printed",
        };
        Option<string?> session = new("--browser-session")
        {
            Description = "a file that keeps the browser's session over a restart of the kiosk",
        };
        Option<string?> decoder = new("--decoder")
        {
            Description = "a Unix socket whose owner runs the decoder of the card's pictures; default: a child of this program",
        };
        Option<bool> service = new("--service") { Description = "Windows: run under the service control manager" };
        Command command = new("run", "serve patients with real devices") { config, urlFile, session, decoder, service };
        command.SetAction((options, stop) =>
        {
            async Task<int> Run(CancellationToken until)
            {
                await ConfiguredKiosk.RunAsync(
                    Config.Load(options.GetValue(config)!.FullName),
                    options.GetValue(session),
                    kiosk => KioskService.RunUntilStoppedAsync(kiosk, options.GetValue(urlFile), TimeProvider.System, until),
                    until,
                    options.GetValue(decoder));
                return 0;
            }

            if (!OperatingSystem.IsWindows() || !options.GetValue(service)) return Run(stop);
            return Task.FromResult(WindowsService.Run(Run));
        });
        return command;
    }
}
