using System.Diagnostics;
using Kiosk.Lab.Desk;

namespace Kiosk.Lab.Chaos;

/// <summary>Compares what patients were told with what a reception's database holds; knows nothing of how either came about.</summary>
internal static class LossCheck
{
    /// <param name="Told">Keys told to a patient.</param>
    /// <param name="Stored">Different keys in the database.</param>
    /// <param name="Lost">Told and not stored.</param>
    /// <param name="Duplicated">Rows beyond the first of a key.</param>
    /// <param name="Repeats">Receipts that were repeats after a lost answer.</param>
    internal sealed record Verdict(int Told, int Stored, int Lost, int Duplicated, int Repeats)
    {
        public bool Good => Lost == 0 && Duplicated == 0 && Told > 0;
    }

    public static Verdict Judge(IEnumerable<string> toldFiles, ChaosStore store)
    {
        List<string[]> lines = Lines(toldFiles);
        HashSet<string> told = [.. lines.Where(l => l[0] == "T").Select(l => l[1])];
        List<string> stored = Ledger(store);
        HashSet<string> keys = [.. stored];
        return new(told.Count, keys.Count, told.Count(k => !keys.Contains(k)), stored.Count - keys.Count, lines.Count(l => l is ["T", _, "1"]));
    }

    /// <summary>Whole lines only: the last one may be half written by a process that was killed.</summary>
    public static List<string[]> Lines(IEnumerable<string> files) =>
        [.. files.Where(File.Exists).SelectMany(f => File.ReadAllText(f) is var all ? all[..(all.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries) : [])
            .Select(line => line.Split(' '))];

    /// <returns>Keys as stored, one a row; none when the database cannot even be read.</returns>
    public static List<string> Ledger(ChaosStore store)
    {
        if (store.Key == "database" && !File.Exists(store.Where)) return [];
        using Process ledger = Process.Start(new ProcessStartInfo("dotnet", [LabFiles.Reception, "ledger", .. store.Arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Why it cannot be read is no matter here: what was told is then lost.
        _ = ledger.StandardError.ReadToEndAsync();
        string all = ledger.StandardOutput.ReadToEnd();
        ledger.WaitForExit();
        return ledger.ExitCode != 0 ? [] : [.. all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[3])];
    }
}
