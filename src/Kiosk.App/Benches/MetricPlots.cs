using Kiosk.App.Reports;

namespace Kiosk.App.Benches;

/// <summary>The two plots of one metric.</summary>
internal static class MetricPlots
{
    private const int Width = 560, Height = 150, MostPoints = 1200, Bins = 28;

    /// <summary>Every sample in the order measured.</summary>
    /// <param name="limits">Lines to draw; values in the metric's unit.</param>
    public static Plot InOrder(Metric metric, IReadOnlyList<double> limits)
    {
        (double low, double high) = Range(metric, limits);
        PlotTick[] ticks = [.. ((double[])[0, 0.5, 1]).Select(share => low + ((high - low) * share)).Select(Tick)];
        List<(double, double)> points = [];
        // Drawing every k-th sample would hide the spikes: of each group the lowest and the highest are drawn.
        int step = Math.Max(1, metric.Samples.Count / (MostPoints / 2));
        for (int i = 0; i < metric.Samples.Count; i += step)
        {
            double[] group = [.. metric.Samples.Skip(i).Take(step).Where(double.IsFinite)];
            if (group.Length == 0) continue;
            points.Add((i, group.Min()));
            if (step > 1) points.Add((i, group.Max()));
        }

        int last = metric.Samples.Count - 1;
        return new Plot($"{metric.Name}: every sample in the order measured", Width, Height,
            new PlotAxis(0, last, [new PlotTick(last, $"{metric.Count} samples")]), new PlotAxis(low, high, ticks))
        {
            Lines = [new PlotLine("line", "", points)],
            Limits = [.. limits.Where(l => l >= low && l <= high).Select(l => new PlotLimit(null, l))],
        };
    }

    /// <summary>How many samples lie in each part of the range.</summary>
    /// <inheritdoc cref="InOrder"/>
    public static Plot Distribution(Metric metric, IReadOnlyList<double> limits)
    {
        (double low, double high) = Range(metric, limits);
        int[] bins = new int[Bins];
        foreach (double value in metric.Samples.Where(double.IsFinite))
            bins[Math.Clamp((int)((value - low) / (high - low) * Bins), 0, Bins - 1)]++;
        double step = (high - low) / Bins;
        int most = Math.Max(1, bins.Max());
        PlotAxis values = new(low, high, [Tick(low), new PlotTick(high, $"{ShortNumber.Format(high)} {metric.Unit}")]);
        return new Plot($"{metric.Name}: distribution of the samples", Width, Height, values,
            new PlotAxis(0, most, [new PlotTick(0, "0"), new PlotTick(most, $"{most}")]))
        {
            Bars = [.. bins.Select((count, i) => new PlotBar(low + (i * step), low + ((i + 1) * step), count))
                .Where(bar => bar.Height > 0)],
            Limits = [.. limits.Where(l => l >= low && l <= high).Select(l => new PlotLimit(l, null))],
        };
    }

    private static PlotTick Tick(double value) => new(value, ShortNumber.Format(value));

    private static (double Low, double High) Range(Metric metric, IReadOnlyList<double> limits)
    {
        double[] all = [.. metric.Samples.Where(double.IsFinite)];
        if (all.Length == 0) return (0, 1);
        double low = all.Min(), high = all.Max(), span = Math.Max(high - low, Math.Max(Math.Abs(high) * 0.02, 1e-6));
        // A limit far away would flatten the samples: only near ones widen the plot.
        foreach (double limit in limits.Where(l => l > low - (2 * span) && l < high + (2 * span)))
            (low, high) = (Math.Min(low, limit), Math.Max(high, limit));
        if (low > 0 && low < high * 0.5) low = 0;
        return (low, high + (Math.Max(high - low, span) * 0.06));
    }
}
