using System.Globalization;

namespace Kiosk.App.Benches;

/// <summary>How one metric changed since an earlier report.</summary>
internal sealed record MetricChange(Metric Then, Metric Now)
{
    /// <summary>A smaller share of change is within what two runs on a shared machine differ by.</summary>
    private const double Noise = 0.10;

    /// <summary>Change of the median in percent.</summary>
    public string P50 => Change(Then.P50, Now.P50);

    /// <summary>Change of the 95th percentile in percent.</summary>
    public string P95 => Change(Then.P95, Now.P95);

    /// <summary>By the median: better, worse or same; empty for a metric that has no better direction.</summary>
    public string Verdict
    {
        get
        {
            double change = (Now.P50 - Then.P50) / Math.Max(Math.Abs(Then.P50), 1e-9);
            if (Now.Better is Better.Neither) return "";
            if (Math.Abs(change) < Noise || double.IsNaN(change)) return "same";
            return change < 0 == Now.Better is Better.Lower ? "better" : "worse";
        }
    }

    /// <summary>One for each metric that both reports have.</summary>
    public static IEnumerable<MetricChange> Between(BenchReport then, BenchReport now) =>
        from metric in now.Metrics
        let before = then.Metrics.FirstOrDefault(m => m.Name == metric.Name)
        where before is not null
        select new MetricChange(before, metric);

    private static string Change(double then, double now) =>
        then == 0 || double.IsNaN(then) || double.IsNaN(now) ? "–"
            : string.Create(CultureInfo.InvariantCulture, $"{100 * (now - then) / then:+0;-0;0} %");
}
