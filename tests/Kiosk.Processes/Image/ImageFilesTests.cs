using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Kiosk.Processes.Image;

/// <summary>Checks of the files in image-build that need no build of the image.</summary>
public sealed partial class ImageFilesTests
{
    private static readonly string _units = Path.Combine(Shell.Image, "overlay/etc/systemd/system");

    [SkippableFact]
    public void Every_script_passes_shellcheck()
    {
        Skip.IfNot(Shell.Has("shellcheck"), "shellcheck is missing");
        string[] scripts = [.. Directory.GetFiles(Shell.Image, "*", SearchOption.AllDirectories).Where(IsShell)];
        Assert.Contains(scripts, s => s.EndsWith("boot-backend", StringComparison.Ordinal));
        Assert.True(scripts.Length > 15, $"only {scripts.Length} scripts found");
        (int exit, string said) = Shell.Run("shellcheck", ["-S", "warning", .. scripts]);
        Assert.True(exit == 0, said);
    }

    /// <summary>Exposure by <c>systemd-analyze security</c>, from 0 (none) to 10; 1.5 is the limit for patients' data.</summary>
    [SkippableTheory]
    [InlineData("kiosk.service", 1.5)]
    [InlineData("kiosk-ui.service", 2.5)]
    [InlineData("kiosk-display.service", 2.5)]
    [InlineData("kiosk-outputs.service", 4.0)]
    [InlineData("kiosk-usb.service", 4.0)]
    [InlineData("kiosk-setup.service", 4.0)]
    [InlineData("kiosk-health.service", 4.0)]
    [InlineData("kiosk-update.service", 1.5)]
    [InlineData("kiosk-update-install.service", 4.0)]
    [InlineData("kiosk-setup-page.service", 1.5)]
    [InlineData("kiosk-stick@.service", 4.0)]
    [InlineData("kiosk-install.service", 4.0)]
    public void The_exposure_of_a_unit_stays_below_its_limit(string unit, double limit)
    {
        Skip.IfNot(Shell.Has("systemd-analyze"), "systemd-analyze is missing");
        (_, string said) = Shell.Run("systemd-analyze", ["security", "--offline=yes", "--no-pager", Path.Combine(_units, unit)]);
        Match exposure = Exposure().Match(said);
        Assert.True(exposure.Success, said);
        Assert.True(double.Parse(exposure.Groups[1].Value, CultureInfo.InvariantCulture) <= limit, exposure.Value);
    }

    [Fact]
    public void The_browser_has_no_network_except_the_one_with_the_kiosks_port()
    {
        Assert.Contains("PrivateNetwork=yes", File.ReadAllText(Path.Combine(_units, "kiosk-ui.service")), StringComparison.Ordinal);
        string socket = File.ReadAllText(Path.Combine(_units, "kiosk.socket"));
        Assert.Contains("PrivateNetwork=yes", socket, StringComparison.Ordinal);
        // A named name space: one that belongs to a unit is made anew when the unit restarts, and the port would stay in the old one.
        string[] network = [.. new[] { "kiosk-ui.service", "kiosk.socket", "kiosk-health.service", "kiosk-setup-page.service" }
            .Select(unit => File.ReadLines(Path.Combine(_units, unit))
                .Single(line => line.StartsWith("NetworkNamespacePath=", StringComparison.Ordinal)))];
        Assert.Equal(["NetworkNamespacePath=/run/netns/screen"], network.Distinct());
        Assert.Contains("ListenStream=127.0.0.1:8600", socket, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_packet_filter_is_valid_and_drops_everything_that_is_not_allowed()
    {
        Skip.IfNot(Shell.Has("nft"), "nft is missing");
        string rules = Path.Combine(Shell.Image, "overlay/etc/nftables.conf");
        (int exit, string said) = Shell.Run("nft", ["-c", "-f", rules]);
        bool refused = said.Contains("Operation not permitted", StringComparison.Ordinal)
            || said.Contains("cache initialization failed", StringComparison.Ordinal);
        Skip.If(refused, "nft needs more rights than this account has");
        Assert.True(exit == 0, said);
        Assert.Equal(3, Regex.Count(File.ReadAllText(rules), "policy drop;"));
    }

    /// <summary>A variable that changes a path or a check is a way in for whoever can write a unit's environment.</summary>
    [Fact]
    public void No_shipped_script_takes_a_path_from_its_environment_and_no_unit_reads_one_that_is_not_in_the_verified_root()
    {
        // Written by the initial RAM disk (the slot), or part of the verified root.
        string[] files = ["/run/kiosk/slot.env", "-/usr/lib/kiosk/screen.env"];
        string[] variables = ["KIOSK_DWELL", "KIOSK_PATIENCE", "KIOSK_BROWSER_FLAGS", "KIOSK_BROWSER_SECONDS"];
        foreach (string script in Directory.GetFiles(Path.Combine(Shell.Image, "overlay/usr/lib/kiosk"), "*", SearchOption.AllDirectories))
            Assert.All(Variable().Matches(File.ReadAllText(script)), found => Assert.Contains(found.Value, variables));
        foreach (string unit in Directory.GetFiles(_units, "*.*", SearchOption.AllDirectories))
            Assert.All(File.ReadLines(unit).Where(l => l.StartsWith("EnvironmentFile=", StringComparison.Ordinal)),
                line => Assert.Contains(line["EnvironmentFile=".Length..], files));
    }

    [SkippableTheory]
    [InlineData("product", "kiosk-terminal-x86_64")]
    [InlineData("vm", "kiosk-terminal-x86_64-vm")]
    [InlineData("bench", "kiosk-terminal-x86_64-bench")]
    public void Each_profile_takes_only_bundles_of_its_own_kind(string profile, string compatible)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs bash");
        (int exit, string said) = Shell.Run("bash", ["-c", $"profile={profile}; . {Shell.Image}/lib.sh; compatible"]);
        Assert.Equal((0, compatible + "\n"), (exit, said));
    }

    [SkippableTheory]
    [InlineData("vm", "kiosk db/", 1)]
    [InlineData("bench", "kiosk db/", 1)]
    [InlineData("vm", "kiosk TEST db/", 0)]
    [InlineData("product", "kiosk db/", 0)]
    public void A_profile_with_a_root_shell_takes_test_keys_only(string profile, string subject, int exit)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("openssl"), "needs bash and openssl");
        string keys = Directory.CreateTempSubdirectory("kiosk-keys-").FullName;
        try
        {
            string script = $"cd {keys}; openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN={subject}' -keyout k -out c 2>/dev/null; " +
                "for f in db update-ca update release-ca release provision-ca; do cp c $f.crt; done; " +
                "touch PK.auth KEK.auth db.auth pcr.key pcr.pub; " +
                $"profile={profile} keys={keys} here={Shell.Image} out=/none; . {Shell.Image}/lib.sh; make_test_keys";
            (int code, string said) = Shell.Run("bash", ["-c", script]);
            Assert.True(code == exit, said);
            if (exit != 0) Assert.Contains($"the {profile} profile has a root shell and takes test keys only", said,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(keys, recursive: true);
        }
    }

    [SkippableFact]
    public void The_clocks_floor_is_not_before_any_certificate_that_the_image_trusts()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("openssl"), "needs bash and openssl");
        string keys = Directory.CreateTempSubdirectory("kiosk-keys-").FullName;
        try
        {
            string script = $"cd {keys}; openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k -out c 2>/dev/null; " +
                "for f in update-ca provision-ca update; do cp c $f.crt; done; " +
                $"keys={keys}; . {Shell.Image}/lib.sh; SOURCE_DATE_EPOCH=1764000000; clock_floor; " +
                "SOURCE_DATE_EPOCH=4000000000; clock_floor";
            (int exit, string said) = Shell.Run("bash", ["-c", script]);
            Assert.True(exit == 0, said);
            long[] floors = [.. said.Trim().Split('\n').Select(l => long.Parse(l, CultureInfo.InvariantCulture))];
            long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            Assert.InRange(floors[0], now - 300, now);
            Assert.Equal(4000000000, floors[1]);
        }
        finally
        {
            Directory.Delete(keys, recursive: true);
        }
    }

    [Fact]
    public void Every_build_restores_exactly_the_packages_of_the_lock_files()
    {
        string properties = File.ReadAllText(Path.Combine(Shell.Root, "Directory.Build.props"));
        Assert.Contains("<RestoreLockedMode Condition=\"'$(RestoreLockedMode)' == ''\">true</RestoreLockedMode>", properties,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_enabled_unit_exists_and_every_own_unit_with_an_install_section_is_enabled()
    {
        HashSet<string> enabled = [.. File.ReadLines(Path.Combine(Shell.Image, "overlay/usr/lib/systemd/system-preset/00-kiosk.preset"))
            .Where(line => line.StartsWith("enable ", StringComparison.Ordinal)).Select(line => line["enable ".Length..])];
        string[] own = [.. Directory.GetFiles(_units).Select(f => Path.GetFileName(f)!)];
        Assert.All(enabled.Where(u => u.StartsWith("kiosk", StringComparison.Ordinal)), unit => Assert.Contains(unit, own));
        Assert.All(own.Where(u => File.ReadLines(Path.Combine(_units, u)).Contains("[Install]")), unit => Assert.Contains(unit, enabled));
    }

    [Fact]
    public void The_browser_may_open_the_kiosks_pages_and_nothing_else()
    {
        string file = Path.Combine(Shell.Image, "overlay/etc/chromium/policies/managed/kiosk.json");
        using JsonDocument policy = JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal("*", policy.RootElement.GetProperty("URLBlocklist")[0].GetString());
        Assert.Equal(
            ["http://127.0.0.1:8600", "http://127.0.0.1:8602"],
            policy.RootElement.GetProperty("URLAllowlist").EnumerateArray().Select(u => u.GetString()));
        Assert.Equal(2, policy.RootElement.GetProperty("DeveloperToolsAvailability").GetInt32());
        Assert.False(policy.RootElement.GetProperty("TranslateEnabled").GetBoolean());
    }

    [Fact]
    public void No_private_key_is_in_the_repository()
    {
        (int exit, string found) = Shell.Run("git", ["grep", "-lIE", "^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----"]);
        Assert.True(exit == 1, found);
    }

    [SkippableTheory]
    [InlineData("usr/sbin/sshd", "", "a program that opens a way in or out")]
    [InlineData("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n", "account with a shell")]
    [InlineData("etc/shadow", "root:$6$abc:20000::::::\n", "account with a password")]
    [InlineData("etc/systemd/system/debug.service", "[Service]\nStandardInput=tty-force\n", "reads from a terminal")]
    [InlineData("etc/systemd/system/multi-user.target.wants/ssh.service", "", "not on the list")]
    [InlineData("opt/kiosk/kiosk.dll", "Kiosk.Devices.Camera.Simulated", "simulators: ")]
    [InlineData("opt/kiosk/Kiosk.Simulators.dll", "", "simulators: ")]
    [InlineData("opt/kiosk/kiosk-lab.dll", "", "simulators: ")]
    [InlineData("opt/kiosk/kiosk.deps.json", "{\"libraries\": {\"Kiosk.Simulators/1.1.0\": {}}}", "simulators: ")]
    public void The_check_of_the_tree_finds_what_must_not_be_on_a_device(string file, string content, string finding)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        string tree = Directory.CreateTempSubdirectory("kiosk-tree-").FullName;
        try
        {
            PlantClean(tree);
            Assert.True(Check(tree) is (0, ""), Check(tree).Output);
            string path = Path.Combine(tree, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.AppendAllText(path, content);
            (int exit, string said) = Check(tree);
            Assert.Equal(1, exit);
            Assert.Contains(finding, said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(tree, recursive: true);
        }
    }

    private static (int Exit, string Output) Check(string tree) =>
        Shell.Run("/bin/sh", [Path.Combine(Shell.Image, "checks/tree.sh"), tree, "product"]);

    private static void PlantClean(string tree)
    {
        string[] folders = ["etc/systemd/system/multi-user.target.wants", "opt/kiosk", "usr/lib/kiosk", "usr/sbin", "root"];
        foreach (string folder in folders)
            Directory.CreateDirectory(Path.Combine(tree, folder));
        File.WriteAllText(Path.Combine(tree, "etc/passwd"), "root:x:0:0:root:/root:/usr/sbin/nologin\n");
        File.WriteAllText(Path.Combine(tree, "etc/shadow"), "root:!*:20000:\n");
        foreach (string unit in (string[])["getty@", "serial-getty@", "console-getty", "debug-shell", "emergency", "rescue"])
            File.CreateSymbolicLink(Path.Combine(tree, $"etc/systemd/system/{unit}.service"), "/dev/null");
    }

    private static bool IsShell(string file)
    {
        using StreamReader reader = new(file);
        string first = reader.ReadLine() ?? "";
        string[] starts = ["#!/bin/sh", "#!/usr/bin/env bash", "# shellcheck shell="];
        return starts.Any(start => first.StartsWith(start, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"KIOSK_[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"Overall exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Exposure();
}
