using System.Diagnostics;
using System.Text.Json;

namespace Kiosk.Image;

/// <summary>Updates of an enrolled device: kept when the device is healthy under them, otherwise rolled back and reported.</summary>
public sealed class UpdateTests
{
    private const string First = "1.0.0", Second = "1.1.0", Broken = "1.2.0";

    [SkippableFact]
    public void An_update_is_kept_an_older_and_a_foreign_one_are_refused_and_a_bad_one_is_rolled_back_and_reported()
    {
        using Machine machine = Machine.Started(First, "--card");
        using Clinic clinic = Clinic.Open(machine, First);
        machine.Offer(Second);
        Figures.Note("update, installation", machine.Wait($"version {Second} installed in"));
        machine.Wait($"restarting into version {Second}");
        Stopwatch down = Stopwatch.StartNew();
        clinic.Until("");
        machine.Wait("verified root on slot B");
        machine.Wait("this version is an update; working before it: camera reader link");
        clinic.Until("Idle");
        Figures.Note("update, downtime: restart ordered to the patient's screen inviting", $"{down.Elapsed.TotalSeconds:F0} s");
        machine.Wait($"slot B version {Second} marked good");
        Figures.Note("update, restart ordered to marked good", $"{down.Elapsed.TotalSeconds:F0} s");

        machine.Stick(Product.Bundle(First));
        machine.Wait($"refused: version {First} is older");
        machine.Stick(Foreign(machine));
        machine.Wait("refused; it is not a bundle signed with an update key");

        machine.Offer(Broken, "--broken");
        machine.Wait($"version {Broken} installed in");
        machine.Wait($"restarting into version {Broken}");
        Stopwatch bad = Stopwatch.StartNew();
        for (int attempt = 1; attempt <= 3; attempt++) machine.Wait($"UNHEALTHY slot A version {Broken}");
        machine.Wait("earlier starts failed");
        machine.Wait($"slot B version {Second} marked good");
        Figures.Note("rollback after three bad starts, restart ordered to the old version marked good", $"{bad.Elapsed.TotalSeconds:F0} s");
        // The stick with the bad version is still plugged in; that version must not be installed again.
        machine.Wait($"version {Broken} was tried and given up");
        string why = $"version {Broken} not healthy";
        Assert.Contains(why, machine.Shell("cat /var/lib/kiosk-device/rollback.txt"), StringComparison.Ordinal);

        // The reason reaches the reception and is shown on its page.
        clinic.Until("Idle");
        using JsonDocument health = clinic.Health()!;
        Assert.Contains(why, health.RootElement.GetProperty("image").GetProperty("rollback_reason").GetString(), StringComparison.Ordinal);
        using JsonDocument page = clinic.ReceptionPage();
        JsonElement reported = page.RootElement.GetProperty("kiosks").EnumerateArray()
            .Single(k => k.GetProperty("id").GetString() == clinic.Id).GetProperty("health");
        Assert.Equal($"{Second} (B)", reported.GetProperty("image").GetString());
        Assert.Contains(why, reported.GetProperty("rollback").GetString(), StringComparison.Ordinal);

        // The old version serves patients.
        clinic.Visit();
    }

    [SkippableFact]
    public void A_version_under_which_the_reader_is_missing_is_not_kept_when_the_reader_worked_before()
    {
        using Machine machine = Machine.Started(First, "--card");
        using Clinic clinic = Clinic.Open(machine, First);
        machine.Offer(Second);
        machine.Wait($"restarting into version {Second}");
        machine.UnplugReader();
        machine.Wait("verified root on slot B");
        machine.Wait($"UNHEALTHY slot B version {Second}: reader");
        // With the reader plugged in again the same version is kept at its next start.
        machine.Cut();
        machine.Again();
        clinic.Reconnect();
        machine.Wait($"slot B version {Second} marked good");
    }

    /// <summary>A bundle that is signed with a key the device does not trust.</summary>
    private static string Foreign(Machine machine)
    {
        string folder = Path.Combine(machine.Home, "foreign"), bundle = Path.Combine(machine.Home, "foreign.raucb");
        string script = $"mkdir -p {folder} && cd {folder} && head -c 1048576 /dev/urandom >root.img && cp root.img uki.img && " +
            "printf '[update]\\ncompatible=kiosk-terminal-x86_64-vm\\nversion=9.0.0\\n[bundle]\\nformat=verity\\n' >manifest.raucm && " +
            "printf '[image.rootfs]\\nfilename=root.img\\n[image.uki]\\nfilename=uki.img\\n' >>manifest.raucm && " +
            "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=somebody -keyout ../f.key -out ../f.crt 2>/dev/null && " +
            $"rauc bundle --cert=../f.crt --key=../f.key {folder} {bundle}";
        Product.RunToSuccess("/bin/sh", ["-c", script]);
        return bundle;
    }
}
