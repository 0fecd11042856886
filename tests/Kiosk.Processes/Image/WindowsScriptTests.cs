using System.Security.Cryptography;
using System.Text;

namespace Kiosk.Processes.Image;

/// <summary>The scripts for Windows, run by PowerShell with fakes of the commands of Windows (<c>Windows.ps1</c>).</summary>
public sealed class WindowsScriptTests : IDisposable
{
    private static readonly string _scripts = Path.Combine(Shell.Image, "windows");
    private static readonly Lazy<string?> _missing = new(() => PowerShell("-Command", "exit 0") is (not 0, string said)
        ? $"PowerShell is not restored (dotnet tool restore, in tests): {said}"
        : null);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("kiosk-windows");

    public WindowsScriptTests() => Skip.If(_missing.Value is not null, _missing.Value);

    public void Dispose() => _home.Delete(recursive: true);

    [SkippableTheory]
    [InlineData("windows/kiosk-service.ps1")]
    [InlineData("windows/lockdown.ps1")]
    [InlineData("windows/reception-service.ps1")]
    [InlineData("flash/flash.ps1")]
    public void It_is_valid_PowerShell(string script)
    {
        string file = Path.Combine(Shell.Image, script);
        (int exit, string said) = PowerShell("-Command",
            $"$e = $null; [void][Management.Automation.Language.Parser]::ParseFile('{file}', [ref]$null, [ref]$e); " +
            "$e | ForEach-Object { $_.ToString() }; exit $e.Count");
        Assert.True(exit == 0, said);
    }

    [SkippableFact]
    public void Installing_creates_the_service_gives_rights_by_its_SID_waits_until_it_is_healthy_and_locks_down()
    {
        string said = Service("1.0.0", "install");
        string sid = "*S-1-5-80-" + string.Join('-', Sid("KIOSK"));
        Assert.Contains($"> icacls.exe C:\\Kiosk\\data /grant {sid}:(OI)(CI)M", said, StringComparison.Ordinal);
        Assert.Contains("> New-Service \"C:\\Kiosk\\kiosk-1.0.0\\kiosk.exe\" run --config \"C:\\Kiosk\\kiosk.json\" --service "
            + "--browser-url \"C:\\Kiosk\\screen\\screen.html\"", said, StringComparison.Ordinal);
        Assert.Contains("> sc.exe sidtype Kiosk restricted", said, StringComparison.Ordinal);
        // Windows lets only SYSTEM set the shell.
        Assert.Contains("> Register-ScheduledTask NT AUTHORITY\\SYSTEM\n> Set-CimInstance MDM_AssignedAccess ", said,
            StringComparison.Ordinal);
        Assert.Contains("> uwfmgr.exe filter enable", said, StringComparison.Ordinal);
        Assert.EndsWith("locked down; restart the device. Updates: uwfmgr servicing enable, restart, install, restart.",
            said.TrimEnd(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_version_that_does_not_become_healthy_is_rolled_back_and_can_be_installed_again()
    {
        Service("1.0.0", "install", "-WithoutLockdown");
        string said = Service("1.1.0", "install", "-WithoutLockdown", unhealthy: true, exit: 1);
        Assert.Contains("> Invoke-CimMethod Change \"C:\\Kiosk\\kiosk-1.1.0\\kiosk.exe\"", said, StringComparison.Ordinal);
        Assert.Contains("the new version did not become healthy; the version before is running", said, StringComparison.Ordinal);
        Assert.StartsWith("\"C:\\Kiosk\\kiosk-1.0.0\\kiosk.exe\"", File.ReadAllText(In("c/service.txt")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("c/Kiosk/kiosk-1.1.0")));
        Service("1.1.0", "install", "-WithoutLockdown");
        Assert.StartsWith("\"C:\\Kiosk\\kiosk-1.1.0\\kiosk.exe\"", File.ReadAllText(In("c/service.txt")), StringComparison.Ordinal);
        Service("1.1.0", "rollback");
        Assert.StartsWith("\"C:\\Kiosk\\kiosk-1.0.0\\kiosk.exe\"", File.ReadAllText(In("c/service.txt")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_reception_becomes_a_service_with_its_own_rights_and_firewall_rule_and_is_rolled_back_when_it_does_not_stay_up()
    {
        string said = Reception("1.0.0", """{ "port": 8701, "oqs": { "face": "\\\\server\\oqs", "requests": "C:\\OQS\\req" } }""");
        Assert.Contains("> icacls.exe C:\\Reception\\data /grant NT SERVICE\\KioskReception:(OI)(CI)M", said, StringComparison.Ordinal);
        Assert.Contains("\"C:\\Reception\\kiosk-1.0.0\\reception.exe\" run --config "
            + "\"C:\\Reception\\data\\reception.json\" --service", said, StringComparison.Ordinal);
        Assert.Matches("> New-NetFirewallRule .*8701", said);
        Assert.EndsWith("kiosk-1.0.0 runs as the service KioskReception", said.TrimEnd(), StringComparison.Ordinal);
        said = Reception("1.1.0", "{}", unhealthy: true, exit: 1);
        Assert.Contains("the new version did not stay up; the version before is running", said, StringComparison.Ordinal);
        Assert.StartsWith("\"C:\\Reception\\kiosk-1.0.0\\reception.exe\"", File.ReadAllText(In("c/service.txt")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("c/Reception/kiosk-1.1.0")));
    }

    [SkippableFact]
    public void The_reception_is_not_installed_with_a_folder_on_a_drive_letter_of_the_network()
    {
        string said = Reception("1.0.0", """{ "oqs": { "institution": "1312345678", "face": "T:\\face" } }""", exit: 1);
        Assert.Contains("oqs.face: T:\\face is on a drive letter that the service does not see", said, StringComparison.Ordinal);
        Assert.DoesNotContain("New-Service", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_changed_package_is_not_installed()
    {
        string package = Package("1.0.0");
        File.AppendAllText(Path.Combine(package, "app/kiosk.exe"), "x");
        (int exit, string said) = Faked(Path.Combine(package, "kiosk-service.ps1"), "-Action install");
        Assert.Equal(1, exit);
        Assert.Contains("changed: ./app/kiosk.exe", said, StringComparison.Ordinal);
        Assert.DoesNotContain("New-Service", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Flashing_unpacks_writes_and_compares_the_image()
    {
        byte[] content = RandomNumberGenerator.GetBytes(9 << 20);
        string image = Image(content), disk = In("disk");
        File.WriteAllBytes(disk, new byte[10 << 20]);
        (int exit, string said) = Flash(image, disk, disk);
        Assert.True(exit == 0, said);
        Assert.Contains("written and compared", said, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(disk)[..content.Length]);
    }

    [SkippableFact]
    public void Flashing_writes_nothing_when_the_image_changed_the_technician_does_not_confirm_or_the_disk_is_the_computers_own()
    {
        string image = Image([1, 2, 3]), disk = In("disk");
        File.WriteAllBytes(disk, [9]);
        Assert.Contains("nothing was written", Flash(image, disk, "no").Said, StringComparison.Ordinal);
        Assert.Contains("disk 0 is the one that this computer runs from", Flash(image, "0", "S-1").Said, StringComparison.Ordinal);
        Assert.Contains("nothing was written", Flash(image, "1", "S-2").Said, StringComparison.Ordinal);
        File.AppendAllText(image, "x");
        Assert.Contains("the image is not the one in SHA256SUMS", Flash(image, disk, disk).Said, StringComparison.Ordinal);
        Assert.Equal([9], File.ReadAllBytes(disk));
    }

    private (int Exit, string Said) Flash(string image, string disk, string answer) =>
        Faked(Path.Combine(Shell.Image, "flash/flash.ps1"), $"-Image '{image}' -Disk '{disk}'", answer);

    private string Image(byte[] content)
    {
        File.WriteAllBytes(In("kiosk.img"), content);
        Assert.Equal(0, Shell.Run("zstd", ["-q", In("kiosk.img")]).Exit);
        string digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(In("kiosk.img.zst"))));
        File.WriteAllText(In("SHA256SUMS"), $"{digest}  kiosk.img.zst\n");
        return In("kiosk.img.zst");
    }

    private string Service(string version, string action, string more = "", bool unhealthy = false, int exit = 0)
    {
        string script = Path.Combine(Package(version), "kiosk-service.ps1");
        (int ended, string said) = Faked(script, $"-Action {action} {more}", unhealthy: unhealthy);
        Assert.True(ended == exit, said);
        return said;
    }

    private string Reception(string version, string config, bool unhealthy = false, int exit = 0)
    {
        string package = Package(version);
        Directory.CreateDirectory(In("c/Reception/data"));
        File.WriteAllText(In("c/Reception/data/reception.json"), config);
        (int ended, string said) = Faked(Path.Combine(package, "reception-service.ps1"), "-Action install", unhealthy: unhealthy);
        Assert.True(ended == exit, said);
        return said;
    }

    /// <summary>A package as <c>./dev package windows</c> makes it, with a fake program.</summary>
    private string Package(string version)
    {
        DirectoryInfo package = Directory.CreateDirectory(In($"kiosk-{version}"));
        package.CreateSubdirectory("app");
        foreach (string program in (string[])["kiosk", "reception"])
            File.WriteAllText(Path.Combine(package.FullName, $"app/{program}.exe"), version);
        foreach (string file in Directory.GetFiles(_scripts))
            File.Copy(file, Path.Combine(package.FullName, Path.GetFileName(file)), overwrite: true);
        string list = $"cd {package.FullName} && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS";
        Assert.Equal(0, Shell.Run("/bin/sh", ["-c", list]).Exit);
        Directory.CreateDirectory(In("c/Kiosk"));
        File.WriteAllText(In("c/Kiosk/kiosk.json"), "{}");
        return package.FullName;
    }

    private (int Exit, string Said) Faked(string script, string arguments, string answer = "", bool unhealthy = false)
    {
        Directory.CreateDirectory(In("c"));
        string fakes = Path.Combine(Shell.Root, "tests/Kiosk.Processes/Image/Windows.ps1");
        string[] more = unhealthy ? ["-Unhealthy"] : [];
        return PowerShell(["-File", fakes, "-Script", script, "-Root", In("c"), "-Arguments", arguments, "-Answer", answer, .. more]);
    }

    private string In(string name) => Path.Combine(_home.FullName, name);

    private static uint[] Sid(string name)
    {
#pragma warning disable CA5350 // Windows derives service SIDs with SHA-1
        byte[] hash = SHA1.HashData(Encoding.Unicode.GetBytes(name));
#pragma warning restore CA5350
        return [.. Enumerable.Range(0, 5).Select(i => BitConverter.ToUInt32(hash, i * 4))];
    }

    // The tool's manifest is in tests/.config.
    private static (int Exit, string Said) PowerShell(params string[] arguments) =>
        Shell.Run("env",
            ["-C", Path.Combine(Shell.Root, "tests"), "dotnet", "tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive",
            .. arguments]);
}
