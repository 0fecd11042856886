using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.Core;
using Kiosk.Devices.Board;

namespace Kiosk.App.Benches;

/// <summary>How a bench ended.</summary>
internal enum BenchOutcome
{
    Passed,

    /// <summary>A limit was broken.</summary>
    Failed,

    /// <summary>A device went away or never came; <see cref="BenchReport.Failure"/> says which.</summary>
    DeviceLost,

    /// <summary>Ctrl-C; what was measured until then is in the report.</summary>
    Stopped,
}

/// <summary>One run of a bench: schema <c>kiosk-bench/1</c>. No patient, no PIN, no picture.</summary>
/// <param name="Bench">camera, reader, light, keypad or soak.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Parameters">The options it ran with.</param>
/// <param name="Skipped">What could not be measured here, each with its reason.</param>
internal sealed record BenchReport(
    string Schema, string Bench, BenchOutcome Outcome, Failure? Failure, string Detail, DateTimeOffset Started, double Seconds,
    HostFacts Host, string Desk, string Environment, IReadOnlyList<DeviceFacts> Devices, IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyList<Metric> Metrics, IReadOnlyList<Judged> Limits, IReadOnlyList<Happening> Events, IReadOnlyList<Skipped> Skipped)
{
    public const string Version = "kiosk-bench/1";

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>0 passed, 1 a limit broken, 130 stopped, else the failure's own code (failures.md).</summary>
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
            return report is { Schema: Version } ? report : throw new FailureException(Core.Failure.ConfigBroken, $"{path}: not a report of schema {Version}");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new FailureException(Core.Failure.ConfigBroken, $"{path}: not a bench report; give the JSON an earlier bench wrote", wrong);
        }
    }
}

/// <summary>A device as it was found.</summary>
/// <param name="Found">Name by which the system knows it.</param>
/// <param name="Firmware">As told by USB (bcdDevice) or the device; empty when it tells none.</param>
internal sealed record DeviceFacts(string Class, string Driver, string Address, string Found, string Model, string Serial, string Firmware, bool Simulated);

internal sealed record Metric(
    string Name, string Unit, string What, Better Better, int Count,
    double Min, double P50, double P95, double P99, double Max, double Mean, IReadOnlyList<double> Samples)
{
    public static Metric Of(Series s) => new(
        s.Name, s.Unit, s.What, s.Better, s.Samples.Count, s.Percentile(0), s.Percentile(50), s.Percentile(95), s.Percentile(99), s.Percentile(100), s.Mean, s.Samples);
}

/// <param name="Measured">The statistic, in the limit's unit.</param>
internal sealed record Judged(Limit Limit, double Measured, bool Passed)
{
    public static Judged Of(Limit limit, Series series)
    {
        double measured = series.Statistic(limit.Statistic);
        return new(limit, measured, !double.IsNaN(measured) && !(measured < limit.Min) && !(measured > limit.Max));
    }
}

/// <param name="At">Seconds since the bench began.</param>
internal sealed record Happening(double At, string What);

/// <param name="What">The part of the bench.</param>
internal sealed record Skipped(string What, string Why);
