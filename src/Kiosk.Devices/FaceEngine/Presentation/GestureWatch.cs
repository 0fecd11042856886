using System.Numerics;
using System.Security.Cryptography;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>Measures mouth and head for <see cref="GestureChallenge"/>, which decides.</summary>
/// <param name="limit">Time from the first request to the end of the gesture.</param>
internal sealed class GestureWatch(TimeProvider time, TimeSpan limit) : IChallenge
{
    /// <summary>Points that do not move with the mouth: brows, nose, corners of the eyes.</summary>
    private static readonly int[] Still = [.. Enumerable.Range(17, 19), 36, 39, 42, 45];

    private readonly FaceShape _baseline = new();
    private readonly long _begun = time.GetTimestamp();
    private GestureChallenge _challenge = new(Random(100, 600), Random(400, 1000), limit);

    public FaceGuidance Question => _challenge.Question;

    public ChallengeState State => _challenge.State;

    public ChallengeState Next(FaceShape shape, bool usable)
    {
        ChallengeState before = State;
        double rest = before == ChallengeState.Asked ? Planarity.Residual(_baseline.Points, shape.Points, Still) : 0;
        _challenge = _challenge.Next(new(time.GetElapsedTime(_begun), Mouth(shape), rest, usable));
        if (before == ChallengeState.Waiting && State == ChallengeState.Asked) shape.CopyTo(_baseline);
        return State;
    }

    public ChallengeState Miss() => (_challenge = _challenge.Miss(time.GetElapsedTime(_begun))).State;

    public void Clear() => _baseline.Clear();

    /// <summary>Distance between the middles of the inner lips, in inter-ocular distances.</summary>
    internal static double Mouth(FaceShape shape) => Vector2.Distance(shape.Points[62], shape.Points[66]) / shape.Iod;

    private static TimeSpan Random(int fromMs, int toMs) => TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(fromMs, toMs));
}
