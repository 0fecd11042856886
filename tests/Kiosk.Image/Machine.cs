using System.Diagnostics;
using System.Text.Json;

namespace Kiosk.Image;

/// <summary>One machine in QEMU, driven by the commands of <c>./dev image vm</c>.</summary>
public sealed class Machine : IDisposable
{
    private readonly string _home = Path.Combine(Product.Artifacts, "machines", Guid.NewGuid().ToString("N")[..8]);

    /// <summary>Folder with console log and screenshots; stays after the test.</summary>
    public string Home => _home;

    /// <summary>Builds the vm image of this version and starts a machine with it. Skips the test where these tests do not run.</summary>
    public static Machine Started(string version, params string[] options)
    {
        Skip.IfNot(Product.SkipReason is null, Product.SkipReason);
        Product.Build("--profile", "vm", "--version", version);
        Machine machine = new();
        machine.Start(["--version", version, .. options]);
        return machine;
    }

    public void Start(params string[] options) => Vm(["start", .. options]);

    /// <summary>Waits until the console prints this text. The default of <paramref name="seconds"/> allows for a slow machine.</summary>
    /// <returns>The line of the console, and how long after the start it came.</returns>
    public string Wait(string text, int seconds = 1800) => Vm("wait", text, $"{seconds}");

    /// <summary>Plugs in a stick with these files; or --out, or --read and a folder.</summary>
    public void Stick(params string[] files) => Vm(["stick", .. files]);

    /// <summary>Builds the update to this version and plugs in a stick with it.</summary>
    public void Offer(string version, params string[] options)
    {
        Product.Build(["bundle", "--profile", "vm", "--version", version, .. options]);
        Stick(Product.Bundle(options.Contains("--broken") ? $"{version}-broken" : version));
    }

    /// <summary>Starts the machine again with the same disk.</summary>
    public void Again(params string[] options) => Vm(["again", .. options]);

    /// <summary>Cuts the power.</summary>
    public void Cut() => Vm("power");

    /// <summary>Unplugs the card reader.</summary>
    public void UnplugReader() => Vm("unplug", "ccid");

    /// <summary>Plugs a device in on USB: touch, keyboard, mouse, network or reader.</summary>
    public void Plug(string device) => Vm("plug", device);

    public void Unplug(string device) => Vm("unplug", device);

    /// <summary>Switches the display of an output on or off, 0 or 1; the machine was started with <c>--panel</c>.</summary>
    public void Display(int output, bool on) => Vm("display", $"{output}", on ? "on" : "off");

    /// <summary>The first of these byte strings that is anywhere on the machine's disk, as text; empty when none is.</summary>
    public string FirstFoundOnDisk(byte[][] needles)
    {
        byte[] disk = File.ReadAllBytes(Path.Combine(_home, "disk.qcow2"));
        return needles.Where(n => disk.AsSpan().IndexOf(n) >= 0).Select(System.Text.Encoding.Latin1.GetString).FirstOrDefault("");
    }

    /// <summary>Enrols the Secure Boot keys in the boot loader's menu at the first start, as a technician does.</summary>
    public void Enroll() => Vm("enroll");

    /// <summary>The file with the firmware's variables.</summary>
    public byte[] Firmware => File.ReadAllBytes(Path.Combine(_home, "vars.fd"));

    public void Tap(int x, int y) => Vm("tap", $"{x}", $"{y}");

    public byte[] Shot(string name)
    {
        string file = Path.Combine(_home, name + ".png");
        Vm("shot", file);
        return File.ReadAllBytes(file);
    }

    /// <summary>Waits until the screen shows another page than at the last call, and the same page twice.</summary>
    /// <param name="name">File name of the picture.</param>
    /// <param name="tap">Where to tap to get this page; repeated every half minute, because a new page ignores taps at first.</param>
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

        Assert.Fail($"no new page on the screen in half an hour: {Path.Combine(_home, name)}.png");
    }

    // A page has dark letters on a light ground. An empty page has one colour, and firmware and kernel write on black. The size of the
    // compressed picture does not help: the firmware's logo is as large as a page.
    private bool ShowsPage(string name)
    {
        string file = Path.Combine(_home, name + ".ppm");
        Vm("shot", file);
        byte[] picture = File.ReadAllBytes(file);
        File.Delete(file);
        // PPM (P6): width, height and 255, then three bytes for each pixel.
        ReadOnlySpan<byte> pixels = picture.AsSpan(picture.AsSpan().IndexOf("\n255\n"u8) + 5);
        int light = 0, dark = 0;
        for (int at = 0; at + 2 < pixels.Length; at += 3)
        {
            if (pixels[at + 1] > 160) light++;
            else if (pixels[at + 1] < 100) dark++;
        }

        return light * 2 > pixels.Length / 3 && dark * 200 > pixels.Length / 3;
    }

    /// <summary>Taps every half minute until the console prints this text.</summary>
    public void TapUntilConsole(string text, (int X, int Y) tap)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            Tap(tap.X, tap.Y);
            for (int second = 0; second < 30; second++, Thread.Sleep(TimeSpan.FromSeconds(1)))
                if (Console.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"the console does not print '{text}' after twenty taps");
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
