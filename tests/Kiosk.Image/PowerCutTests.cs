using System.Diagnostics;
using System.Globalization;

namespace Kiosk.Image;

/// <summary>
/// SIGKILL of QEMU stands for a power cut: what the guest did not flush is lost, what it flushed is in the file. Environment:
/// <c>KIOSK_POWER_CUTS</c> (default 20), the number of cuts of each kind; <c>KIOSK_SEED</c> (default 1), for their moments.
/// </summary>
public sealed class PowerCutTests
{
    private const string First = "1.0.0", Second = "1.1.0";

    private static readonly int _cuts = Setting("KIOSK_POWER_CUTS", 20);
    private static readonly int _seed = Setting("KIOSK_SEED", 1);

    [SkippableFact]
    public void The_device_starts_after_a_power_cut_at_any_moment_of_an_installation()
    {
        Random random = new(_seed);
        using Machine machine = Machine.Started(First);
        machine.Wait($"slot A version {First} marked good");
        // The first cut comes right after a complete installation, which shows how long one takes on this machine.
        machine.Offer(Second);
        Stopwatch whole = Stopwatch.StartNew();
        machine.Wait($"version {Second} installed in");
        double takes = whole.Elapsed.TotalSeconds;
        int kept = CutAndStartAgain(machine, 1, takes);
        for (int cut = 2; cut <= _cuts; cut++)
        {
            machine.Offer(Second);
            // Every second cut comes near the end, where the slot is made startable.
            double after = cut % 2 == 0 ? takes - 10 + (random.NextDouble() * 15) : 3 + (random.NextDouble() * (takes - 3));
            Thread.Sleep(TimeSpan.FromSeconds(after));
            kept += CutAndStartAgain(machine, cut, after);
        }

        Figures.Note("power cuts of installations",
            $"{_cuts}, seed {_seed}, an installation takes {takes:F0} s: all started; {kept} under the new version");
    }

    /// <returns>1 when the device started the new version; it is then taken back to the old one.</returns>
    private static int CutAndStartAgain(Machine machine, int cut, double after)
    {
        machine.Cut();
        machine.Again();
        string good = machine.Wait("marked good");
        bool first = good.Contains($"slot A version {First}", StringComparison.Ordinal);
        bool second = good.Contains($"slot B version {Second}", StringComparison.Ordinal);
        Assert.True(first || second, $"seed {_seed}, cut {cut} after {after:F0} s: {good}");
        Figures.Note($"power cut {cut} of an installation, after {after:F0} s", good);
        if (first) return 0;
        machine.Shell("rauc status mark-active other >/dev/null");
        machine.Shell("systemctl --no-block reboot");
        machine.Wait($"slot A version {First} marked good");
        return 1;
    }

    [SkippableFact]
    public void A_power_cut_at_any_moment_of_a_visit_leaves_no_data_of_the_patient_on_the_disk()
    {
        Random random = new(_seed);
        using Machine machine = Machine.Started(First, "--card");
        using Clinic clinic = Clinic.Open(machine, First);
        // A complete visit first: it may not leave data either, and it shows how long a visit takes on this machine.
        Stopwatch visit = Stopwatch.StartNew();
        clinic.Visit();
        double takes = visit.Elapsed.TotalSeconds;
        byte[][] patient = PatientData(clinic);
        for (int cut = 1; cut <= _cuts; cut++)
        {
            using CancellationTokenSource stop = new();
            clinic.Interrupted = stop.Token;
            Task visiting = Task.Run(() => VisitUntilCut(clinic, stop.Token), CancellationToken.None);
            double after = random.NextDouble() * takes;
            Thread.Sleep(TimeSpan.FromSeconds(after));
            string state = clinic.LastState;
            stop.Cancel();
            machine.Cut();
            visiting.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Wait();
            Assert.Equal("", machine.FirstFoundOnDisk(patient));
            clinic.Interrupted = CancellationToken.None;
            machine.Again();
            clinic.Reconnect();
            machine.Wait($"version {First} marked good");
            clinic.Until("Idle");
            Figures.Note($"power cut {cut} of a visit, after {after:F0} s",
                $"in {state}; started again, nothing of the patient on the disk");
        }

        // Proves that the search finds such data.
        machine.Shell("printf 'CN=SIMULATEDstandard' >/var/lib/kiosk/planted && sync");
        machine.Cut();
        Assert.Equal("SIMULATEDstandard", machine.FirstFoundOnDisk(patient));
        Figures.Note("power cuts of visits",
            $"{_cuts}, seed {_seed}, a visit takes {takes:F0} s: all started again, nothing of the patient found");
    }

    // Data of the card "standard": name and public key of its certificate, which every visit reads; date of birth and first bytes of the
    // photo (JPEG 2000), which only a visit by face reads.
    private static byte[][] PatientData(Clinic clinic) =>
    [
        "SIMULATEDstandard"u8.ToArray(), clinic.CardKey("standard-0017")[64..96], "19930409"u8.ToArray(),
        [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A],
    ];

    private static void VisitUntilCut(Clinic clinic, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested) clinic.Visit();
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The power was cut during the visit.
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
