using System.Globalization;
using System.Text;

namespace Kiosk.App.Benches;

/// <summary>Two small pictures of one metric, as SVG text: every sample in the order measured, and how they are spread. No script, no font, no file.</summary>
internal static class Plot
{
    private const int Width = 560, Height = 150, Left = 56, Bottom = 18, Top = 8, MostPoints = 1200;

    /// <param name="limits">Lines to draw; values of the metric's unit.</param>
    public static string InOrder(Metric metric, IReadOnlyList<double> limits)
    {
        (double low, double high) = Range(metric, limits);
        StringBuilder svg = Begin($"{metric.Name}: every sample in the order measured");
        Axis(svg, low, high);
        double X(int i) => Left + ((Width - Left - 8) * (metric.Samples.Count == 1 ? 0.5 : (double)i / (metric.Samples.Count - 1)));
        double Y(double value) => Top + ((Height - Top - Bottom) * (1 - ((value - low) / (high - low))));
        foreach (double limit in limits) Add(svg, $"<line class=\"limit\" x1=\"{Left}\" x2=\"{Width - 8}\" y1=\"{Y(limit):F1}\" y2=\"{Y(limit):F1}\"/>");
        // Every k-th sample would hide the spikes: of each group the extremes are drawn.
        int step = Math.Max(1, metric.Samples.Count / (MostPoints / 2));
        StringBuilder points = new();
        for (int i = 0; i < metric.Samples.Count; i += step)
        {
            double[] group = [.. metric.Samples.Skip(i).Take(step).Where(double.IsFinite)];
            if (group.Length == 0) continue;
            Add(points, $"{X(i):F1},{Y(group.Min()):F1} ");
            if (step > 1) Add(points, $"{X(i):F1},{Y(group.Max()):F1} ");
        }
        Add(svg, $"<polyline points=\"{points}\"/><text x=\"{Width - 8}\" y=\"{Height - 4}\" text-anchor=\"end\">{metric.Count} samples</text></svg>");
        return svg.ToString();
    }

    public static string Spread(Metric metric, IReadOnlyList<double> limits)
    {
        const int Bins = 28;
        (double low, double high) = Range(metric, limits);
        int[] bins = new int[Bins];
        foreach (double value in metric.Samples.Where(double.IsFinite)) bins[Math.Clamp((int)((value - low) / (high - low) * Bins), 0, Bins - 1)]++;
        StringBuilder svg = Begin($"{metric.Name}: how the samples are spread");
        double most = bins.Max(), step = (Width - Left - 8) / (double)Bins;
        for (int i = 0; i < Bins; i++)
        {
            double height = (Height - Top - Bottom) * bins[i] / Math.Max(most, 1);
            if (bins[i] > 0) Add(svg, $"<rect x=\"{Left + (i * step):F1}\" width=\"{step - 1.5:F1}\" y=\"{Height - Bottom - height:F1}\" height=\"{Math.Max(height, 1):F1}\"/>");
        }
        double X(double value) => Left + ((Width - Left - 8) * (value - low) / (high - low));
        foreach (double limit in limits) Add(svg, $"<line class=\"limit\" x1=\"{X(limit):F1}\" x2=\"{X(limit):F1}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
        Add(svg, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - 8}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"{Height - 4}\">{Number(low)}</text><text x=\"{Width - 8}\" y=\"{Height - 4}\" text-anchor=\"end\">{Number(high)} {metric.Unit}</text>");
        Add(svg, $"<text x=\"{Left - 6}\" y=\"{Top + 10}\" text-anchor=\"end\">{most}</text></svg>");
        return svg.ToString();
    }

    /// <summary>Three significant figures, as a person reads them.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "–" : Math.Abs(value) switch
    {
        0 => "0",
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0E0", CultureInfo.InvariantCulture),
    };

    private static (double Low, double High) Range(Metric metric, IReadOnlyList<double> limits)
    {
        double[] all = [.. metric.Samples.Where(double.IsFinite)];
        if (all.Length == 0) return (0, 1);
        double low = all.Min(), high = all.Max(), span = Math.Max(high - low, Math.Max(Math.Abs(high) * 0.02, 1e-6));
        // A limit far away would press the samples flat: only near ones widen the picture.
        foreach (double limit in limits.Where(l => l > low - (2 * span) && l < high + (2 * span))) (low, high) = (Math.Min(low, limit), Math.Max(high, limit));
        if (low > 0 && low < high * 0.5) low = 0;
        return (low, high + (Math.Max(high - low, span) * 0.06));
    }

    private static StringBuilder Begin(string title) =>
        Add(new StringBuilder(), $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{title}</title>");

    private static void Axis(StringBuilder svg, double low, double high)
    {
        foreach (double part in (double[])[0, 0.5, 1])
        {
            double y = Top + ((Height - Top - Bottom) * (1 - part));
            Add(svg, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - 8}\" y1=\"{y:F1}\" y2=\"{y:F1}\"/><text x=\"{Left - 6}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{Number(low + ((high - low) * part))}</text>");
        }
    }

    private static StringBuilder Add(StringBuilder to, FormattableString text) => to.Append(text.ToString(CultureInfo.InvariantCulture));
}
