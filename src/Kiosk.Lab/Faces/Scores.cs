namespace Kiosk.Lab.Faces;

/// <summary>One comparison. The bootstrap needs the persons' numbers, because it draws persons.</summary>
/// <param name="Card">Person of the card photo.</param>
/// <param name="Probe">Person of the live picture; the same number: a genuine pair.</param>
public readonly record struct Pair(int Card, int Probe, float Distance);

/// <summary>One working point of a receiver operating characteristic.</summary>
/// <param name="Fmr">Impostor pairs at or below the distance, share.</param>
/// <param name="Fnmr">Genuine pairs above it, share.</param>
public sealed record WorkingPoint(double Distance, double Fmr, double Fnmr);

/// <summary>Genuine and impostor comparisons, sorted by distance.</summary>
public sealed class Scores
{
    private readonly Pair[] _genuine;
    private readonly Pair[] _impostor;

    public Scores(IEnumerable<Pair> pairs)
    {
        ILookup<bool, Pair> kinds = pairs.ToLookup(p => p.Card == p.Probe);
        _genuine = [.. kinds[true].OrderBy(p => p.Distance)];
        _impostor = [.. kinds[false].OrderBy(p => p.Distance)];
    }

    /// <summary>By distance, the nearest first.</summary>
    public IReadOnlyList<Pair> Genuine => _genuine;

    /// <inheritdoc cref="Genuine"/>
    public IReadOnlyList<Pair> Impostor => _impostor;

    public WorkingPoint At(double distance) =>
        new(distance, Share(_impostor, distance), _genuine.Length == 0 ? 0 : 1 - Share(_genuine, distance));

    /// <summary>The largest distance whose FMR stays at or below the rate; null when there are too few pairs for such a rate.</summary>
    public WorkingPoint? AtFmr(double rate) =>
        rate * _impostor.Length < 1 ? null : At(Math.BitDecrement(_impostor[(int)(rate * _impostor.Length)].Distance));

    /// <summary>For a plot: about 200 points, evenly spaced in the logarithm of FMR.</summary>
    public IReadOnlyList<WorkingPoint> Roc()
    {
        List<WorkingPoint> points = [];
        for (double rate = 1; rate * _impostor.Length >= 1; rate /= 1.06)
        {
            if (At(_impostor[Math.Min(_impostor.Length - 1, (int)(rate * _impostor.Length))].Distance) is { } point
                && (points.Count == 0 || points[^1].Distance > point.Distance))
                points.Add(point);
        }

        return points;
    }

    /// <summary>Share of pairs at or below the limit; 0 when there are none.</summary>
    private static double Share(Pair[] sorted, double limit)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle].Distance <= limit) low = middle + 1;
            else high = middle;
        }

        return sorted.Length == 0 ? 0 : (double)low / sorted.Length;
    }
}
