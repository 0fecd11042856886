using System.Diagnostics;
using System.Globalization;

namespace Kiosk.Lab.Chaos;

/// <summary>A PostgreSQL of its own in a folder, reached by a Unix socket there; Debian's package, as a user that is not root.</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-pg-").FullName;

    public PostgresServer()
    {
        if (Environment.UserName == "root") Run("chown", "postgres", _folder);
        Run(AsServer("initdb"), "-D", Data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C");
        Start();
    }

    /// <summary>Why it cannot be used here; null when it can.</summary>
    public static string? Missing => Bin is null ? "no PostgreSQL server (apt: postgresql)" : null;

    /// <summary>For <c>postgres</c> of the configuration.</summary>
    public string Connection => $"Host={_folder};Username=postgres;Database=postgres";

    private static string? Bin { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => Path.Combine(d, "bin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
        : null;

    private string Data => Path.Combine(_folder, "data");

    public bool Running { get; private set; }

    /// <summary>Ends like a crash: no clean shutdown, recovery from its log at the next start.</summary>
    public void Crash()
    {
        Run(AsServer("pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        Running = false;
    }

    public void Start()
    {
        Run(AsServer("pg_ctl"), "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o", $"-c listen_addresses= -c unix_socket_directories={_folder}", "start");
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
        // Not read through pipes: the server would inherit them and keep them open.
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}"));
    }
}
