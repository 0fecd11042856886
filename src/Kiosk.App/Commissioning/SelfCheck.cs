using System.Text.Json.Serialization;
using Kiosk.Core.Failures;

namespace Kiosk.App.Commissioning;

/// <summary>Result of one check of the self-test.</summary>
/// <param name="Name">a-z and hyphen; stable, for programs.</param>
/// <param name="Japanese">確認項目.</param>
/// <param name="Failure">Null: good.</param>
/// <param name="Detail">Measured figures, or what is wrong. Nothing of a patient.</param>
public sealed record SelfCheck(string Name, string Japanese, Failure? Failure, string Detail, double Milliseconds)
{
    [JsonIgnore]
    public bool Good => Failure is null;

    /// <summary>Stable number of the failure; null when good.</summary>
    public string? Code => Failure is Failure why ? FailureCatalogue.EntryFor(why).Code : null;

    /// <summary>対処; null when good.</summary>
    public string? Remedy => Failure is Failure why ? FailureCatalogue.EntryFor(why).Remedy : null;
}
