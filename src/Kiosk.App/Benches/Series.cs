namespace Kiosk.App.Benches;

/// <summary>Which values of a metric are good.</summary>
public enum Better
{
    Lower,
    Higher,

    /// <summary>Reported but not compared: a level, a temperature.</summary>
    Neither,
}

/// <summary>One metric of a bench: every sample, in the order measured.</summary>
/// <param name="Name">As in a profile's limits.</param>
/// <param name="Unit">ms, fps, %, MiB; empty for a count.</param>
/// <param name="What">What it is, one line for the report.</param>
/// <param name="Samples">Rounded to 4 significant decimals.</param>
internal sealed record Series(string Name, string Unit, string What, Better Better, List<double> Samples)
{
    public double Mean => Samples.Count == 0 ? double.NaN : Samples.Average();

    /// <summary>Nearest-rank percentile; NaN without samples.</summary>
    /// <param name="percent">0 to 100.</param>
    public double Percentile(double percent)
    {
        if (Samples.Count == 0) return double.NaN;
        double[] sorted = [.. Samples.Order()];
        int rank = (int)Math.Ceiling(percent / 100 * sorted.Length);
        return sorted[Math.Clamp(rank - 1, 0, sorted.Length - 1)];
    }

    /// <param name="name">count, sum, mean, min, p50, p95, p99 or max, as in <see cref="Devices.Board.Limit.Statistic"/>.</param>
    /// <exception cref="InvalidDataException">No such statistic.</exception>
    public double Statistic(string name) => name switch
    {
        "count" => Samples.Count,
        "sum" => Samples.Sum(),
        "mean" => Mean,
        "min" => Percentile(0),
        "p50" => Percentile(50),
        "p95" => Percentile(95),
        "p99" => Percentile(99),
        "max" => Percentile(100),
        _ => throw new InvalidDataException($"no statistic \"{name}\""),
    };
}
