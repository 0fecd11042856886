using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;

namespace Kiosk.App.Benches;

/// <summary>How a bench ended.</summary>
public enum BenchOutcome
{
    Passed,

    /// <summary>A limit was broken.</summary>
    Failed,

    /// <summary>A device was lost or never found; <see cref="BenchReport.Failure"/> says which.</summary>
    DeviceLost,

    /// <summary>Ctrl-C; what was measured until then is in the report.</summary>
    Stopped,
}

/// <summary>One run of a bench, schema <c>kiosk-bench/1</c>. Holds nothing of a patient, no PIN and no picture.</summary>
/// <param name="Bench">camera, reader, light, keypad or soak.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Parameters">The options it ran with.</param>
/// <param name="Environment">Conditions of the desk that change its figures, from the bench file.</param>
/// <param name="Skipped">What could not be measured here, each with its reason.</param>
public sealed record BenchReport(
    string Schema, string Bench, BenchOutcome Outcome, Failure? Failure, string Detail, DateTimeOffset Started, double Seconds,
    HostFacts Host, string Desk, string Environment, IReadOnlyList<DeviceFacts> Devices, IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyList<Metric> Metrics, IReadOnlyList<LimitResult> Limits, IReadOnlyList<BenchEvent> Events, IReadOnlyList<SkippedPart> Skipped)
{
    public const string Version = "kiosk-bench/1";

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>0 passed, 1 a limit broken, 130 stopped, else the exit code of the failure in <see cref="FailureCatalogue"/>.</summary>
    [JsonIgnore]
    public int Exit => Outcome switch
    {
        BenchOutcome.Passed => 0,
        BenchOutcome.Stopped => 130,
        BenchOutcome.DeviceLost when Failure is Failure why => FailureCatalogue.EntryFor(why).Exit,
        _ => 1,
    };

    public string ToJson() => JsonSerializer.Serialize(this, _json);

    /// <exception cref="FailureException">ConfigBroken: not there, not a report, or of another schema.</exception>
    public static BenchReport Load(string path)
    {
        try
        {
            BenchReport? report = JsonSerializer.Deserialize<BenchReport>(File.ReadAllText(path), _json);
            return report is { Schema: Version } ? report
                : throw new FailureException(Core.Failures.Failure.ConfigBroken, $"{path}: not a report of schema {Version}");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new FailureException(Core.Failures.Failure.ConfigBroken,
                $"{path}: not a bench report; give the JSON file that an earlier bench wrote", wrong);
        }
    }
}

/// <summary>A device as it was found.</summary>
/// <param name="Found">Name by which the system knows it.</param>
/// <param name="Firmware">From USB (bcdDevice) or from the device; empty when unknown.</param>
public sealed record DeviceFacts(string Class, string Driver, string Address, string Found, string Model, string Serial, string Firmware,
    bool Simulated);

/// <summary>One metric with its statistics; percentiles are nearest-rank, NaN without samples.</summary>
/// <param name="Samples">In the order measured.</param>
public sealed record Metric(
    string Name, string Unit, string What, Better Better, int Count,
    double Min, double P50, double P95, double P99, double Max, double Mean, IReadOnlyList<double> Samples)
{
    internal static Metric Summarise(Series s) => new(
        s.Name, s.Unit, s.What, s.Better, s.Samples.Count,
        s.Percentile(0), s.Percentile(50), s.Percentile(95), s.Percentile(99), s.Percentile(100), s.Mean, s.Samples);
}

/// <summary>A limit of a device's profile and whether the bench kept it.</summary>
/// <param name="Measured">The statistic, in the limit's unit.</param>
public sealed record LimitResult(Limit Limit, double Measured, bool Passed)
{
    /// <summary>NaN keeps no limit.</summary>
    internal static LimitResult Judge(Limit limit, Series series)
    {
        double measured = series.Statistic(limit.Statistic);
        return new(limit, measured, !double.IsNaN(measured) && !(measured < limit.Min) && !(measured > limit.Max));
    }
}

/// <summary>Something that happened during the bench.</summary>
/// <param name="At">Seconds since the bench began.</param>
public sealed record BenchEvent(double At, string What);

/// <summary>A part of the bench that could not be measured here.</summary>
/// <param name="What">The part.</param>
public sealed record SkippedPart(string What, string Why);
