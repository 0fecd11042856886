using System.Diagnostics;
using System.Text.Json;

namespace Kiosk.Lab.Desk;

/// <summary>The reception terminal as a process of its own beside the desk, with a throw-away CA made for this run.</summary>
internal sealed class ReceptionChild : IAsyncDisposable
{
    /// <summary>The facility's 目視 code at the desk.</summary>
    public const string StaffCode = "246810";

    /// <summary>Folder beside the configuration with the simulated institution's files.</summary>
    public const string InstitutionFolder = "institution";

    private readonly Process _process;

    private ReceptionChild(Process process, string folder, int linkPort, Uri page) => (_process, Folder, LinkPort, Page) = (process, folder, linkPort, page);

    /// <summary>Holds ca.pem, the kiosk's certificate and key.</summary>
    public string Folder { get; }

    public int LinkPort { get; }

    /// <summary>Signs one browser in.</summary>
    public Uri Page { get; }

    /// <param name="jpkiCa">DER of the CA of the desk's cards: the reception checks their chain as it would a real one's.</param>
    public static async Task<ReceptionChild> StartAsync(string folder, string kiosk, byte[] jpkiCa, int pagePort, CancellationToken stop)
    {
        await RunAsync("", stop, "pki", "--dir", folder, "--name", "localhost", "--name", "127.0.0.1", "--kiosk", kiosk);
        await File.WriteAllBytesAsync(Path.Combine(folder, "jpki-ca.der"), jpkiCa, stop);
        string config = Path.Combine(folder, "reception.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            database = "reception.db",
            caFile = "ca.pem",
            certificateFile = "server.pem",
            keyFile = "server.key",
            listen = "127.0.0.1",
            port = 0,
            jpkiCaFiles = new[] { "jpki-ca.der" },
            staffCodeFile = "staff-codes.json",
            // A site that asks all there is to ask.
            site = new { asksPmh = true, asksPrescriptionForm = true, phones = new[] { "android", "iphone" } },
            oqs = new { institution = "1312345678", face = "OQS/Face", requests = "OQS/Req", results = "OQS/Res" },
            desk = new { port = pagePort },
        }), stop);
        await RunAsync(StaffCode + "\n", stop, "staff-code", "--config", config, "--set", "desk-nurse");
        Process process = Start(LabFiles.Lab, "reception", "run", "--config", config, "--institution", Path.Combine(folder, InstitutionFolder));
        try
        {
            string port = await LineAsync(process, "link port: ", stop);
            string page = await LineAsync(process, "page: ", stop);
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return new ReceptionChild(process, folder, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), new Uri(page));
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    private static async Task<string> LineAsync(Process process, string prefix, CancellationToken stop)
    {
        while (await process.StandardOutput.ReadLineAsync(stop) is string line)
            if (line.StartsWith(prefix, StringComparison.Ordinal)) return line[prefix.Length..];
        throw new InvalidOperationException("the reception terminal did not start; its reason is above");
    }

    private static async Task RunAsync(string input, CancellationToken stop, params string[] arguments)
    {
        using Process process = Start(LabFiles.Reception, arguments);
        await process.StandardInput.WriteAsync(input.AsMemory(), stop);
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0) throw new InvalidOperationException($"reception {arguments[0]} ended with {process.ExitCode}; its reason is above");
    }

    private static Process Start(string dll, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [dll, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })
        ?? throw new InvalidOperationException("dotnet does not start");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }
}
