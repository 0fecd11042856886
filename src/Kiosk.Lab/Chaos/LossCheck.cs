using System.Diagnostics;
using Kiosk.Lab.Desk;

namespace Kiosk.Lab.Chaos;

/// <summary>Compares what patients were told with the rows of a reception's database. It uses no code of the hand-over.</summary>
internal static class LossCheck
{
    /// <param name="Told">Number of keys told to a patient.</param>
    /// <param name="Stored">Number of different keys in the database.</param>
    /// <param name="Lost">Number of keys that were told and are not stored.</param>
    /// <param name="Duplicated">Number of rows beyond the first row of a key.</param>
    /// <param name="Repeats">Number of receipts that were repeated after a lost answer.</param>
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
        return new(told.Count, keys.Count, told.Count(k => !keys.Contains(k)), stored.Count - keys.Count,
            lines.Count(l => l is ["T", _, "1"]));
    }

    /// <summary>Whole lines only: a killed process may have written half of the last line.</summary>
    public static List<string[]> Lines(IEnumerable<string> files) =>
        [.. files.Where(File.Exists)
            .SelectMany(f => File.ReadAllText(f) is var all ? all[..(all.LastIndexOf('\n') + 1)]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries) : [])
            .Select(line => line.Split(' '))];

    /// <returns>The stored keys, one for each row. Empty: the database cannot be read.</returns>
    public static List<string> Ledger(ChaosStore store)
    {
        if (store.Key == "database" && !File.Exists(store.Where)) return [];
        ProcessStartInfo start = new("dotnet", [LabFiles.Reception, "ledger", .. store.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process ledger = Process.Start(start)!;
        // The reason is not needed: if the database cannot be read, everything that was told counts as lost.
        _ = ledger.StandardError.ReadToEndAsync();
        string all = ledger.StandardOutput.ReadToEnd();
        ledger.WaitForExit();
        return ledger.ExitCode != 0 ? [] : [.. all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[3])];
    }
}
