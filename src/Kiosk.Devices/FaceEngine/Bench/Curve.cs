namespace Kiosk.Devices.FaceEngine.Bench;

/// <summary>Distances of both kinds, sorted: every rate is one look-up.</summary>
internal sealed class Curve
{
    private static readonly double[] Rates = [1e-2, 1e-3, 1e-4];
    private readonly double[] _genuine;
    private readonly double[] _impostor;

    public Curve(IEnumerable<double> genuine, IEnumerable<double> impostor)
    {
        _genuine = [.. genuine.Order()];
        _impostor = [.. impostor.Order()];
    }

    public WorkingPoint At(double distance) => new(distance, Share(_impostor, distance), 1 - Share(_genuine, distance));

    /// <summary>The largest distance whose FMR stays at or below the rate.</summary>
    public WorkingPoint AtFmr(double rate) => At(Math.BitDecrement(_impostor[(int)(rate * _impostor.Length)]));

    public GroupFigures ToFigures(string group, double threshold) => new(
        group,
        _genuine.Length,
        _impostor.Length,
        At(threshold),
        [.. Rates.Where(r => r * _impostor.Length >= 1).Select(AtFmr)],
        [.. Enumerable.Range(0, 101).Select(i => At(i * 0.02)).Where(p => p.Fmr < 1 && p.Fnmr < 1)]);

    /// <summary>Share of values at or below the limit; 0 when there are none.</summary>
    private static double Share(double[] sorted, double limit)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] <= limit) low = middle + 1;
            else high = middle;
        }

        return sorted.Length == 0 ? 0 : (double)low / sorted.Length;
    }
}
