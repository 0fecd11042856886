using Kiosk.App.Reports;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;

namespace Kiosk.App.Benches;

/// <summary>The outcome of a bench in words, the same on the page and on the console.</summary>
internal static class BenchVerdict
{
    public static string Title(BenchOutcome outcome) => outcome switch
    {
        BenchOutcome.Passed => "PASSED",
        BenchOutcome.Failed => "FAILED",
        BenchOutcome.DeviceLost => "DEVICE LOST",
        BenchOutcome.Stopped => "STOPPED",
    };

    /// <summary>The reason in one sentence.</summary>
    public static string Reason(BenchReport report) => report.Outcome switch
    {
        BenchOutcome.Passed => $"{report.Limits.Count} of {report.Limits.Count} limits kept, {report.Metrics.Count} metrics.",
        BenchOutcome.Failed =>
            $"{report.Limits.Count(l => !l.Passed)} of {report.Limits.Count} limits broken: "
                + $"{string.Join("; ", report.Limits.Where(l => !l.Passed).Select(Broken))}.",
        BenchOutcome.DeviceLost =>
            $"{report.Failure} ({FailureCatalogue.EntryFor(report.Failure!.Value).Code}) after {ShortNumber.Format(report.Seconds)} s: "
                + $"{report.Detail}. "
            + "What was measured until then is below.",
        BenchOutcome.Stopped => $"stopped by Ctrl-C after {ShortNumber.Format(report.Seconds)} s. What was measured until then is below.",
        _ => "",
    };

    /// <summary>The values that keep the limit.</summary>
    public static string Wanted(Limit limit) => (limit.Min, limit.Max) switch
    {
        (double min, double max) => $"{ShortNumber.Format(min)} to {ShortNumber.Format(max)} {limit.Unit}",
        (double min, null) => $"≥ {ShortNumber.Format(min)} {limit.Unit}",
        (null, double max) => $"≤ {ShortNumber.Format(max)} {limit.Unit}",
        _ => "–",
    };

    private static string Broken(LimitResult result) =>
        $"{result.Limit.Metric} {result.Limit.Statistic} {ShortNumber.Format(result.Measured)} {result.Limit.Unit}, wanted "
            + $"{Wanted(result.Limit)}";
}
