using System.Security.Cryptography;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// One head turn: to a random side, asked for with the first usable frame, within the time given. A random pause before it would not
/// help: a film that turns at a time of its own passes within the limit whenever it is asked, and the side stops half of those.
/// </summary>
/// <param name="limit">Time from the request to the turned head.</param>
internal sealed class TurnChallenge(TimeProvider time, TimeSpan limit) : IChallenge
{
    /// <summary>Frames in a row that must show the turn: a single one could be an error of the mesh.</summary>
    private const int Needed = 2;

    private readonly int _side = RandomNumberGenerator.GetInt32(2) == 0 ? 1 : -1;
    private readonly FaceShape _straight = new();
    private long _asked;
    private int _good;

    /// <summary>The patient's left is on the right of the image, where the parallax grows.</summary>
    public FaceGuidance Question => _side > 0 ? FaceGuidance.TurnHeadLeft : FaceGuidance.TurnHeadRight;

    public ChallengeState State { get; private set; }

    /// <summary>Largest change in the direction asked for; for the log and the bench.</summary>
    public double ParallaxChange { get; private set; }

    /// <summary>Largest residual; for the log and the bench.</summary>
    public double Residual { get; private set; }

    public ChallengeState Next(FaceShape shape, bool usable)
    {
        if (State == ChallengeState.Waiting && usable)
        {
            shape.CopyTo(_straight);
            _asked = time.GetTimestamp();
            return State = ChallengeState.Asked;
        }

        if (State != ChallengeState.Asked) return State;
        double change = _side * (Planarity.Parallax(shape.Points) - Planarity.Parallax(_straight.Points));
        double residual = Planarity.Residual(_straight.Points, shape.Points);
        (ParallaxChange, Residual) = (Math.Max(ParallaxChange, change), Math.Max(Residual, residual));
        _good = change >= Planarity.LeastParallaxChange && residual >= Planarity.LeastResidual ? _good + 1 : 0;
        if (_good >= Needed) return State = ChallengeState.Passed;
        return time.GetElapsedTime(_asked) > limit ? State = ChallengeState.Failed : State;
    }

    public ChallengeState Miss()
    {
        _good = 0;
        return State == ChallengeState.Asked && time.GetElapsedTime(_asked) > limit ? State = ChallengeState.Failed : State;
    }

    public void Clear() => _straight.Clear();
}
