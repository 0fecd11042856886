using System.Net.Sockets;
using System.Text.Json;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Kiosk.Image;

/// <summary>The image in QEMU: <c>./dev test --image</c>, which takes hours without KVM; one test with <c>--filter NAME</c>.</summary>
public sealed class ImageTests
{
    private const string First = "1.0.0";

    [SkippableFact]
    public void A_device_starts_verified_is_marked_good_shows_its_page_and_no_port_is_reachable()
    {
        using Machine machine = Machine.Started(First, "--secure-boot");
        machine.Wait("verified root on slot A");
        Figures.Note("power on to marked good, packed image, Secure Boot, first start",
            machine.Wait($"slot A version {First} marked good"));

        Assert.Equal("1", machine.Shell("od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"));
        Assert.Contains("[confidentiality]", machine.Shell("cat /sys/kernel/security/lockdown"), StringComparison.Ordinal);
        Assert.Equal("", machine.Shell("systemctl --failed --no-legend --plain"));
        // The kernel starts this sound card muted and with volume 0.
        Assert.Matches(@"Front Left: Playback [1-9]\d* \[\d+%\] .*\[on\]", machine.Shell("amixer -c 0 sget Master"));
        Assert.Contains("/dev/mapper/root", machine.Shell("findmnt -n -o SOURCE,OPTIONS /"), StringComparison.Ordinal);
        Assert.NotEqual(0, machine.Try("touch /usr/x /etc/x").Exit);
        // The kiosk's port is in the browser's network name space; no TCP port listens elsewhere.
        Assert.DoesNotContain("LISTEN", machine.Shell("ss -Htln"), StringComparison.Ordinal);
        Assert.False(AnswersFromOutside(machine), "the kiosk's port answers from outside");
        machine.UntilDrawn("setup");
        // Only one page is drawn. The grep shows when a new version of the browser names its own pages differently.
        string browser = machine.Shell(
            "cat /proc/[0-9]*/cmdline | tr '\\0 ' '\\n\\n' | " +
            "grep -E '^--(type=renderer|top-chrome-webui|utility-sub-type=)' | sort | uniq -c");
        Assert.Contains("--type=renderer", browser, StringComparison.Ordinal);
        Assert.DoesNotContain("--top-chrome-webui", browser, StringComparison.Ordinal);
        // The name of the entry has no counter of tries any more: the entry is good.
        Assert.Equal("kiosk-a.conf", machine.Shell("mount -o ro /dev/kiosk/esp /efi && ls /efi/loader/entries | grep kiosk-; umount /efi"));
        Assert.Equal("", machine.Shell("grep -rIlE '^-----BEGIN .*PRIVATE KEY' /etc /usr/lib/kiosk /opt 2>/dev/null || true"));
    }

    [SkippableFact]
    public void The_bench_profile_starts_with_its_fault_injectors()
    {
        Skip.IfNot(Product.SkipReason is null, Product.SkipReason);
        Product.Build("--profile", "bench", "--version", First);
        using Machine machine = new();
        machine.Start("--profile", "bench", "--version", First);
        machine.Wait($"slot A version {First} marked good");
        string modules = Path.Combine(Product.Root, "image-build/profile/bench/etc/modules-load.d/bench.conf");
        foreach (string module in File.ReadLines(modules).Where(line => !line.StartsWith('#')))
            Assert.Equal("live", machine.Shell($"cat /sys/module/{module.Replace('-', '_')}/initstate"));
        Assert.Contains("SMBus stub driver", machine.Shell("cat /sys/bus/i2c/devices/i2c-*/name"), StringComparison.Ordinal);
        // The bench profile sets no lockdown, so that testers can trace the kernel.
        Assert.DoesNotContain("[confidentiality]", machine.Shell("cat /sys/kernel/security/lockdown"), StringComparison.Ordinal);
        Assert.Equal("", machine.Shell("systemctl --failed --no-legend --plain"));
        machine.UntilDrawn("setup");
    }

    [SkippableFact]
    public void A_changed_root_is_not_started_and_the_device_says_why()
    {
        Skip.IfNot(Product.SkipReason is null, Product.SkipReason);
        Product.Build("--profile", "vm", "--version", First);
        string disk = Path.Combine(Product.Artifacts, "tampered.img");
        Product.RunToSuccess("cp", ["--sparse=always", Path.Combine(Product.Artifacts, $"work/vm-{First}/disk.img"), disk]);
        using (FileStream file = File.OpenWrite(disk))
        {
            file.Position = Partition(disk, "root-a") + (1 << 16);
            file.Write(new byte[4096]);
        }

        using Machine machine = new();
        machine.Start("--disk", disk);
        machine.Wait("the root of slot a does not match its signed hash");
        machine.Wait("RECOVERY. No version of this kiosk becomes healthy");
        machine.Wait("slot a: the root does not match its signed hash");
        File.Delete(disk);
    }

    [SkippableFact]
    public void An_unsigned_kernel_is_refused_by_the_firmware()
    {
        using Machine machine = Machine.Started(First, "--secure-boot");
        machine.Wait("verified root on slot A");
        machine.Wait("marked good");
        // As an attacker with access to the disk would do.
        machine.Stick(Path.Combine(Product.Artifacts, $"work/vm-{First}/kiosk.unsigned.efi"));
        machine.Shell("mkdir -p /run/s; until mount -o ro /dev/sda /run/s 2>/dev/null; do sleep 2; done; "
            + "test -s /run/s/kiosk.unsigned.efi && mount /dev/kiosk/esp /efi && cp /run/s/kiosk.unsigned.efi /efi/EFI/kiosk/a.efi && "
            + "sync && umount /efi /run/s && "
            + "systemctl --no-block reboot");
        machine.Wait("Access Denied");
    }

    [SkippableFact]
    public void The_watchdog_restarts_a_hung_kernel()
    {
        using Machine machine = Machine.Started(First);
        machine.Wait("marked good");
        // With kernel.panic=0 a kernel that has panicked stays there; only the watchdog can restart it.
        machine.Shell("sysctl -w kernel.panic=0 kernel.sysrq=1 && (sleep 10; echo c >/proc/sysrq-trigger) &");
        machine.Wait("Kernel panic");
        machine.Wait("verified root on slot A");
    }

    private static bool AnswersFromOutside(Machine machine)
    {
        using JsonDocument state = JsonDocument.Parse(File.ReadAllText(Path.Combine(machine.Home, "state.json")));
        using TcpClient client = new();
        client.Connect("127.0.0.1", state.RootElement.GetProperty("port").GetInt32());
        // QEMU accepts the connection for the guest; only an answer means that the port is reachable.
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

    private static long Partition(string disk, string name)
    {
        using JsonDocument table = JsonDocument.Parse(Product.RunToSuccess("sfdisk", ["-J", disk]));
        return table.RootElement.GetProperty("partitiontable").GetProperty("partitions").EnumerateArray()
            .Single(p => p.GetProperty("name").GetString() == name).GetProperty("start").GetInt64() * 512;
    }
}
