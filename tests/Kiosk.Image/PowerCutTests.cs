using System.Globalization;

namespace Kiosk.Image;

/// <summary>
/// SIGKILL of QEMU is the power cut: what the guest did not flush is lost, what it flushed is in the file. <c>KIOSK_POWER_CUTS</c>
/// (20) says how many of each kind, <c>KIOSK_SEED</c> (1) at which moments.
/// </summary>
public sealed class PowerCutTests
{
    private const string First = "1.0.0", Second = "1.1.0";

    private static readonly int _cuts = Setting("KIOSK_POWER_CUTS", 20);
    private static readonly int _seed = Setting("KIOSK_SEED", 1);

    [SkippableFact]
    public void A_power_cut_at_any_moment_of_an_installation_leaves_a_device_that_starts_whole()
    {
        Random random = new(_seed);
        using Machine machine = Machine.Started(First);
        machine.Wait($"version {First} marked good");
        Product.Build("bundle", "--profile", "vm", "--version", Second);
        int kept = 0;
        for (int cut = 1; cut <= _cuts; cut++)
        {
            machine.Stick(Product.Bundle(Second));
            int after = random.Next(3, 60);
            Thread.Sleep(TimeSpan.FromSeconds(after));
            machine.Cut();
            machine.Again();
            string good = machine.Wait("marked good");
            bool first = good.Contains($"slot A version {First}", StringComparison.Ordinal), second = good.Contains($"slot B version {Second}", StringComparison.Ordinal);
            Assert.True(first || second, $"seed {_seed}, cut {cut} after {after} s: {good}");
            Figures.Note($"power cut {cut} of an installation, after {after} s", good);
            if (!second) continue;
            // It was through: back to the older one by the slot, for the next cut.
            kept++;
            machine.Shell("rauc status mark-active other >/dev/null");
            machine.Shell("systemctl --no-block reboot");
            machine.Wait($"slot A version {First} marked good");
        }

        Figures.Note("power cuts of installations", $"{_cuts}, seed {_seed}: all started; {kept} already under the new version");
    }

    [SkippableFact]
    public void A_power_cut_at_any_moment_of_a_visit_leaves_nothing_of_the_patient_on_the_disk()
    {
        Random random = new(_seed);
        using Machine machine = Machine.Started(First, "--card");
        machine.Wait($"version {First} marked good");
        using Clinic clinic = new(machine);
        clinic.Enrol();
        clinic.Until("Idle");
        // One whole visit first: whatever it leaves is searched for too.
        clinic.Visit();
        for (int cut = 1; cut <= _cuts; cut++)
        {
            using CancellationTokenSource stop = new();
            clinic.Interrupted = stop.Token;
            Task visiting = Task.Run(() => VisitUntilCut(clinic, stop.Token), CancellationToken.None);
            double after = random.NextDouble() * 40;
            Thread.Sleep(TimeSpan.FromSeconds(after));
            string state = clinic.State();
            stop.Cancel();
            machine.Cut();
            visiting.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Wait();
            Assert.Equal("", machine.Found(s_canaries));
            clinic.Interrupted = CancellationToken.None;
            machine.Again();
            clinic.Reconnect();
            machine.Wait($"version {First} marked good");
            clinic.Until("Idle");
            Figures.Note($"power cut {cut} of a visit, after {after:F0} s", $"in {state}; started again, nothing of the patient on the disk");
        }

        // The search finds what is there.
        machine.Shell("printf 'birth 19930409' >/var/lib/kiosk/planted && sync");
        machine.Cut();
        Assert.Equal("19930409", machine.Found(s_canaries));
    }

    // Of the card "standard": date of birth, name and postal address as text, its photo's first bytes (JPEG 2000).
    private static readonly byte[][] s_canaries = ["19930409"u8.ToArray(), [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]];

    private static void VisitUntilCut(Clinic clinic, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested) clinic.Visit();
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The power went in the midst of it.
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
