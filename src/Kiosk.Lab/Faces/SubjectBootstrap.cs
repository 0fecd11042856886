namespace Kiosk.Lab.Faces;

/// <summary>95 % bounds of a rate.</summary>
public sealed record Bounds(double Low, double High);

/// <summary>
/// Bounds of a rate by drawing people with replacement. Drawing pairs would give bounds that are far too narrow, because all pairs of one
/// person depend on each other. The weight of a pair is how often its card's person was drawn times how often its probe's person was.
/// </summary>
public sealed class SubjectBootstrap
{
    private const int Rounds = 400;
    private readonly int[][] _draws;
    private readonly Scores _scores;

    /// <param name="scores">All comparisons.</param>
    /// <param name="people">Their numbers are 0 to people - 1.</param>
    public SubjectBootstrap(Scores scores, int people)
    {
        _scores = scores;
        int[] present = [.. scores.Genuine.Concat(scores.Impostor).SelectMany(p => (int[])[p.Card, p.Probe]).Distinct()];
        _draws = [.. Enumerable.Range(0, Rounds).Select(round => Draw((ulong)round, present, people))];
    }

    /// <summary>Of the false match rate at a distance.</summary>
    public Bounds Fmr(double distance) =>
        Percentiles(draw => Share(_scores.Impostor, distance, p => draw[p.Card] * draw[p.Probe]), _scores.Impostor.Count);

    /// <summary>Of the false non-match rate at a distance.</summary>
    public Bounds Fnmr(double distance)
    {
        Bounds matched = Percentiles(draw => 1 - Share(_scores.Genuine, distance, p => draw[p.Card]), _scores.Genuine.Count);
        return matched with { High = Math.Min(1, matched.High) };
    }

    /// <summary>
    /// Of the false non-match rate where the false match rate is <paramref name="rate"/>: the distance is computed again in every draw.
    /// </summary>
    public Bounds FnmrAtFmr(double rate) => Percentiles(
        draw =>
        {
            double all = Total(_scores.Impostor, p => draw[p.Card] * draw[p.Probe]), sum = 0, distance = double.MaxValue;
            foreach (Pair pair in _scores.Impostor)
            {
                sum += draw[pair.Card] * draw[pair.Probe];
                if (sum <= rate * all) continue;
                distance = Math.BitDecrement(pair.Distance);
                break;
            }

            return 1 - Share(_scores.Genuine, distance, p => draw[p.Card]);
        },
        _scores.Genuine.Count);

    /// <summary>The round's number is the seed: the same pictures give the same bounds (Knuth's MMIX generator).</summary>
    private static int[] Draw(ulong state, int[] present, int people)
    {
        int[] times = new int[people];
        for (int i = 0; i < present.Length; i++)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            times[present[(int)((state >> 33) % (ulong)present.Length)]]++;
        }

        return times;
    }

    /// <summary>The upper bound is at least 3 / pairs (rule of three), also when no draw had an error.</summary>
    private Bounds Percentiles(Func<int[], double> rate, int pairs)
    {
        if (pairs == 0) return new(0, 1);
        double[] rates = [.. _draws.AsParallel().WithDegreeOfParallelism(2).Select(rate).Order()];
        return new(rates[(int)(Rounds * 0.025)], Math.Max(rates[(int)(Rounds * 0.975)], Math.Min(1, 3.0 / pairs)));
    }

    private static double Share(IReadOnlyList<Pair> sorted, double distance, Func<Pair, double> weight)
    {
        double near = 0;
        foreach (Pair pair in sorted)
        {
            if (pair.Distance > distance) break;
            near += weight(pair);
        }

        double all = Total(sorted, weight);
        return all == 0 ? 0 : near / all;
    }

    private static double Total(IReadOnlyList<Pair> pairs, Func<Pair, double> weight)
    {
        double sum = 0;
        foreach (Pair pair in pairs) sum += weight(pair);
        return sum;
    }
}
