using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Kiosk.Image;

/// <summary>The device image, built and started in QEMU. Hours without KVM: <c>./dev test --image</c>, or one by <c>--filter</c>.</summary>
public sealed class ImageTests
{
    private const string First = "1.0.0", Second = "1.1.0", Broken = "1.2.0";

    [SkippableFact]
    public void A_device_starts_verified_is_marked_good_shows_its_page_and_lets_nobody_in()
    {
        using Machine machine = Started("--secure-boot");
        machine.Wait("verified root on slot A");
        machine.Wait($"slot A version {First} marked good");

        Assert.Equal("1", machine.Shell("od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c").Trim());
        Assert.Contains("[confidentiality]", machine.Shell("cat /sys/kernel/security/lockdown"), StringComparison.Ordinal);
        Assert.Equal("", machine.Shell("systemctl --failed --no-legend --plain"));
        Assert.Contains("/dev/mapper/root", machine.Shell("findmnt -n -o SOURCE,OPTIONS /"), StringComparison.Ordinal);
        Assert.NotEqual(0, machine.Try("touch /usr/x /etc/x").Exit);
        // The kiosk's port is in the browser's name space; nothing else listens but DHCP's answer port.
        Assert.DoesNotContain("LISTEN", machine.Shell("ss -Htln"), StringComparison.Ordinal);
        Assert.False(Reaches(machine), "the screen's port answers from outside");
        Assert.True(machine.Shot("setup").Length > 10_000, "the screen is empty");
        // The counter is gone: this entry is good.
        Assert.Equal("kiosk-a.conf", machine.Shell("mount -o ro /dev/kiosk/esp /efi && ls /efi/loader/entries | grep kiosk-; umount /efi"));
        Assert.Equal("", machine.Shell("grep -rlE '^-----BEGIN .*PRIVATE KEY' /etc /usr/lib/kiosk /opt 2>/dev/null || true"));
    }

    [SkippableFact]
    public void An_update_from_a_stick_goes_into_B_an_older_one_and_a_foreign_one_are_refused_and_a_bad_one_is_rolled_back()
    {
        using Machine machine = Started();
        machine.Wait($"slot A version {First} marked good");

        Product.Build("--profile", "vm", "--version", Second);
        machine.Stick(Product.Bundle(Second));
        machine.Wait($"version {Second} installed in");
        machine.Wait("verified root on slot B");
        machine.Wait($"slot B version {Second} marked good");

        machine.Stick(Product.Bundle(First));
        machine.Wait($"refused: version {First} is older");
        machine.Stick(Foreign(machine));
        machine.Wait("refused, not a bundle signed by an update key");

        Product.Build("--profile", "vm", "--version", Broken, "--broken");
        machine.Stick(Product.Bundle($"{Broken}-broken"));
        machine.Wait($"version {Broken} installed in");
        for (int time = 1; time <= 3; time++) machine.Wait($"UNHEALTHY slot A version {Broken}");
        machine.Wait("earlier starts failed");
        machine.Wait($"slot B version {Second} marked good");
        Assert.Contains($"version {Broken} not healthy", machine.Shell("cat /var/lib/kiosk/rollback.txt"), StringComparison.Ordinal);
        // Offered again, it is not taken again.
        machine.Stick(Product.Bundle($"{Broken}-broken"));
        machine.Wait($"version {Broken} was tried and given up");
    }

    [SkippableFact]
    public void A_changed_root_is_not_started_and_the_device_says_why()
    {
        Skip.IfNot(Product.WhyNot is null, Product.WhyNot);
        Product.Build("--profile", "vm", "--version", First);
        string disk = Path.Combine(Product.Artifacts, "tampered.img");
        File.Copy(Path.Combine(Product.Artifacts, "work/vm/disk.img"), disk, overwrite: true);
        using (FileStream file = File.OpenWrite(disk))
        {
            file.Position = Partition(disk, "root-a") + (1 << 16);
            file.Write(new byte[4096]);
        }

        using Machine machine = new();
        machine.Start("--disk", disk);
        machine.Wait("the root of slot a does not match its signed hash");
        machine.Wait("RECOVERY. No version of this kiosk gets healthy");
        machine.Wait("slot a: the root does not match its signed hash");
        File.Delete(disk);
    }

    [SkippableFact]
    public void An_unsigned_kernel_is_refused_by_the_firmware()
    {
        using Machine machine = Started("--secure-boot");
        machine.Wait("verified root on slot A");
        machine.Wait("marked good");
        // What somebody with the disk in hand would do.
        machine.Stick(Path.Combine(Product.Artifacts, "work/vm/kiosk.unsigned.efi"));
        machine.Shell("sleep 5; mkdir -p /run/s; mount -o ro /dev/sda /run/s && mount /dev/kiosk/esp /efi && cp /run/s/kiosk.unsigned.efi /efi/EFI/kiosk/a.efi && sync && umount /efi /run/s; systemctl --no-block reboot");
        machine.Wait("Access Denied");
    }

    [SkippableFact]
    public void The_watchdog_starts_a_hung_kernel_again()
    {
        using Machine machine = Started();
        machine.Wait("marked good");
        // A kernel that has panicked and stays there: nobody but the watchdog can help.
        machine.Shell("sysctl -w kernel.panic=0 kernel.sysrq=1 && (sleep 2; echo c >/proc/sysrq-trigger) &");
        machine.Wait("Kernel panic");
        machine.Wait("verified root on slot A");
    }

    /// <summary>SIGKILL of QEMU is the power cut: what the guest did not flush is lost, what it flushed is in the file.</summary>
    [SkippableFact]
    public void A_power_cut_at_any_moment_of_an_installation_leaves_a_device_that_starts()
    {
        int cuts = int.Parse(Environment.GetEnvironmentVariable("KIOSK_POWER_CUTS") ?? "20", CultureInfo.InvariantCulture);
        int seed = int.Parse(Environment.GetEnvironmentVariable("KIOSK_SEED") ?? "1", CultureInfo.InvariantCulture);
        Random random = new(seed);
        using Machine machine = Started();
        machine.Wait("marked good");
        Product.Build("--profile", "vm", "--version", Second);
        for (int cut = 1; cut <= cuts; cut++)
        {
            machine.Stick(Product.Bundle(Second));
            int after = random.Next(5, 150);
            Thread.Sleep(TimeSpan.FromSeconds(after));
            machine.Cut();
            machine.Again();
            string good = machine.Wait("marked good");
            Assert.True(good.Contains($"version {First}", StringComparison.Ordinal) || good.Contains($"version {Second}", StringComparison.Ordinal), $"seed {seed}, cut {cut} after {after} s: {good}");
            if (good.Contains($"version {Second}", StringComparison.Ordinal)) break;
        }
    }

    private static Machine Started(params string[] options)
    {
        Skip.IfNot(Product.WhyNot is null, Product.WhyNot);
        Product.Build("--profile", "vm", "--version", First);
        Machine machine = new();
        machine.Start(["--version", First, .. options]);
        return machine;
    }

    private static bool Reaches(Machine machine)
    {
        using JsonDocument state = JsonDocument.Parse(File.ReadAllText(Path.Combine(machine.Home, "state.json")));
        using TcpClient client = new();
        client.Connect("127.0.0.1", state.RootElement.GetProperty("port").GetInt32());
        // QEMU accepts for the guest; only an answer means that somebody is there.
        client.ReceiveTimeout = 10_000;
        client.GetStream().Write("GET /healthz HTTP/1.0\r\nHost: 127.0.0.1:8600\r\n\r\n"u8);
        try
        {
            return client.GetStream().Read(new byte[1]) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The same content, signed by somebody else.</summary>
    private static string Foreign(Machine machine)
    {
        string folder = Path.Combine(machine.Home, "foreign"), bundle = Path.Combine(machine.Home, "foreign.raucb");
        string script = $"mkdir -p {folder} && cd {folder} && head -c 4096 /dev/zero >root.img && cp root.img uki.img && " +
            "printf '[update]\\ncompatible=kiosk-terminal-x86_64\\nversion=9.0.0\\n[bundle]\\nformat=verity\\n[image.rootfs]\\nfilename=root.img\\n[image.uki]\\nfilename=uki.img\\n' >manifest.raucm && " +
            "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=somebody -keyout ../f.key -out ../f.crt 2>/dev/null && " +
            $"rauc bundle --cert=../f.crt --key=../f.key {folder} {bundle}";
        (int exit, string said) = Product.Run("/bin/sh", ["-c", script]);
        Assert.True(exit == 0, said);
        return bundle;
    }

    private static long Partition(string disk, string name)
    {
        (int exit, string json) = Product.Run("sfdisk", ["-J", disk]);
        Assert.True(exit == 0, json);
        using JsonDocument table = JsonDocument.Parse(json);
        return table.RootElement.GetProperty("partitiontable").GetProperty("partitions").EnumerateArray()
            .Single(p => p.GetProperty("name").GetString() == name).GetProperty("start").GetInt64() * 512;
    }
}
