namespace Kiosk.Image;

/// <summary>A device's life at a clinic: enrolled, at work, its data encrypted by the TPM, wiped, installed from the stick.</summary>
public sealed class DeviceTests
{
    private const string First = "1.0.0";

    [SkippableFact]
    public void A_patient_checks_in_on_the_devices_own_screen_with_reader_and_camera_to_the_receipt()
    {
        using Machine machine = Machine.Started(First, "--secure-boot", "--card");
        // The degraded mode, which keeps its key in memory only, works in the device's sandbox too.
        using Clinic clinic = Clinic.Opened(machine, First, site => site["outbox"] = new System.Text.Json.Nodes.JsonObject(), OldCertificate.Put);
        Assert.Equal("0 32 kiosk", machine.Shell("echo $(stat -c %s /var/lib/kiosk/kiosk.outbox /run/kiosk-app/outbox.key) $(stat -c %U /run/kiosk-app/outbox.key)"));
        // So does writing a renewed certificate and its key, which the link then uses.
        Assert.Equal(0, machine.Try("(n=0; until openssl x509 -in /var/lib/kiosk/kiosk.pem -noout -checkend 864000; do n=$((n + 1)); [ $n -lt 60 ] || exit 1; sleep 2; done)", 180).Exit);
        clinic.Until("Idle");
        byte[] invited = machine.Shot("idle"), receipt = clinic.Visit();
        Assert.NotEqual(invited, receipt);
        using System.Text.Json.JsonDocument desk = clinic.Desk();
        System.Text.Json.JsonElement arrival = Assert.Single(desk.RootElement.GetProperty("arrivals").EnumerateArray());
        Assert.Equal(clinic.Id, arrival.GetProperty("kiosk").GetString());
        Assert.True(arrival.GetProperty("chainChecked").GetBoolean());
        // The camera is the kernel's own test pattern by V4L2; it works, and nobody is seen in it.
        using System.Text.Json.JsonDocument health = clinic.Health()!;
        Assert.All(health.RootElement.GetProperty("devices").EnumerateArray(), device => Assert.Equal("", device.GetProperty("code").GetString()));
        Assert.Equal("", machine.Shell("systemctl --failed --no-legend --plain"));
    }

    [SkippableFact]
    public void The_data_is_encrypted_by_the_TPM_opens_by_itself_and_a_wiped_device_is_unprovisioned()
    {
        using Machine machine = Machine.Started(First, "--secure-boot", "--tpm", "--card");
        using Clinic clinic = Clinic.Opened(machine, First);
        Assert.Equal("tpm2", machine.Shell("cat /run/kiosk/data-encryption").Trim());
        Assert.Equal("/dev/mapper/data", machine.Shell("findmnt -n -o SOURCE /var").Trim());
        Assert.DoesNotContain("password", machine.Shell("systemd-cryptenroll /dev/kiosk/data"), StringComparison.Ordinal);
        machine.Cut();
        Assert.Equal("", machine.Found([System.Text.Encoding.ASCII.GetBytes($"urn:kiosk:{clinic.Id}"), "\"reception\":"u8.ToArray()]));
        machine.Again();
        clinic.Reconnect();
        machine.Wait("marked good");
        clinic.Until("Idle");

        clinic.Wipe();
        machine.Wait("wiped; restarting");
        machine.Wait("verified root on slot A");
        machine.Stick("--out");
        machine.Wait("marked good");
        Assert.NotEqual(0, machine.Try("test -e /var/lib/kiosk/kiosk.json || test -e /run/kiosk/provisioned").Exit);
        Assert.Equal("tpm2", machine.Shell("cat /run/kiosk/data-encryption").Trim());
        Assert.Equal("inactive", machine.Try("systemctl is-active kiosk.service").Output.Trim());
    }

    [SkippableFact]
    public void An_installer_stick_asks_writes_compares_and_leaves_a_device_that_starts()
    {
        Skip.IfNot(Product.WhyNot is null, Product.WhyNot);
        Product.Build("stick", "--profile", "vm", "--version", First);
        string stick = Path.Combine(Product.Artifacts, $"work/vm-{First}/stick.img");
        using Machine machine = new();
        machine.Start("--empty", "--secure-boot", "--boot-stick", stick);
        machine.Wait("kiosk-install: choose");
        machine.UntilDrawn("choose");
        machine.UntilDrawn("confirm", tap: (640, 300));
        machine.UntilSaid("kiosk-install: writing", tap: (300, 440));
        Figures.Note("installer stick", machine.Wait("written and compared in"));
        machine.UntilDrawn("done");
        machine.Cut();
        machine.Again("--no-boot-stick");
        machine.Wait("verified root on slot A");
        machine.Wait($"slot A version {First} marked good");
    }

    [SkippableFact]
    public void What_is_handed_out_lets_nobody_in_is_small_enough_and_shows_its_page()
    {
        Skip.IfNot(Product.WhyNot is null, Product.WhyNot);
        Product.Build("--profile", "product", "--version", First);
        string made = Path.Combine(Product.Artifacts, "product", First), tree = Path.Combine(Product.Artifacts, $"work/product-{First}/tree");
        (int exit, string said) = Product.Run(Path.Combine(Product.Root, "image-build/checks/tree.sh"), [tree, "product"]);
        Assert.True(exit == 0, said);
        long size = new FileInfo(Path.Combine(made, $"kiosk-{First}.img.zst")).Length;
        Assert.InRange(size, 1, 450L << 20);
        Figures.Note("product image", $"{size >> 20} MiB");
        string command = File.ReadAllText(Path.Combine(Product.Artifacts, $"work/product-{First}/kiosk.cmdline"));
        Assert.Contains("lockdown=confidentiality", command, StringComparison.Ordinal);
        Assert.DoesNotContain("ttyS", command, StringComparison.Ordinal);
        (_, string exposure) = Product.Run("systemd-analyze", ["security", "--offline=yes", "--no-pager", $"--root={tree}", "kiosk.service"]);
        Assert.Matches(@"Overall exposure level for kiosk\.service: (0\.|1\.[0-5])", exposure);

        // No console to ask: it is seen by its screen.
        using Machine machine = new();
        machine.Start("--profile", "product", "--version", First, "--secure-boot");
        machine.Enroll();
        machine.Wait("Enrolling secure boot keys");
        machine.UntilDrawn("product");
        // It came up with its platform key in the firmware, which then starts only what is signed.
        Assert.True(machine.Firmware.AsSpan().IndexOf(File.ReadAllBytes(Path.Combine(Product.Keys, "PK.der"))) >= 0);
        Assert.DoesNotContain("login:", machine.Console, StringComparison.Ordinal);
    }
}
