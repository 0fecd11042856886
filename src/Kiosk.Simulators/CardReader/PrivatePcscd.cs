using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// A pcscd with a virtual reader that other programs of the machine do not see. It has its own network namespace (vpcd's port is
/// fixed), mount and process namespaces, and its socket in a private directory. Several can run at the same time. When this process
/// ends, even by SIGKILL, the stdin of the card process closes. The card process is process 1, so pcscd ends with it.
/// </summary>
public sealed partial class PrivatePcscd : IAsyncDisposable
{
    /// <summary>
    /// Environment variable of libpcsclite. It is read once per process, before the first call (pcsc-lite, winscard_msg.c).
    /// </summary>
    public const string SocketVariable = "PCSCLITE_CSOCK_NAME";

    // The bind mount must use the directory that was entered before /run is covered by another mount.
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

    /// <summary>The value of <see cref="SocketVariable"/> for client programs.</summary>
    public string SocketPath => Path.Combine(_directory, "pcscd.comm");

    /// <summary>The issuers of the cards. The kiosk needs its <see cref="SimulatedHierarchy.Trust"/>.</summary>
    public SimulatedHierarchy Hierarchy { get; }

    /// <returns>What is missing on this machine; null: nothing.</returns>
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

    /// <exception cref="InvalidOperationException">pcscd does not start; the message says why.</exception>
    public static async Task<PrivatePcscd> StartAsync(PrivatePcscdOptions options, CancellationToken stop)
    {
        string directory = Directory.CreateTempSubdirectory("kiosk-card-").FullName;
        string keys = options.KeysDirectory ?? Path.Combine(directory, "keys");
        if (OperatingSystem.IsLinux())
            Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SimulatedHierarchy hierarchy = new(keys);
        _ = hierarchy.Trust(options.Today); // makes the keys before the card process needs them
        _ = (hierarchy.Issuer.CardFaceIssuer, hierarchy.NextIssuer.CardFaceIssuer);
        List<string> card = [.. options.CardCommand, "--hierarchy", keys, "--rate", options.Rate, "--pcscd", options.Pcscd, "--driver",
            options.Driver];
        card.AddRange(["--today", options.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)]);
        if (options.PhotoJpeg2000 is { } photo)
        {
            string path = Path.Combine(directory, "photo.jp2");
            await File.WriteAllBytesAsync(path, photo, stop);
            card.AddRange(["--photo", path]);
        }

        ProcessStartInfo start = new("unshare") { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Without root, a user namespace gives root rights inside it. As root, a user namespace would remove the rights that mount needs.
        string[] namespaces = Environment.IsPrivilegedProcess ? ["-n", "-m", "-p"] : ["-r", "-n", "-m", "-p"];
        foreach (string argument in (string[])[.. namespaces, "--fork", "--kill-child", "/bin/sh", "-c", Script, directory, .. card])
            start.ArgumentList.Add(argument);
        // the diagnostics socket in /tmp would be named after a pid of another namespace
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
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

    /// <summary>Makes libpcsclite of this process use this pcscd. Call it once, before the first PC/SC call.</summary>
    public void UseInThisProcess()
    {
        // .NET keeps its own copy of the environment. C's getenv does not see changes to it.
        if (SetEnv(SocketVariable, SocketPath, 1) != 0) throw new InvalidOperationException("setenv");
    }

    /// <summary>Sends one line to the card process.</summary>
    /// <exception cref="InvalidOperationException">The card process refused the command or has ended; the message says why.</exception>
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
            throw new InvalidOperationException("The card process has ended", gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Closes the stdin of the card process, as the end of this process would do. The card process exits, and pcscd with it.
    /// </summary>
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
            // --kill-child passes the signal on.
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
