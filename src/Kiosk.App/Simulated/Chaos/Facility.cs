using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Kiosk.App.Simulated.Chaos;

/// <summary>A folder with certificates, and a reception process that can be killed and started again on the same port.</summary>
internal sealed class Facility : IAsyncDisposable
{
    private readonly string _dll;
    private readonly string _config;
    private readonly string? _preload;
    private Process? _process;

    private Facility(string dll, string folder, string? preload)
    {
        (_dll, Folder, _preload) = (dll, folder, preload);
        _config = Path.Combine(folder, "reception.json");
        Port = FreePort();
    }

    public string Folder { get; }

    public int Port { get; }

    /// <summary>Of the reception, while it runs.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="folder">Made here; the caller deletes it.</param>
    /// <param name="store">Of the reception.</param>
    /// <param name="preload">A library the reception is started with (control: one that does not sync).</param>
    public static async Task<Facility> MakeAsync(string folder, ChaosStore store, IEnumerable<string> kiosks, string? preload, CancellationToken stop)
    {
        string dll = Environment.GetEnvironmentVariable("KIOSK_RECEPTION") ?? Path.Combine(AppContext.BaseDirectory, "../../Kiosk.ReceptionTerminal/debug/reception.dll");
        Facility facility = new(dll, folder, preload);
        using (Process pki = Start("dotnet", [dll, "pki", "--dir", folder, "--name", "127.0.0.1", .. kiosks.SelectMany(k => (string[])["--kiosk", k])], null))
        {
            await pki.StandardOutput.ReadToEndAsync(stop);
            await pki.WaitForExitAsync(stop);
            if (pki.ExitCode != 0) throw new InvalidOperationException("reception pki failed; its reason is above");
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

    /// <summary>Returns when it hears kiosks.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        _process = Start("dotnet", [_dll, "run", "--config", _config], _preload);
        while (await _process.StandardOutput.ReadLineAsync(stop) is string line)
        {
            if (!line.StartsWith("page: ", StringComparison.Ordinal)) continue;
            _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return;
        }

        throw new InvalidOperationException("the reception did not start; its reason is above");
    }

    /// <summary>kill -9.</summary>
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

    public static Process Start(string program, IEnumerable<string> arguments, string? preload)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = preload is null };
        if (preload is not null) start.Environment["LD_PRELOAD"] = preload;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        if (preload is null)
        {
            // Refused handshakes are what these runs are made of; only the last word of a process that ends by itself matters.
            process.ErrorDataReceived += (_, line) => { if (line.Data?.StartsWith("reception:", StringComparison.Ordinal) == true) VisitCommand.Progress(line.Data); };
            process.BeginErrorReadLine();
        }
        return process;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
