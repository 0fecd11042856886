using System.Text.Json.Serialization;

namespace Kiosk.Lab.Desk;

/// <summary>Use of the card in one visit.</summary>
/// <param name="PhysicalMs">Time that card and link need by the model, ms.</param>
/// <param name="GoneAt">When a fault removed the card. Null: no fault removed it.</param>
internal sealed record CardUse(double PhysicalMs, long Apdus, long Bytes, long Verify,
    [property: JsonIgnore] DateTimeOffset? GoneAt = null)
{
    /// <summary>The part of <see cref="PhysicalMs"/> that begins after the patient's last press.</summary>
    public double AfterLastPressMs { get; init; }
}
