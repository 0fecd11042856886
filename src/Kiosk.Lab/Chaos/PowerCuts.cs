using System.Globalization;
using Kiosk.Devices.Journal;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// Power cuts of kiosk and reception at the same moment. The reception's database and the kiosk's journal are on a loop disk, the told
/// file is not. At each cut both processes are frozen, and the image of the disk is copied, mounted and read. Every second cut waits
/// for a hand-over that has begun and has no answer, because then only the journal knows of it.
/// </summary>
internal static class PowerCuts
{
    /// <param name="Lost">Check-ins that were told and are not in the database after the cut.</param>
    /// <param name="Open">Check-ins that were begun and not answered at the cuts.</param>
    /// <param name="JournalLost">Those of them that are not in the journal after the cut.</param>
    /// <param name="FullAndBack">True: while the disk was full nobody was told, and the kiosk continued by itself afterwards.</param>
    internal sealed record Result(int Cuts, int Told, int Lost, int Open, int JournalLost, bool FullAndBack);

    /// <param name="sync">False: control run, the syncs of both processes do nothing, and the disk is not filled.</param>
    public static async Task<Result> RunAsync(string folder, int cuts, bool sync, Random random, Action<string> progress,
        TimeProvider time, CancellationToken stop)
    {
        using LoopDisk disk = new(folder, 48);
        string journal = Path.Combine(disk.Root, "kiosk.journal"), told = Path.Combine(folder, "c1.told");
        int lost = 0, open = 0, journalLost = 0;
        bool full = false;
        await using (ChaosReception facility = await ChaosReception.MakeAsync(folder,
            ChaosStore.Sqlite(Path.Combine(disk.Root, "reception.db")), ["c1"], sync, stop))
        {
            await facility.StartAsync(stop);
            using ChaosProcess client = await ChaosProcess.StartAsync(new(folder, "c1", facility.Port, journal, told, false), sync, stop);
            for (int cut = 0; cut < cuts; cut++)
            {
                await ServedAsync(told, time, stop);
                await Task.Delay(random.Next(50, 500), stop);
                if (cut % 2 == 1) await HandingOverAsync(facility, told, random, time, stop);
                await client.FreezeAsync(time, stop);
                await ChaosProcess.FreezeAsync(facility.ProcessId, time, stop);
                List<string[]> lines = LossCheck.Lines([told]);
                List<string> begun = Begun(lines);
                disk.Look(root =>
                {
                    HashSet<string> stored = [.. LossCheck.Ledger(ChaosStore.Sqlite(Path.Combine(root, "reception.db")))];
                    lost += lines.Count(l => l[0] == "T" && !stored.Contains(l[1]));
                    HashSet<string> pending = [.. Pending(Path.Combine(root, "kiosk.journal"), time)];
                    open += begun.Count;
                    journalLost += begun.Count(k => !pending.Contains(k));
                });
                ChaosProcess.Signal(facility.ProcessId, ChaosProcess.PosixContinue);
                client.Thaw();
                if (cut % 10 == 9) progress(string.Create(CultureInfo.InvariantCulture, $"  power cut {cut + 1} of {cuts}"));
            }

            if (sync) full = await FullAsync(disk, told, time, stop);
            await client.KillAsync();
            await facility.KillAsync();
        }

        LossCheck.Verdict end = LossCheck.Judge([told], ChaosStore.Sqlite(Path.Combine(disk.Root, "reception.db")));
        return new(cuts, end.Told, lost + (sync ? end.Lost : 0), open, journalLost, full);
    }

    /// <summary>Returns when some more patients were told. Directly after a start there is nothing to lose.</summary>
    /// <exception cref="TimeoutException">No patient was told within 60 s.</exception>
    private static async Task ServedAsync(string told, TimeProvider time, CancellationToken stop)
    {
        int before = Told(told);
        for (int waited = 0; waited < 1200; waited++)
        {
            if (Told(told) >= before + 3) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, stop);
        }

        throw new TimeoutException("the chaos client has told no patient for 60 s");
    }

    /// <summary>Returns when the reception is frozen and a check-in has begun that it has not answered.</summary>
    /// <exception cref="TimeoutException">No such moment was found in 500 tries.</exception>
    private static async Task HandingOverAsync(ChaosReception facility, string told, Random random, TimeProvider time,
        CancellationToken stop)
    {
        for (int tries = 0; tries < 500; tries++)
        {
            await ChaosProcess.FreezeAsync(facility.ProcessId, time, stop);
            // An answer that was already sent arrives during this delay.
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, stop);
            if (Begun(LossCheck.Lines([told])).Count > 0) return;
            ChaosProcess.Signal(facility.ProcessId, ChaosProcess.PosixContinue);
            await Task.Delay(random.Next(5, 60), stop);
        }

        throw new TimeoutException("no hand-over without an answer was found in 500 tries");
    }

    /// <summary>Keys that must be in the journal: begun, and not about to be marked as done.</summary>
    private static List<string> Begun(List<string[]> lines) =>
        [.. lines.Where(l => l[0] == "B").Select(l => l[1]).Except(lines.Where(l => l[0] == "D").Select(l => l[1]))];

    private static async Task<bool> FullAsync(LoopDisk disk, string told, TimeProvider time, CancellationToken stop)
    {
        disk.Fill();
        // The write-ahead log first uses the space that it already has.
        int before, after = Told(told);
        do
        {
            before = after;
            await Task.Delay(TimeSpan.FromSeconds(2), time, stop);
            after = Told(told);
        }
        while (after > before);
        disk.Free();
        for (int waited = 0; waited < 30 && Told(told) <= after; waited++) await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
        return Told(told) > after;
    }

    private static int Told(string file) => LossCheck.Lines([file]).Count(l => l[0] == "T");

    private static IEnumerable<string> Pending(string file, TimeProvider time)
    {
        if (!File.Exists(file)) return [];
        using VisitJournal journal = VisitJournal.Open(file, time);
        return [.. journal.Pending().Select(p => p.Key.ToString("N"))];
    }
}
