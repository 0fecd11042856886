using System.Diagnostics;
using System.Text.Json;

namespace Kiosk.Image;

/// <summary>One machine in QEMU, driven by the same commands a technician types: <c>./dev image vm …</c>.</summary>
public sealed class Machine : IDisposable
{
    private readonly string _home = Path.Combine(Product.Artifacts, "machines", Guid.NewGuid().ToString("N")[..8]);

    /// <summary>Console log, screenshots; kept after a failure.</summary>
    public string Home => _home;

    /// <summary>Image and machine of this version; skips, with its reason, where these tests do not run.</summary>
    public static Machine Started(string version, params string[] options)
    {
        Skip.IfNot(Product.WhyNot is null, Product.WhyNot);
        Product.Build("--profile", "vm", "--version", version);
        Machine machine = new();
        machine.Start(["--version", version, .. options]);
        return machine;
    }

    public void Start(params string[] options) => Vm(["start", .. options]);

    /// <summary>Until the console prints this; <paramref name="seconds"/> is patience for a slow machine, not a bar.</summary>
    public string Wait(string text, int seconds = 1800) => Vm("wait", text, $"{seconds}");

    public void Stick(params string[] files) => Vm(["stick", .. files]);

    /// <summary>Builds the update to this version and lays it on a stick.</summary>
    public void Offer(string version, params string[] options)
    {
        Product.Build(["bundle", "--profile", "vm", "--version", version, .. options]);
        Stick(Product.Bundle(options.Contains("--broken") ? $"{version}-broken" : version));
    }

    public void Again(params string[] options) => Vm(["again", .. options]);

    public void Cut() => Vm("power");

    /// <summary>Unplugs the card reader.</summary>
    public void TakeReader() => Vm("unplug", "ccid");

    /// <summary>The first of these byte strings that is anywhere in what the machine wrote to its disk, as text; empty when none is.</summary>
    public string Found(byte[][] needles)
    {
        byte[] disk = File.ReadAllBytes(Path.Combine(_home, "disk.qcow2"));
        return needles.Where(n => disk.AsSpan().IndexOf(n) >= 0).Select(System.Text.Encoding.Latin1.GetString).FirstOrDefault("");
    }

    /// <summary>A technician's hand at the first start: the loader's menu and its entry that enrols the Secure Boot keys.</summary>
    public void Enroll() => Vm("enroll");

    /// <summary>The firmware's variables, as it keeps them.</summary>
    public byte[] Firmware => File.ReadAllBytes(Path.Combine(_home, "vars.fd"));

    public void Tap(int x, int y) => Vm("tap", $"{x}", $"{y}");

    public byte[] Shot(string name)
    {
        string file = Path.Combine(_home, name + ".png");
        Vm("shot", file);
        return File.ReadAllBytes(file);
    }

    /// <summary>Until the screen shows something other than before, and the same twice.</summary>
    /// <param name="name">Of the picture.</param>
    /// <param name="tap">What brings it about; again every half minute, for a page just drawn takes no tap for a moment.</param>
    public void UntilDrawn(string name, (int X, int Y)? tap = null)
    {
        byte[] last = [];
        Stopwatch? tapped = null;
        for (Stopwatch since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(30); Thread.Sleep(TimeSpan.FromSeconds(5)))
        {
            byte[] now = Shot(name);
            if (tap is { } place && (tapped is null || (tapped.Elapsed > TimeSpan.FromSeconds(30) && now.AsSpan().SequenceEqual(_drawn))))
            {
                Tap(place.X, place.Y);
                tapped = Stopwatch.StartNew();
                continue;
            }

            if (now.AsSpan().SequenceEqual(last) && !now.AsSpan().SequenceEqual(_drawn) && ShowsPage(name))
            {
                _drawn = now;
                return;
            }

            last = now;
        }

        Assert.Fail($"nothing new on the screen in half an hour: {Path.Combine(_home, name)}.png");
    }

    // Dark letters on a light ground are a page; an empty one is one colour, and the firmware and the kernel write on black. The size of
    // the packed picture does not tell: the firmware's logo has as much of it as a page.
    private bool ShowsPage(string name)
    {
        string file = Path.Combine(_home, name + ".ppm");
        Vm("shot", file);
        byte[] picture = File.ReadAllBytes(file);
        File.Delete(file);
        // P6: width, height and 255 in a line each, then three bytes a pixel.
        ReadOnlySpan<byte> pixels = picture.AsSpan(picture.AsSpan().IndexOf("\n255\n"u8) + 5);
        int light = 0, dark = 0;
        for (int at = 0; at + 2 < pixels.Length; at += 3)
        {
            if (pixels[at + 1] > 160) light++;
            else if (pixels[at + 1] < 100) dark++;
        }

        return light * 2 > pixels.Length / 3 && dark * 200 > pixels.Length / 3;
    }

    /// <summary>Taps, and again every half minute, until the console tells what it brought about.</summary>
    public void UntilSaid(string text, (int X, int Y) tap)
    {
        for (int time = 0; time < 20; time++)
        {
            Tap(tap.X, tap.Y);
            for (int second = 0; second < 30; second++, Thread.Sleep(TimeSpan.FromSeconds(1)))
                if (Console.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"twenty taps, and the console does not tell '{text}'");
    }

    private byte[] _drawn = [];

    /// <summary>Runs a command as root on the machine's second serial port (vm profile); it must succeed.</summary>
    /// <returns>Its output, without white space at both ends.</returns>
    public string Shell(string command)
    {
        (int exit, string output) = Try(command);
        Assert.True(exit == 0, $"command '{command}' ended with {exit}: {output}");
        return output.Trim();
    }

    /// <summary>Runs a command as root on the machine's second serial port (vm profile).</summary>
    /// <param name="command">For a POSIX shell.</param>
    /// <param name="seconds">The longest wait.</param>
    /// <exception cref="NoAnswerException">The machine does not run, or the answer did not come whole in that time.</exception>
    public (int Exit, string Output) Try(string command, int seconds = 300)
    {
        (int exit, string answer) = Run("shell", "--json", command, $"{seconds}");
        if (exit != 0) throw new NoAnswerException(answer.Trim());
        using JsonDocument json = JsonDocument.Parse(answer);
        return (json.RootElement.GetProperty("exit").GetInt32(), json.RootElement.GetProperty("output").GetString()!);
    }

    public string Console => File.ReadAllText(Path.Combine(_home, "console.log"));

    private string Vm(params string[] arguments)
    {
        (int exit, string output) = Run(arguments);
        Assert.True(exit == 0, $"vm {string.Join(' ', arguments)}: {output}");
        return output.Trim();
    }

    private (int Exit, string Output) Run(params string[] arguments) =>
        Product.Run("python3", [Path.Combine(Product.Root, "image-build/vm/vm.py"), .. arguments], ("KIOSK_VM", _home));

    public void Dispose() => Run("stop");
}

/// <summary>The machine gave no answer to a command. This says nothing about the command's result.</summary>
public sealed class NoAnswerException(string message) : Exception(message);

/// <summary>The device image as ./dev image built it.</summary>
public static class Product
{
    public static string Root { get; } = Up(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Artifacts { get; } = Path.Combine(Root, "artifacts/image");

    public static string Keys { get; } = Path.Combine(Artifacts, "keys");

    /// <summary>Why these tests do not run here; null when they do.</summary>
    public static string? WhyNot { get; } =
        Environment.GetEnvironmentVariable("KIOSK_IMAGE_TESTS") != "1" ? "heavy: ./dev test --image"
        : File.Exists("/usr/bin/qemu-system-x86_64") ? null : "qemu-system-x86_64 is missing";

    public static string Bundle(string version, string profile = "vm") => Path.Combine(Artifacts, profile, version, $"kiosk-{version.Replace("-broken", "", StringComparison.Ordinal)}.raucb");

    /// <summary>Builds what is not built yet; stages whose inputs did not change are reused.</summary>
    public static void Build(params string[] options)
    {
        (int exit, string output) = Run(Path.Combine(Root, "image-build/build.sh"), options);
        Assert.True(exit == 0, output);
    }

    public static (int Exit, string Output) Run(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static string Up(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Kiosk.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("Kiosk.sln");
    }
}

/// <summary>What was measured on the way: artifacts/image/figures.txt, a line each.</summary>
public static class Figures
{
    public static void Note(string what, string figure) =>
        File.AppendAllText(Path.Combine(Product.Artifacts, "figures.txt"), $"{what}: {figure}{Environment.NewLine}");
}
