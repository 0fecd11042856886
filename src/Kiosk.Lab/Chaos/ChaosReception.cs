using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.Lab.Desk;

namespace Kiosk.Lab.Chaos;

/// <summary>A reception process with a folder of certificates. It can be killed and started again on the same port.</summary>
internal sealed class ChaosReception : IAsyncDisposable
{
    private readonly string _dll;
    private readonly string _config;
    private readonly bool _sync;
    private Process? _process;

    private ChaosReception(string dll, string folder, bool sync)
    {
        (_dll, Folder, _sync) = (dll, folder, sync);
        _config = Path.Combine(folder, "reception.json");
        Port = FreePort();
    }

    public string Folder { get; }

    public int Port { get; }

    /// <summary>The page for staff, while the reception runs.</summary>
    public Uri Page { get; private set; } = new("http://127.0.0.1");

    /// <summary>Process id of the reception while it runs.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Resident memory of the reception, bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="folder">Folder to create; the caller deletes it.</param>
    /// <param name="store">Database of the reception.</param>
    /// <param name="sync">False: control run, the syncs of the reception do nothing.</param>
    public static async Task<ChaosReception> MakeAsync(string folder, ChaosStore store, IEnumerable<string> kiosks, bool sync,
        CancellationToken stop)
    {
        string dll = LabFiles.Reception;
        ChaosReception facility = new(dll, folder, sync);
        using (Process pki = Start(
            [dll, "pki", "--dir", folder, "--name", "127.0.0.1", .. kiosks.SelectMany(k => (string[])["--kiosk", k])]))
        {
            await pki.StandardOutput.ReadToEndAsync(stop);
            await pki.WaitForExitAsync(stop);
            if (pki.ExitCode != 0) throw new InvalidOperationException("reception pki failed; see the reason above");
        }

        await File.WriteAllTextAsync(facility._config, JsonSerializer.Serialize(new Dictionary<string, object>
        {
            [store.Key] = store.Where,
            ["caFile"] = "ca.pem",
            ["certificateFile"] = "server.pem",
            ["keyFile"] = "server.key",
            ["listen"] = "127.0.0.1",
            ["port"] = facility.Port,
            ["desk"] = new { port = 0 },
        }), stop);
        return facility;
    }

    /// <summary>Gives the reception accounts for staff, with one administrator. Call before it is started.</summary>
    public async Task AddAccountAsync(string id, string password, CancellationToken stop)
    {
        JsonNode options = JsonNode.Parse(await File.ReadAllTextAsync(_config, stop))!;
        options["staffFile"] = "staff.json";
        await File.WriteAllTextAsync(_config, options.ToJsonString(), stop);
        using Process staff = Start([_dll, "staff", "--config", _config, "--add", id, "--role", "admin"]);
        await staff.StandardInput.WriteLineAsync(password.AsMemory(), stop);
        await staff.StandardOutput.ReadToEndAsync(stop);
        await staff.WaitForExitAsync(stop);
        if (staff.ExitCode != 0) throw new InvalidOperationException("reception staff failed; see the reason above");
    }

    /// <summary>Starts the reception. Returns when it accepts kiosks.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        _process = Start([_dll, "run", "--config", _config], _sync);
        while (await _process.StandardOutput.ReadLineAsync(stop) is string line)
        {
            if (!line.StartsWith("page: ", StringComparison.Ordinal)) continue;
            Page = new Uri(line["page: ".Length..]);
            _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return;
        }

        throw new InvalidOperationException("the reception did not start; see the reason above");
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
    }

    /// <summary>Starts dotnet with these arguments.</summary>
    /// <param name="sync">False: its syncs do nothing.</param>
    public static Process Start(IEnumerable<string> arguments, bool sync = true)
    {
        ProcessStartInfo start = new("dotnet", sync ? arguments : NoSync.CommandLine("dotnet", arguments))
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started");
        // Refused handshakes are normal in these runs, so only the final message of a process that ends by itself is shown.
        process.ErrorDataReceived += (_, line) =>
            { if (line.Data?.StartsWith("reception:", StringComparison.Ordinal) == true) ProgressOutput.Print(line.Data); };
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
