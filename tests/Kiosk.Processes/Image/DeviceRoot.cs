using System.Text.RegularExpressions;

namespace Kiosk.Processes.Image;

/// <summary>
/// A folder that stands for a device's root. The device's own scripts are copied into it; the copies differ only in their absolute paths,
/// which are put below this folder. Programs of the device that a test machine lacks, or that must fail, are fakes in <c>bin</c>, which
/// comes first in PATH; everything else is the real program.
/// </summary>
internal sealed partial class DeviceRoot : IDisposable
{
    private const string Scripts = "usr/lib/kiosk";
    private static readonly string[] _folders =
    [
        "run/kiosk", "run/kiosk-setup", "run/kiosk-page", "run/systemd/timesync", "var/lib/kiosk", "var/lib/kiosk-device",
        "var/lib/kiosk-update", "var/lib/rauc", "dev/kiosk", "dev/mapper", "etc/kiosk", "sys/firmware/efi/efivars", "lib/systemd", "proc",
        "efi/loader/entries", "efi/EFI/kiosk", "bin",
    ];

    public DeviceRoot(string version = "1.0.0")
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Home, everybody);
        foreach (string folder in _folders) Directory.CreateDirectory(In(folder));
        string from = Path.Combine(Shell.Image, "overlay", Scripts);
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file).Replace(">/dev/console", ">>/dev/console", StringComparison.Ordinal);
            Write($"{Scripts}/{Path.GetRelativePath(from, file)}", AbsolutePath().Replace(text, Home + "/"));
            File.SetUnixFileMode(In($"{Scripts}/{Path.GetRelativePath(from, file)}"), everybody);
        }

        Write("dev/console", "");
        Write("proc/cmdline", "kiosk.counter=1\n");
        Write("run/kiosk/slot", "A\n");
        Running(version);
        // The kiosk's user of the device. A test that runs as root plays it with a user that has no rights.
        Program("setpriv", "while [ \"$1\" != -- ]; do shift; done; shift\n" +
            "[ \"$(id -u)\" != 0 ] || exec /usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups -- \"$@\"\nexec \"$@\"");
        Program("chown", "exit 0");
        Program("install", "for last; do :; done; mkdir -p \"$last\"");
    }

    public string Home { get; } = Directory.CreateTempSubdirectory("kiosk-device-").FullName;

    public string Console => Text("dev/console");

    public string In(string name) => Path.Combine(Home, name);

    public string Text(string name) => File.Exists(In(name)) ? File.ReadAllText(In(name)) : "";

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text);
    }

    public void Running(string version) => Write("usr/lib/os-release", $"IMAGE_VERSION={version}\n");

    /// <summary>A fake in place of a program.</summary>
    /// <param name="name">In <c>bin</c>; with a path: there, below the root.</param>
    /// <param name="body">Shell text. <c>@</c> at the start of a path stands for the root's folder: <c>@/run</c>.</param>
    public void Program(string name, string body)
    {
        string file = name.Contains('/', StringComparison.Ordinal) ? name : $"bin/{name}";
        Write(file, $"#!/bin/sh\n{body.Replace("@/", Home + "/", StringComparison.Ordinal)}\n");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(In(file), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    /// <summary>Runs a script of the device.</summary>
    /// <param name="script">Name and arguments, separated by spaces.</param>
    /// <param name="under">A program that runs the shell, as faketime, with its arguments.</param>
    public (int Exit, string Output) Run(string script, params string[] under)
    {
        string[] words = script.Split(' '), command = [.. under, "/bin/sh", In($"{Scripts}/{words[0]}"), .. words[1..]];
        return Shell.Run(command[0], command[1..], ("PATH", SearchPath));
    }

    /// <summary>Runs a command of the test itself with the device's PATH.</summary>
    /// <returns>Its output.</returns>
    public string Sh(string command)
    {
        string text = command.Replace("@/", Home + "/", StringComparison.Ordinal);
        (int exit, string said) = Shell.Run("/bin/sh", ["-ec", text], ("PATH", SearchPath));
        Assert.True(exit == 0, said);
        return said;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    private string SearchPath => $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";

    private const string Places = "run|var|usr/lib|etc|dev/kiosk|dev/console|dev/tpmrm0|dev/mapper|efi|sys|proc/cmdline|lib/systemd";

    [GeneratedRegex("(?<=[\\s\"'=(:<>])/(?=(?:" + Places + ")(?:[/\\s\"'$);]|$))", RegexOptions.Multiline)]
    private static partial Regex AbsolutePath();
}
