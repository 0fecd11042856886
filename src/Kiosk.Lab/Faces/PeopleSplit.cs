namespace Kiosk.Lab.Faces;

/// <summary>
/// Shows how optimistic a threshold is that was chosen and measured on the same people: people are divided at random, the threshold is
/// chosen
/// on one half (false matches inside the group at most 1e-3) and measured on the other half.
/// </summary>
/// <param name="Threshold">Median of the chosen thresholds.</param>
/// <param name="FmrGroup">Mean FMR inside the group of the other half.</param>
/// <param name="Fnmr">Mean FNMR of the other half.</param>
/// <param name="ShippedWithin">Share of the rounds in which the shipped threshold gives 1e-3 or less inside the group.</param>
public sealed record SplitRates(int Rounds, double Threshold, double FmrGroup, double Fnmr, double ShippedWithin)
{
    private const int Halves = 200;
    private const double Rate = 1e-3;

    /// <param name="people">Their numbers are 0 to people - 1.</param>
    public static SplitRates Measure(Scores all, Scores group, int people, double shipped)
    {
        double[] thresholds = new double[Halves], fmr = new double[Halves], fnmr = new double[Halves];
        int within = 0;
        ulong state = 1; // fixed, so that the same pictures give the same halves (Knuth's MMIX generator)
        for (int round = 0; round < Halves; round++)
        {
            bool[] chosen = [.. Enumerable.Range(0, people)
                .Select(_ => ((state = unchecked((state * 6364136223846793005) + 1442695040888963407)) >> 40 & 1) == 0)];
            Pair[] known = [.. group.Impostor.Where(p => chosen[p.Card] && chosen[p.Probe])];
            Pair[] unseen = [.. group.Impostor.Where(p => !chosen[p.Card] && !chosen[p.Probe])];
            Pair[] genuine = [.. all.Genuine.Where(p => !chosen[p.Card])];
            if (known.Length == 0 || unseen.Length == 0 || genuine.Length == 0) continue;
            double distance = Math.BitDecrement(known[(int)(Rate * known.Length)].Distance);
            thresholds[round] = distance;
            fmr[round] = (double)unseen.Count(p => p.Distance <= distance) / unseen.Length;
            fnmr[round] = (double)genuine.Count(p => p.Distance > distance) / genuine.Length;
            if (unseen.Count(p => p.Distance <= shipped) <= Rate * unseen.Length) within++;
        }

        return new(Halves, thresholds.Order().ElementAt(Halves / 2), fmr.Average(), fnmr.Average(), (double)within / Halves);
    }
}
