using System.Globalization;

namespace Kiosk.App.Benches;

/// <summary>One metric now and in an earlier report.</summary>
internal sealed record Compared(Metric Then, Metric Now)
{
    /// <summary>Below this change two runs on a shared machine are the same.</summary>
    private const double Noise = 0.10;

    public string P50 => Change(Then.P50, Now.P50);

    public string P95 => Change(Then.P95, Now.P95);

    /// <summary>By the median: better, worse, same; empty for a metric that is not judged.</summary>
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

    public static IEnumerable<Compared> Of(BenchReport now, BenchReport then) =>
        from metric in now.Metrics
        let before = then.Metrics.FirstOrDefault(m => m.Name == metric.Name)
        where before is not null
        select new Compared(before, metric);

    private static string Change(double then, double now) =>
        then == 0 || double.IsNaN(then) || double.IsNaN(now) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * (now - then) / then:+0;-0;0} %");
}
