using System.Diagnostics;

namespace Kiosk.Processes.Image;

/// <summary>The patient's screen on the device: which output is on, and when the browser is started again.</summary>
public sealed class ScreenFilesTests : IDisposable
{
    private static readonly string _scripts = Path.Combine(Shell.Image, "overlay/usr/lib/kiosk");
    private static readonly string _units = Path.Combine(Shell.Image, "overlay/etc/systemd/system");
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-screen-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <param name="connected">The outputs of the board that have a display.</param>
    [SkippableTheory]
    [InlineData("", "HDMI-A-1 HDMI-A-2", "card0-HDMI-A-1")]
    [InlineData("", "HDMI-A-2", "card0-HDMI-A-2")]
    [InlineData("", "DP-1 HDMI-A-1 eDP-1", "card0-eDP-1")]
    [InlineData("", "HDMI-A-1 DP-1", "card0-DP-1")]
    [InlineData("", "", "")]
    [InlineData("HDMI-A-2", "HDMI-A-1 HDMI-A-2 eDP-1", "card0-HDMI-A-2")]
    [InlineData("HDMI-A-2", "HDMI-A-1", "card0-HDMI-A-2")]
    [InlineData("DP-7", "HDMI-A-1 HDMI-A-2", "card0-HDMI-A-1")]
    public void The_page_is_shown_on_the_sites_output_else_on_the_built_in_one_else_on_the_first_connected(
        string chosen, string connected, string kept)
    {
        Outputs(connected);
        (int exit, string said) = Run("pick-output", chosen);
        Assert.Equal(0, exit);
        Assert.Equal(kept, said.Split('\n').FirstOrDefault(l => l.StartsWith("card", StringComparison.Ordinal), ""));
        Assert.Equal(chosen == "DP-7", said.Contains("has no output DP-7", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void All_other_outputs_are_forced_off_also_those_without_a_display_yet()
    {
        Outputs("HDMI-A-1 HDMI-A-2");
        Assert.Equal((0, "card0-HDMI-A-2"), Run("outputs", "HDMI-A-2"));
        Assert.Equal(
            [("DP-1", "off"), ("HDMI-A-1", "off"), ("HDMI-A-2", "detect"), ("eDP-1", "off")],
            Statuses().OrderBy(s => s.Name, StringComparer.Ordinal));
    }

    [SkippableFact]
    public void The_page_does_not_move_to_another_display_while_the_patients_is_switched_off()
    {
        Outputs("HDMI-A-1");
        Assert.Equal((0, "card0-HDMI-A-1"), Run("outputs", ""));
        Outputs("HDMI-A-2");
        Assert.Equal((0, "card0-HDMI-A-1"), Run("outputs", ""));
        // The kernel sends an event for each output that is written anew, and the event runs the script again.
        Assert.Contains(("HDMI-A-1", "disconnected"), Statuses());
        // The site's settings were changed.
        Assert.Equal((0, "card0-DP-1"), Run("outputs", "DP-1"));
        Assert.Contains(("HDMI-A-1", "off"), Statuses());
        Assert.Contains(("DP-1", "detect"), Statuses());
    }

    [SkippableFact]
    public void While_no_display_is_connected_no_output_is_forced_off_so_that_the_first_one_is_noticed()
    {
        Outputs("");
        Assert.Equal((0, ""), Run("outputs", ""));
        Assert.All(Statuses(), status => Assert.Equal("disconnected", status.Value));
        Outputs("HDMI-A-2");
        Assert.Equal((0, "card0-HDMI-A-2"), Run("outputs", ""));
    }

    [SkippableTheory]
    // The page was there and is gone for ten seconds.
    [InlineData("true|false,K627", 600, 1)]
    // A new browser that shows no page within its time.
    [InlineData("false,K627", 0, 1)]
    // It is still within its time; the last browser's failure stands.
    [InlineData("false,K627|end", 600, 0)]
    // Less than ten seconds: the kiosk says nothing yet.
    [InlineData("true|false,|end", 600, 0)]
    // The kiosk itself is being started again.
    [InlineData("true|none|end", 600, 0)]
    public void The_browser_is_started_again_when_the_kiosk_has_had_no_page_for_ten_seconds(string answers, int seconds, int exit)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq"), "needs a POSIX shell and jq");
        using Process browser = Process.Start(new ProcessStartInfo("sleep", "300"))!;
        Directory.CreateDirectory(In("bin"));
        string[] all = answers.Split('|');
        for (int i = 0; i < all.Length; i++) File.WriteAllText(In($"answer{i}"), Answer(all[i]));
        // Each call gets the next answer, then the last one again; "end" ends the browser.
        Program("curl", $"""
            n=$(cat {In("n")} 2>/dev/null || echo 0); [ $n -ge {all.Length - 1} ] || echo $((n + 1)) >{In("n")}
            answer=$(cat {In("answer")}$n)
            case "$answer" in none) exit 7 ;; end) kill {browser.Id}; exit 7 ;; *) echo "$answer" ;; esac
            """);
        Program("sleep", "exec /bin/sleep 0.05");
        Task reaped = browser.WaitForExitAsync();
        (int code, string said) = Shell.Run("/bin/sh", [Path.Combine(_scripts, "page-watch"), $"{browser.Id}", $"{seconds}"],
            ("PATH", $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}"));
        if (!browser.HasExited) browser.Kill();
        Assert.True(reaped.Wait(TimeSpan.FromSeconds(30)));
        Assert.True(code == exit, said);
    }

    [Fact]
    public void The_compositor_hears_udev_and_has_no_internet_socket_and_the_browser_reads_no_input_device()
    {
        string[] display = File.ReadAllLines(Path.Combine(_units, "kiosk-display.service"));
        // udev's messages are sent in the host's network name space only.
        Assert.DoesNotContain(display, l => l.StartsWith("PrivateNetwork", StringComparison.Ordinal)
            || l.StartsWith("NetworkNamespacePath", StringComparison.Ordinal));
        Assert.Contains("RestrictAddressFamilies=AF_UNIX AF_NETLINK", display);
        Assert.Contains("DeviceAllow=char-input rw", display);

        string[] browser = File.ReadAllLines(Path.Combine(_units, "kiosk-ui.service"));
        Assert.DoesNotContain(browser, l => l.Contains("char-input", StringComparison.Ordinal));
        Assert.DoesNotContain(browser, l => l.StartsWith("SupplementaryGroups=", StringComparison.Ordinal)
            && l.Contains("input", StringComparison.Ordinal));
        Assert.NotEqual(Value(display, "User"), Value(browser, "User"));
    }

    [Theory]
    [InlineData("kiosk-ui.service")]
    [InlineData("kiosk-display.service")]
    public void Browser_and_compositor_are_started_again_for_ever(string unit)
    {
        string[] lines = File.ReadAllLines(Path.Combine(_units, unit));
        Assert.Equal("always", Value(lines, "Restart"));
        Assert.Equal("0", Value(lines, "StartLimitIntervalSec"));
        // A unit that is stopped because another one stopped is not started again by Restart=.
        Assert.DoesNotContain(lines, l => l.StartsWith("BindsTo=", StringComparison.Ordinal));
    }

    private static string Value(string[] unit, string key) =>
        unit.Single(l => l.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];

    private (int Exit, string Said) Run(string script, string chosen)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        File.WriteAllText(In("chosen"), chosen.Length == 0 ? "" : chosen + "\n");
        (int exit, string said) = Shell.Run("/bin/sh", [Path.Combine(_scripts, script), In("sys"), In("chosen"), In("kept")]);
        return (exit, said.Trim());
    }

    /// <summary>A board with four outputs. Unlike the kernel's, these status files keep the word that was written last.</summary>
    private void Outputs(string connected)
    {
        foreach (string output in (string[])["HDMI-A-1", "HDMI-A-2", "DP-1", "eDP-1"])
        {
            string folder = Directory.CreateDirectory(In($"sys/class/drm/card0-{output}")).FullName;
            File.WriteAllText(Path.Combine(folder, "status"), connected.Split(' ').Contains(output) ? "connected\n" : "disconnected\n");
        }
    }

    private (string Name, string Value)[] Statuses() =>
    [
        .. Directory.GetDirectories(In("sys/class/drm"))
            .Select(f => (Path.GetFileName(f)["card0-".Length..], File.ReadAllText(Path.Combine(f, "status")).Trim())),
    ];

    private static string Answer(string answer) => answer switch
    {
        "none" or "end" => answer,
        "true" => /*lang=json,strict*/ """{"screen":true,"devices":[{"name":"screen","code":""}]}""",
        _ => $$"""{"screen":false,"devices":[{"name":"reader","code":"K601"},{"name":"screen","code":"{{answer.Split(',')[1]}}"}]}""",
    };

    private void Program(string name, string body)
    {
        File.WriteAllText(In($"bin/{name}"), $"#!/bin/sh\n{body}\n");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(In($"bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string In(string name) => Path.Combine(_home, name);
}
