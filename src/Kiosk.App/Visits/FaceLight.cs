using Kiosk.Core.Faces;
using Kiosk.Core.Values;

namespace Kiosk.App.Visits;

/// <summary>
/// The light's steps on their way from the face check to the page and the status light. Both follow <see cref="Current"/>. Thread-safe.
/// </summary>
public sealed class FaceLight : IFaceLight
{
    private readonly LatestValue<Shown> _shown = new(new(default));

    /// <summary>What is shown now.</summary>
    public Shown Current => _shown.Value;

    /// <summary>Whether the patient wants a calm screen, or sees a dark one. Without a page nobody can show the steps.</summary>
    public Func<bool> IsCalm { get; set; } = () => true;

    /// <summary>Light in the room, lux; null: unknown.</summary>
    public Func<double?> Lux { get; set; } = () => null;

    public bool Allowed => !IsCalm();

    public double? RoomLux => Lux();

    public void Show(LightStep step) => _shown.Set(new(step));

    /// <summary>Waits until <see cref="Current"/> is another object than <paramref name="seen"/>.</summary>
    public Task<Shown> NextAsync(Shown seen, CancellationToken stop) => _shown.NextAsync(seen, stop);

    public sealed record Shown(LightStep Step);
}
