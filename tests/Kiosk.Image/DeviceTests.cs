using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiosk.Image;

/// <summary>A device at a clinic: enrolment, visit, encryption by the TPM, wiping, installation from a stick, product image.</summary>
public sealed class DeviceTests
{
    private const string First = "1.0.0";

    [SkippableFact]
    public void A_patient_checks_in_at_the_devices_screen_reader_and_camera_up_to_the_receipt()
    {
        using Machine machine = Machine.Started(First, "--secure-boot", "--card");
        // The outbox, whose key is in memory only, works in the sandbox of kiosk.service.
        using Clinic clinic = Clinic.Open(machine, First, site => site["outbox"] = new JsonObject(), OldCertificate.Put);
        Assert.Equal("0 32 kiosk", machine.Shell(
            "echo $(stat -c %s /var/lib/kiosk/kiosk.outbox /run/kiosk-app/outbox.key) $(stat -c %U /run/kiosk-app/outbox.key)"));
        // So does storing a renewed certificate.
        (int renewed, string output) = machine.Try(
            "n=0; until openssl x509 -in /var/lib/kiosk/kiosk.pem -noout -checkend 864000; do n=$((n + 1)); " +
            "[ $n -lt 60 ] || exit 1; sleep 2; done",
            180);
        Assert.True(renewed == 0, output);
        clinic.Until("Idle");
        byte[] invited = machine.Shot("idle"), receipt = clinic.Visit();
        Assert.NotEqual(invited, receipt);
        using JsonDocument page = clinic.ReceptionPage();
        JsonElement arrival = Assert.Single(page.RootElement.GetProperty("arrivals").EnumerateArray());
        Assert.Equal(clinic.Id, arrival.GetProperty("kiosk").GetString());
        Assert.True(arrival.GetProperty("chainChecked").GetBoolean());
        // The camera is the kernel's test pattern (vivid): it works, and shows no face.
        using JsonDocument health = clinic.Health()!;
        Assert.All(health.RootElement.GetProperty("devices").EnumerateArray(),
            device => Assert.Equal("", device.GetProperty("code").GetString()));
        Assert.Equal("", machine.Shell("systemctl --failed --no-legend --plain"));
    }

    [SkippableFact]
    public void The_data_is_encrypted_by_the_TPM_and_opens_without_a_password_and_a_wiped_device_is_unprovisioned()
    {
        using Machine machine = Machine.Started(First, "--secure-boot", "--tpm", "--card");
        using Clinic clinic = Clinic.Open(machine, First);
        Assert.Equal("tpm2", machine.Shell("cat /run/kiosk/data-encryption").Trim());
        Assert.Equal("/dev/mapper/data", machine.Shell("findmnt -n -o SOURCE /var").Trim());
        string slots = machine.Shell("systemd-cryptenroll /dev/kiosk/data");
        Assert.DoesNotContain("password", slots, StringComparison.Ordinal);
        Assert.Contains("recovery", slots, StringComparison.Ordinal);
        // The provisioner has the recovery key, the device no longer has it.
        Assert.NotEqual(0, machine.Try("test -e /var/lib/kiosk-device/recovery-key").Exit);
        Assert.Contains("recovery key written", machine.Console, StringComparison.Ordinal);
        // The phase in which the TPM releases the key is over: even root cannot ask for it again.
        string again = "/lib/systemd/systemd-cryptsetup attach again /dev/kiosk/data - tpm2-device=auto,headless=true";
        Assert.NotEqual(0, machine.Try(again, 60).Exit);
        machine.Cut();
        Assert.Equal("", machine.FirstFoundOnDisk([Encoding.ASCII.GetBytes($"urn:kiosk:{clinic.Id}"), "\"reception\":"u8.ToArray()]));
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
    public void The_installer_stick_asks_writes_and_compares_and_the_device_starts_afterwards()
    {
        Skip.IfNot(Product.SkipReason is null, Product.SkipReason);
        Product.Build("stick", "--profile", "vm", "--version", First);
        string stick = Path.Combine(Product.Artifacts, $"work/vm-{First}/stick.img");
        using Machine machine = new();
        machine.Start("--empty", "--secure-boot", "--boot-stick", stick);
        machine.Wait("kiosk-install: choose");
        machine.UntilDrawn("choose");
        machine.UntilDrawn("confirm", tap: (640, 300));
        machine.TapUntilConsole("kiosk-install: writing", tap: (300, 440));
        Figures.Note("installer stick", machine.Wait("written and compared in"));
        machine.UntilDrawn("done");
        machine.Cut();
        machine.Again("--no-boot-stick");
        machine.Wait("verified root on slot A");
        machine.Wait($"slot A version {First} marked good");
    }

    [SkippableFact]
    public void The_product_image_passes_the_check_of_its_tree_is_small_enough_and_shows_its_page()
    {
        Skip.IfNot(Product.SkipReason is null, Product.SkipReason);
        Product.Build("--profile", "product", "--version", First);
        string made = Path.Combine(Product.Artifacts, "product", First);
        string tree = Path.Combine(Product.Artifacts, $"work/product-{First}/tree");
        Product.RunToSuccess(Path.Combine(Product.Root, "image-build/checks/tree.sh"), [tree, "product"]);
        long size = new FileInfo(Path.Combine(made, $"kiosk-{First}.img.zst")).Length;
        Assert.InRange(size, 1, 450L << 20);
        Figures.Note("product image", $"{size >> 20} MiB");
        string command = File.ReadAllText(Path.Combine(Product.Artifacts, $"work/product-{First}/kiosk.cmdline"));
        Assert.Contains("lockdown=confidentiality", command, StringComparison.Ordinal);
        Assert.DoesNotContain("ttyS", command, StringComparison.Ordinal);
        (_, string exposure) = Product.Run("systemd-analyze",
            ["security", "--offline=yes", "--no-pager", $"--root={tree}", "kiosk.service"]);
        Assert.Matches(@"Overall exposure level for kiosk\.service: (0\.|1\.[0-5])", exposure);

        // The product has no shell on the serial port; the test sees only its screen.
        using Machine machine = new();
        machine.Start("--profile", "product", "--version", First, "--secure-boot");
        machine.Enroll();
        machine.Wait("Enrolling secure boot keys");
        machine.UntilDrawn("product");
        // The platform key is in the firmware, which then starts only signed programs.
        Assert.True(machine.Firmware.AsSpan().IndexOf(File.ReadAllBytes(Path.Combine(Product.Keys, "PK.der"))) >= 0);
        Assert.DoesNotContain("login:", machine.Console, StringComparison.Ordinal);
    }
}
