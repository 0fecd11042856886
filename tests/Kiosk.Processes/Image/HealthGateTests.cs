namespace Kiosk.Processes.Image;

/// <summary>The script health, which keeps an update or lets it be rolled back, with fakes for the programs that it calls.</summary>
public sealed class HealthGateTests : IDisposable
{
    private const string Whole =
        /*lang=json,strict*/ """
        {"screen":true,"state":"Idle","link":"",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":""}]}
        """;
    private const string NoReader =
        /*lang=json,strict*/ """
        {"screen":true,"state":"OutOfService","link":"",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":"K601"}]}
        """;
    private const string NoLink =
        /*lang=json,strict*/ """
        {"screen":true,"state":"Offline","link":"K501",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":""}]}
        """;
    private const string NoPage =
        /*lang=json,strict*/ """
        {"screen":false,"state":"Idle","link":"",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":""}]}
        """;

    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-gate-").FullName;

    public HealthGateTests()
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (string folder in (string[])["lib", "run", "bin", "setup"]) Directory.CreateDirectory(In(folder));
        foreach (string script in (string[])["health", "parts"])
            File.Copy(Path.Combine(Shell.Image, "overlay/usr/lib/kiosk", script), In($"lib/{script}"));
        // Without waits: a healthy version is good at once, an unhealthy one is given up at once.
        File.WriteAllText(In("lib/health.env"), "KIOSK_DWELL=0\nKIOSK_PATIENCE=0\n");
        File.WriteAllText(In("release"), "IMAGE_VERSION=1.1.0\n");
        File.WriteAllText(In("run/slot"), "B\n");
        File.WriteAllText(In("run/provisioned"), "");
        Program("bin/curl", $"cat {In("healthz")}");
        Program("bin/rauc", $"echo \"rauc $*\" >>{In("done")}");
        Program("bin/systemctl", $"[ \"$2\" = is-active ] || [ \"$1\" = -q ] || echo \"systemctl $*\" >>{In("done")}");
        Program("lib/boots", $"echo \"boots $*\" >>{In("done")}");
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [SkippableTheory]
    [InlineData("", NoReader)]
    [InlineData("1.0.0 camera reader link", NoReader)]
    [InlineData("1.1.0 camera link", NoReader)]
    [InlineData("1.1.0 camera reader link", Whole)]
    [InlineData("1.1.0 camera reader", NoLink)]
    public void A_version_is_kept_when_everything_works_that_worked_before_it(string before, string health)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq"), "needs a POSIX shell and jq");
        (int exit, string done, string console) = Gate(before, health);
        Assert.True(exit == 0, console);
        Assert.Equal("rauc status mark-good\nboots good\n", done);
        Assert.Contains("slot B version 1.1.0 marked good", console, StringComparison.Ordinal);
        Assert.True(File.Exists(In("run/good")));
        // Checked once: a part that fails later is no reason to give the version up.
        Assert.False(File.Exists(In("before")));
    }

    [SkippableTheory]
    [InlineData("1.1.0 camera reader link", NoReader, "reader")]
    [InlineData("1.1.0 camera reader link", NoLink, "link")]
    [InlineData("1.1.0 clock", Whole, "clock")]
    [InlineData("1.1.0 camera reader link", NoPage, "page")]
    public void A_version_under_which_a_part_stopped_working_is_given_up_with_the_reason(string before, string health, string missing)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq"), "needs a POSIX shell and jq");
        (int exit, string done, string console) = Gate(before, health);
        Assert.Equal(1, exit);
        Assert.Equal($"boots note B version 1.1.0 not healthy after 0 s: {missing} \nsystemctl --no-block reboot\n", done);
        Assert.Contains($"UNHEALTHY slot B version 1.1.0: {missing}", console, StringComparison.Ordinal);
        // The next of its three tries checks the same parts.
        Assert.True(File.Exists(In("before")));
    }

    [SkippableFact]
    public void An_unprovisioned_device_is_healthy_when_it_has_its_set_up_page()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        File.Delete(In("run/provisioned"));
        Assert.Equal(1, Gate("", Whole).Exit);
        File.WriteAllText(In("setup/index.html"), "");
        Assert.Equal(0, Gate("", Whole).Exit);
    }

    private (int Exit, string Done, string Console) Gate(string before, string health)
    {
        if (before.Length > 0) File.WriteAllText(In("before"), before + "\n");
        File.WriteAllText(In("healthz"), health);
        File.WriteAllText(In("console"), "");
        (int exit, string said) = Shell.Run("/bin/sh", [In("lib/health")],
            ("KIOSK_LIB", In("lib")), ("KIOSK_RUN", In("run")), ("KIOSK_SETUP", In("setup")), ("KIOSK_BEFORE", In("before")),
            ("KIOSK_RELEASE", In("release")), ("KIOSK_CONSOLE", In("console")), ("KIOSK_TIMESYNC", In("timesync")),
            ("PATH", $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}"));
        return (exit, File.Exists(In("done")) ? File.ReadAllText(In("done")) : "", File.ReadAllText(In("console")) + said);
    }

    private void Program(string name, string body)
    {
        File.WriteAllText(In(name), $"#!/bin/sh\n{body}\n");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(In(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string In(string name) => Path.Combine(_home, name);
}
