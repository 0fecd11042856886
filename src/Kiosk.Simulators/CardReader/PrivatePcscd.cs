using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// A pcscd with a virtual reader that nobody else on the machine sees: own network (vpcd's port is fixed), mount and
/// process namespaces, its socket in a directory of ours. As many as wanted run side by side. When this process ends,
/// even by SIGKILL, the card process reads the end of its stdin, and as process 1 takes pcscd with it.
/// </summary>
public sealed partial class PrivatePcscd : IAsyncDisposable
{
    /// <summary>libpcsclite's own switch; read once a process, before its first call (winscard_msg.c).</summary>
    public const string SocketVariable = "PCSCLITE_CSOCK_NAME";

    // The bind must come from the directory entered before /run is covered.
    private const string Script = """
        set -e
        cd "$0"
        mount -t tmpfs none /run
        mkdir /run/pcscd
        mount --bind . /run/pcscd
        mount -t proc proc /proc 2>/dev/null || true
        ip link set lo up
        exec "$@"
        """;

    private readonly string _directory;
    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private PrivatePcscd(string directory, Process process, SimulatedHierarchy hierarchy)
    {
        _directory = directory;
        _process = process;
        Hierarchy = hierarchy;
    }

    /// <summary>For clients: the value of <see cref="SocketVariable"/>.</summary>
    public string SocketPath => Path.Combine(_directory, "pcscd.comm");

    /// <summary>Who issued the cards: its <see cref="SimulatedHierarchy.Trust"/> is what the kiosk needs.</summary>
    public SimulatedHierarchy Hierarchy { get; }

    /// <returns>What is missing on this machine; null when all is there.</returns>
    public static string? WhyNot(string pcscd = "/usr/sbin/pcscd", string driver = CardServeOptions.DebianDriver)
    {
        if (!OperatingSystem.IsLinux()) return "Linux only";
        string[] programs = ["unshare", "ip", "mount"];
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        string? missing = programs.FirstOrDefault(p => !path.Append("/usr/sbin").Append("/sbin").Any(d => File.Exists(Path.Combine(d, p))));
        if (missing is not null) return $"{missing} is missing";
        if (!File.Exists(pcscd)) return "pcscd is missing (apt install pcscd)";
        return File.Exists(driver) ? null : "vpcd is missing (apt install vsmartcard-vpcd)";
    }

    /// <exception cref="InvalidOperationException">It does not start; the message says why.</exception>
    public static async Task<PrivatePcscd> StartAsync(PrivatePcscdOptions options, CancellationToken stop)
    {
        string directory = Directory.CreateTempSubdirectory("kiosk-card-").FullName;
        string keys = options.KeysDirectory ?? Path.Combine(directory, "keys");
        if (OperatingSystem.IsLinux()) Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SimulatedHierarchy hierarchy = new(keys);
        _ = hierarchy.Trust(options.Today); // makes the keys before another process looks for them
        _ = hierarchy.Issuer.CardFaceIssuer;
        List<string> card = [.. options.CardCommand, "--hierarchy", keys, "--rate", options.Rate, "--pcscd", options.Pcscd, "--driver", options.Driver];
        card.AddRange(["--today", options.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)]);
        if (options.PhotoJpeg2000 is { } photo)
        {
            string path = Path.Combine(directory, "photo.jp2");
            await File.WriteAllBytesAsync(path, photo, stop);
            card.AddRange(["--photo", path]);
        }

        ProcessStartInfo start = new("unshare") { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Without root, a user namespace makes us root inside; as root it would only take away what mount needs.
        string[] namespaces = Environment.IsPrivilegedProcess ? ["-n", "-m", "-p"] : ["-r", "-n", "-m", "-p"];
        foreach (string argument in (string[])[.. namespaces, "--fork", "--kill-child", "/bin/sh", "-c", Script, directory, .. card])
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its socket in /tmp would be named after a pid of another namespace
        Process process = Process.Start(start) ?? throw new InvalidOperationException("unshare");
        PrivatePcscd pcscd = new(directory, process, hierarchy);
        try
        {
            Check(await process.StandardOutput.ReadLineAsync(stop));
            return pcscd;
        }
        catch
        {
            await pcscd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Points libpcsclite of this process here; before the first PC/SC call, and once.</summary>
    public void UseInThisProcess()
    {
        // .NET keeps its own copy of the environment, which C's getenv does not see.
        if (SetEnv(SocketVariable, SocketPath, 1) != 0) throw new InvalidOperationException("setenv");
    }

    /// <summary>Sends one line to the card process.</summary>
    /// <exception cref="InvalidOperationException">It refused, or is gone; the message says why.</exception>
    public async Task<JsonObject> SendAsync(string command, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            await _process.StandardInput.WriteLineAsync(command.AsMemory(), stop);
            await _process.StandardInput.FlushAsync(stop);
            return Check(await _process.StandardOutput.ReadLineAsync(stop));
        }
        catch (IOException gone)
        {
            throw new InvalidOperationException("The card process is gone", gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the card process's stdin, as the death of this process would: it exits, and pcscd with it.</summary>
    public void CloseCommands() => _process.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        CloseCommands();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(3));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // --kill-child passes it on.
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _turn.Dispose();
        Hierarchy.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static JsonObject Check(string? line)
    {
        JsonObject answer = line is null ? [] : JsonNode.Parse(line) as JsonObject ?? [];
        return answer["ok"]?.GetValue<bool>() == true
            ? answer
            : throw new InvalidOperationException(answer["error"]?.GetValue<string>() ?? "The card process ended");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
