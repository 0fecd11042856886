using System.Diagnostics;
using System.Globalization;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// A separate PostgreSQL server in its own folder, with a Unix socket in that folder. It uses Debian's package and does not run as
/// root.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-pg-").FullName;

    public PostgresServer()
    {
        if (Environment.UserName == "root") Run("chown", "postgres", _folder);
        Run(AsServer("initdb"), "-D", Data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C");
        Start();
    }

    /// <summary>Why it cannot be used on this machine; null: it can.</summary>
    public static string? Missing => Bin is null ? "no PostgreSQL server (apt: postgresql)" : null;

    /// <summary>Value of <c>postgres</c> in the configuration.</summary>
    public string Connection => $"Host={_folder};Username=postgres;Database=postgres";

    private static string? Bin { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => Path.Combine(d, "bin"))
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
        : null;

    private string Data => Path.Combine(_folder, "data");

    public bool Running { get; private set; }

    /// <summary>Stops it like a crash: no clean shutdown, and recovery from its log at the next start.</summary>
    public void Crash()
    {
        Run(AsServer("pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        Running = false;
    }

    public void Start()
    {
        Run(AsServer("pg_ctl"), "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o",
            $"-c listen_addresses= -c unix_socket_directories={_folder}", "start");
        Running = true;
    }

    public void Dispose()
    {
        if (Running) Crash();
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] AsServer(string program)
    {
        string path = Path.Combine(Bin!, program);
        return Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", path] : [path];
    }

    private static void Run(string[] program, params string[] arguments) => Run(program[0], [.. program[1..], .. arguments]);

    private static void Run(string program, params string[] arguments)
    {
        // The output is not read by pipes, because the server would inherit them and keep them open.
        using Process process = Process.Start(
            new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}"));
    }
}
