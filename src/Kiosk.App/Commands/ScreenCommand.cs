using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Kiosk.App.Appliance;
using Kiosk.Core.Failures;

namespace Kiosk.App.Commands;

/// <summary>`kiosk screen`: the shell of the screen's account on Windows. Runs Edge with the patient's page and starts it again when the
/// page is gone.</summary>
internal static class ScreenCommand
{
    public static Command Make()
    {
        Option<string> browser = new("--browser")
        {
            Description = "the browser's program",
            DefaultValueFactory = _ => Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86), "Microsoft", "Edge", "Application", "msedge.exe"),
        };
        Option<string> page = new("--page")
        {
            Description = "the page with the screen's address, as `kiosk run --browser-url` writes it",
            Required = true,
        };
        Option<int> port = new("--port") { Description = "the port of the kiosk's screen", DefaultValueFactory = _ => 8600 };
        Command command = new("screen", "Windows: run the browser of the patient's screen") { browser, page, port };
        command.SetAction((options, stop) =>
            RunAsync(options.GetValue(browser)!, options.GetValue(page)!, options.GetValue(port), stop));
        return command;
    }

    private static async Task<int> RunAsync(string browser, string page, int port, CancellationToken stop)
    {
        if (!File.Exists(browser))
            throw new FailureException(Failure.ConfigBroken, $"--browser {browser}: there is no such program; name the browser");
        // The console window of this program must not be seen behind the browser.
        if (OperatingSystem.IsWindows()) _ = FreeConsole();
        using HttpClient kiosk = new() { Timeout = TimeSpan.FromSeconds(5) };
        Uri health = new($"http://127.0.0.1:{port}/healthz");
        ProcessStartInfo start = new(browser,
        [
            "--kiosk", page, "--edge-kiosk-type=fullscreen", "--no-first-run", "--disable-features=Translate",
            "--kiosk-idle-timeout-minutes=0",
        ]);
        await new BrowserSupervisor(() => new BrowserSupervisor.BrowserProcess(start), AskAsync, TimeProvider.System).RunAsync(stop);
        return 0;

        async Task<PageState?> AskAsync(CancellationToken until)
        {
            try
            {
                return BrowserSupervisor.Parse(await kiosk.GetStringAsync(health, until));
            }
            catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !until.IsCancellationRequested)
            {
                // The kiosk is being started again. Its page connects by itself.
                return null;
            }
        }
    }

#pragma warning disable SYSLIB1054 // DllImport needs no unsafe code.
    [SupportedOSPlatform("windows")]
    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool FreeConsole();
#pragma warning restore SYSLIB1054
}
