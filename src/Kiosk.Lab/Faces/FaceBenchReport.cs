using System.Text.Json;

namespace Kiosk.Lab.Faces;

/// <summary>Rates at the threshold the product ships; shares from 0 to 1. Null: not measured (no such pairs, or no group named).</summary>
/// <param name="Fmr">False matches: another person's single picture at or below the threshold.</param>
/// <param name="FmrGroup">The same with both persons from the group.</param>
/// <param name="Fnmr">False non-matches: the card holder's own single picture above it.</param>
/// <param name="FnmrAveraged">The same with the mean template of three pictures at the threshold for means, as the kiosk compares.</param>
public sealed record ShippedRates(
    double Fmr, Bounds FmrBounds, double? FmrGroup, Bounds? FmrGroupBounds,
    double Fnmr, Bounds FnmrBounds, double? FnmrGroup, Bounds? FnmrGroupBounds,
    double? FnmrAveraged, Bounds? FnmrAveragedBounds, double? FmrAveraged, double? FmrGroupAveraged, Bounds? FmrGroupAveragedBounds);

/// <summary>FNMR at a given FMR.</summary>
/// <param name="Rate">False match rate asked for: 1e-2, 1e-3, 1e-4.</param>
/// <param name="Distance">The threshold that gives it.</param>
/// <param name="Bounds">95 % bounds of FNMR; the threshold is computed again in every draw.</param>
public sealed record RatePoint(string Rate, double Distance, double Fnmr, Bounds Bounds);

/// <summary>Number of comparisons behind the figures.</summary>
public sealed record PairCounts(int Genuine, int Impostor, int GenuineAveraged, int ImpostorAveraged, int? GenuineGroup,
    int? ImpostorGroup);

/// <summary>One disturbance of the live picture; shares of the pictures tried.</summary>
/// <param name="NoFace">No face was found.</param>
/// <param name="Gated">A gate refused the picture and its guidance was shown.</param>
/// <param name="Told">The most frequent guidance.</param>
/// <param name="Fnmr">Refused by the comparison, of all pictures with a face.</param>
/// <param name="FnmrUsable">Refused by the comparison, of those that passed all gates.</param>
/// <param name="Fmr">Other persons accepted, of all pictures with a face.</param>
public sealed record ConditionRates(string Condition, int Pictures, double NoFace, double Gated, string Told, double Fnmr,
    double? FnmrUsable, double Fmr);

/// <summary>Result of <c>kiosk bench face</c>. No picture, no template, no name.</summary>
/// <param name="DataSet">The folder's name.</param>
/// <param name="Split">Only with a group; single pictures.</param>
/// <param name="SplitAveraged">The same with means of three.</param>
/// <param name="Confusable">Inside the group where there is one, at the shipped threshold for single pictures; null: no false
/// match.</param>
/// <param name="ConfusableAveraged">The same with means of three, at their threshold.</param>
/// <param name="Frames">Means of one to five live pictures.</param>
/// <param name="Independent">Only with other sets.</param>
/// <param name="FailureToAcquire">Share of pictures without a template.</param>
/// <param name="FnmrAtFmr">By FMR ("1e-2", "1e-3", "1e-4"); null where the pairs are too few.</param>
/// <param name="Ms">Median milliseconds by stage, one core: detect, mesh, quality, embed, compare, card, frame (the first four),
/// verdict.</param>
/// <param name="MsP95">95th percentile.</param>
/// <param name="MemoryMib">Resident memory that each stage's model added, and that of the whole program at the end.</param>
public sealed record FaceBenchReport(
    string Engine, string Profile, double Threshold, double ThresholdAveraged, string DataSet, int People, int Pictures, int? GroupPeople,
    PairCounts Pairs,
    ShippedRates Shipped, SplitRates? Split, SplitRates? SplitAveraged,
    ConfusablePair? Confusable, ConfusablePair? ConfusableAveraged, IReadOnlyList<FrameCount> Frames,
    IReadOnlyList<IndependentRates> Independent,
    IReadOnlyDictionary<string, double?> FnmrAtFmr, IReadOnlyDictionary<string, double?> FnmrAtFmrGroup,
    IReadOnlyList<RatePoint> Points, IReadOnlyList<RatePoint> PointsGroup,
    double FailureToAcquire,
    IReadOnlyDictionary<string, double> Ms, IReadOnlyDictionary<string, double> MsP95, IReadOnlyDictionary<string, double> MemoryMib,
    IReadOnlyList<ConditionRates> Conditions,
    IReadOnlyList<WorkingPoint> Roc, IReadOnlyList<WorkingPoint> RocGroup, IReadOnlyList<WorkingPoint> RocAveraged)
{
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
