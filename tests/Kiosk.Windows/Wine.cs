using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Kiosk.Windows;

/// <summary>
/// A Windows of its own under Wine, in <c>artifacts/wine</c>: kept between runs, because making it takes half a minute. Its
/// <c>winscard.dll</c> is the tests' own.
/// </summary>
public sealed class Wine : IDisposable
{
    public const string Collection = "Wine";

    private const string Loader = "/usr/lib/wine/wine64", Server = "/usr/lib/wine/wineserver64", Compiler = "x86_64-w64-mingw32-gcc";
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// With .NET's usual garbage collection, programs end by themselves under Wine 8, without a message or with "Internal CLR error
    /// (0x80131506)". With these settings they did not: no collection beside the program, and one only after 256 MB. Why was not found.
    /// </summary>
    private static readonly (string Name, string Value)[] _garbageCollector =
        [("DOTNET_gcConcurrent", "0"), ("DOTNET_GCgen0size", "0x10000000")];

    public Wine()
    {
        Missing = WhyMissing();
        if (Missing is not null) return;
        Directory.CreateDirectory(Drive);
        string registry = Path.Combine(Prefix, "system.reg");
        if (!File.Exists(registry)) Check(Run("wineboot", "-i"));
        Compile("winscard.c", Path.Combine(System32, "winscard.dll"), "-shared");
        Compile("habits.c", Path.Combine(Drive, "habits.exe"));
        TestProgram = MakeTestProgram();
        GiveRsaKeys(Path.GetDirectoryName(TestProgram)!);
        // A service does not inherit the environment of the program that starts it.
        SetInRegistry(@"HKCU\Software\Wine\DllOverrides", [("winscard", "native"), ("bcrypt", "native,builtin")]);
        SetInRegistry(@"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment", _garbageCollector);
    }

    /// <summary>Why no test of this project can run; null: all can.</summary>
    public string? Missing { get; }

    public static string Root { get; } = Up(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Prefix { get; } = Path.Combine(Root, "artifacts/wine/prefix");

    /// <summary>Wine's own bcrypt.dll under another name, for the one of the tests (Shim/bcrypt.c).</summary>
    private static string OwnLibraries { get; } = Path.Combine(Root, "artifacts/wine/libraries");

    /// <summary>C:\ as Linux sees it.</summary>
    public static string Drive { get; } = Path.Combine(Prefix, "drive_c");

    public static string System32 { get; } = Path.Combine(Drive, "windows/system32");

    /// <summary>Folder of <c>kiosk</c> and <c>reception</c> for Windows, as <c>./dev</c> made it.</summary>
    private static string? Package => Environment.GetEnvironmentVariable("KIOSK_WINDOWS_PACKAGE");

    /// <param name="name">kiosk or reception.</param>
    public static string ProgramFile(string name) =>
        new DirectoryInfo(Package!).GetFiles(name + ".exe", SearchOption.AllDirectories).MaxBy(f => f.LastWriteTimeUtc)!.FullName;

    /// <summary>tests/Kiosk.Wine as a program for Windows: the published kiosk's files and runtime, with our assemblies of this build. IL
    /// is the same for every system.</summary>
    public static string TestProgram { get; private set; } = "";

    /// <summary>A Linux path as Windows programs name it: Wine shows the whole file system as drive Z.</summary>
    public static string ToWindows(string path) => "Z:" + path.Replace('/', '\\');

    /// <summary>Makes a drive letter, or a share as <c>unc/SERVER/SHARE</c>, of a folder.</summary>
    public static void Map(string device, string folder)
    {
        string link = Path.Combine(Prefix, "dosdevices", device);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.Delete(link);
        File.CreateSymbolicLink(link, folder);
    }

    public static WineProgram Start(string program, params string[] arguments) => Start([], program, arguments);

    public static WineProgram Start((string Name, string Value)[] environment, string program, params string[] arguments) =>
        Start(Loader, [program, .. arguments], environment);

    /// <summary>Runs a batch file in a console with a code page; without it, under pipes, Wine has no console.</summary>
    public static ProgramEnd RunInConsole(string batch)
    {
        using WineProgram running = Start("script", ["-qec", $"{Loader} cmd /c '{batch}'", "/dev/null"], []);
        return running.Ended(_patience);
    }

    private static WineProgram Start(string loader, string[] arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(loader, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Drive,
        };
        start.Environment["WINEPREFIX"] = Prefix;
        start.Environment["WINEDEBUG"] = "-all";
        foreach ((string name, string value) in _garbageCollector) start.Environment[name] = value;
        // Wine asks to install Gecko otherwise. mscoree.dll must stay: every managed assembly names it.
        start.Environment["WINEDLLOVERRIDES"] = "mshtml=;bcrypt=n,b";
        start.Environment["WINEDLLPATH"] = OwnLibraries;
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return new WineProgram(Process.Start(start)!, string.Join(' ', arguments));
    }

    /// <summary>Runs a program to its end.</summary>
    public static ProgramEnd Run(string program, params string[] arguments) => Run([], program, arguments);

    public static ProgramEnd Run((string Name, string Value)[] environment, string program, params string[] arguments)
    {
        using WineProgram running = Start(environment, program, arguments);
        return running.Ended(_patience);
    }

    public void Dispose()
    {
        if (Missing is not null) return;
        // Ends what runs in this prefix and nothing else.
        ProcessStartInfo end = new(Server, "-k");
        end.Environment["WINEPREFIX"] = Prefix;
        using Process server = Process.Start(end)!;
        server.WaitForExit(TimeSpan.FromSeconds(30));
    }

    /// <summary>Puts a bcrypt.dll beside the program with which .NET can use RSA keys (Shim/bcrypt.c says why).</summary>
    private static void GiveRsaKeys(string folder)
    {
        string wine = Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(f => Path.Combine(f, "wine"))
            .First(f => File.Exists(Path.Combine(f, "x86_64-windows/bcrypt.dll")));
        foreach ((string part, string end) in (ReadOnlySpan<(string, string)>)[("x86_64-windows", ".dll"), ("x86_64-unix", ".so")])
        {
            Directory.CreateDirectory(Path.Combine(OwnLibraries, part));
            File.Copy(Path.Combine(wine, part, "bcrypt" + end), Path.Combine(OwnLibraries, part, "bcryptw" + end), overwrite: true);
        }

        // Wine looks into its libraries only for what system32 has.
        File.Copy(Path.Combine(OwnLibraries, "x86_64-windows/bcryptw.dll"), Path.Combine(System32, "bcryptw.dll"), overwrite: true);
        Compile("bcrypt.c", Path.Combine(folder, "bcrypt.dll"), "-shared");
    }

    private static string MakeTestProgram()
    {
        const string name = "kiosk-wine";
        string from = Path.GetDirectoryName(ProgramFile("kiosk"))!, own = Path.Combine(Root, "artifacts/bin/Kiosk.Wine/debug");
        string to = Path.Combine(Root, "artifacts/wine/program");
        if (Directory.Exists(to)) Directory.Delete(to, recursive: true);
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        // The reception's own packages are not among the kiosk's files.
        foreach (string file in Directory.GetFiles(own, "*.dll"))
        {
            string its = Path.GetFileName(file), target = Path.Combine(to, its);
            bool isOurs = its.StartsWith("Kiosk.", StringComparison.Ordinal) || its is "kiosk.dll" or "reception.dll" or name + ".dll";
            if (isOurs || !File.Exists(target)) File.Copy(file, target, overwrite: true);
        }

        File.Copy(Path.Combine(from, "kiosk.runtimeconfig.json"), Path.Combine(to, name + ".runtimeconfig.json"));
        // The runtime finds only what the list of assemblies names.
        JsonNode list = JsonNode.Parse(File.ReadAllText(Path.Combine(from, "kiosk.deps.json")))!;
        JsonObject listed = list["targets"]!.AsObject().Last().Value!.AsObject();
        foreach (string added in Directory.GetFiles(to, "*.dll").Select(f => Path.GetFileName(f)!))
        {
            if (File.Exists(Path.Combine(from, added))) continue;
            listed[$"{added}/1.0.0"] = new JsonObject { ["runtime"] = new JsonObject { [added] = new JsonObject() } };
            list["libraries"]![$"{added}/1.0.0"] = new JsonObject { ["type"] = "project", ["serviceable"] = false, ["sha512"] = "" };
        }

        File.WriteAllText(Path.Combine(to, name + ".deps.json"), list.ToJsonString());
        // The host names its assembly in 1024 bytes (HostWriter.cs of dotnet/runtime).
        byte[] host = File.ReadAllBytes(Path.Combine(from, "kiosk.exe"));
        int at = host.AsSpan().IndexOf("kiosk.dll\0"u8);
        Assert.True(at > 0, "the host does not name kiosk.dll");
        "kiosk-wine.dll\0"u8.CopyTo(host.AsSpan(at));
        string program = Path.Combine(to, name + ".exe");
        File.WriteAllBytes(program, host);
        return program;
    }

    private static string? WhyMissing()
    {
        if (!File.Exists(Loader) || !File.Exists(Server)) return "Wine is not installed (apt: wine64)";
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, Compiler))))
            return "the compiler for Windows is not installed (apt: gcc-mingw-w64-x86-64)";
        return Package is null ? "the programs for Windows are not built (./dev test --windows)" : null;
    }

    private static void Compile(string source, string target, params string[] more)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "Shim", source);
        string with = source switch { "winscard.c" => "-lws2_32", "bcrypt.c" => Path.ChangeExtension(file, ".def"), _ => "-lwinscard" };
        ProcessStartInfo start = new(Compiler, ["-O2", "-Wall", "-Wextra", "-Werror", .. more, "-o", target, file, with])
        {
            RedirectStandardError = true,
        };
        // The stand-in that Wine put there is a link into the system.
        File.Delete(target);
        using Process process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    private static void SetInRegistry(string key, (string Name, string Value)[] values)
    {
        foreach ((string name, string value) in values) Check(Run("reg", "add", key, "/v", name, "/d", value, "/f"));
    }

    private static void Check(ProgramEnd end) => Assert.True(end.Exit == 0, end.Output + end.Said);

    private static string Up(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Kiosk.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("Kiosk.sln");
    }
}

[CollectionDefinition(Wine.Collection)]
public sealed class WineCollection : ICollectionFixture<Wine>;

/// <param name="Said">Standard error.</param>
public sealed record ProgramEnd(int Exit, string Output, string Said);
