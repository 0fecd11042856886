using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Presentation;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// From the first usable frame to a verdict: templates of some frames, their mean against the card's, then the challenge.
/// Starts over by itself, without a verdict, whenever the face is lost or changes.
/// </summary>
/// <param name="card">The card photo's template; the caller zeroes it.</param>
/// <param name="cannotTurn">A gesture is asked for in place of the head turn.</param>
internal sealed class FaceAttempt(IFaceMatcher matcher, FaceCheckOptions options, float[] card, bool cannotTurn, TimeProvider time)
{
    /// <summary>Frames of one attempt must resemble each other more than the card has to: a change of person is a step, not a drift.</summary>
    private const double Continuity = 0.9;

    private readonly double _threshold = matcher.Facts.ThresholdFor(options.Frames);
    private readonly float[] _templates = GC.AllocateArray<float>(matcher.TemplateLength * options.Frames, pinned: true);
    private readonly float[] _mean = GC.AllocateArray<float>(matcher.TemplateLength, pinned: true);
    private readonly float[] _now = GC.AllocateArray<float>(matcher.TemplateLength, pinned: true);
    private int _count;
    private double _distance;

    /// <summary>Running once the faces matched.</summary>
    public IChallenge? Challenge { get; private set; }

    /// <summary>Distance of the last comparison, in the engine's unit; for the bench.</summary>
    public double Distance => _distance;

    /// <summary>Takes one frame with exactly one face in it, tracked from the one before.</summary>
    /// <param name="usable">It met all gates.</param>
    /// <param name="nearlyStraight">Turned so little that its template can be trusted.</param>
    /// <param name="make">Makes the frame's template.</param>
    /// <returns>Same and live; null: not known yet.</returns>
    public (bool Same, bool Live)? Next(FaceShape shape, bool usable, bool nearlyStraight, Action<float[]> make)
    {
        if (Challenge is null && !usable) return null;
        if (nearlyStraight || Challenge is null)
        {
            make(_now);
            if (!IsSamePersonAsBefore())
            {
                Restart();
                return null;
            }
        }

        return Challenge is null ? Collect() : Judge(Challenge.Next(shape, usable));
    }

    /// <summary>A frame without a face.</summary>
    public (bool Same, bool Live)? Miss() => Challenge is null ? null : Judge(Challenge.Miss());

    public void Restart()
    {
        Array.Clear(_templates);
        Array.Clear(_mean);
        Array.Clear(_now);
        Challenge?.Clear();
        Challenge = null;
        _count = 0;
    }

    /// <summary>0 far away, 1 missed, 2 passed, 3 clearly, 4 beyond doubt.</summary>
    public int Band() => (_distance / _threshold) switch
    {
        <= 0.70 => 4,
        <= 0.85 => 3,
        <= 1.00 => 2,
        <= 1.15 => 1,
        _ => 0,
    };

    private bool IsSamePersonAsBefore()
    {
        if (_count == 0) return true;
        ReadOnlySpan<float> before = Challenge is null ? _templates.AsSpan(0, matcher.TemplateLength) : _mean;
        return matcher.Compare(before, _now) <= Continuity * matcher.Facts.Threshold;
    }

    private (bool Same, bool Live)? Collect()
    {
        _now.CopyTo(_templates.AsSpan(_count++ * matcher.TemplateLength));
        if (_count < options.Frames) return null;
        matcher.Average(_templates, _mean);
        _distance = matcher.Compare(card, _mean);
        if (_distance > _threshold) return (false, true);
        if (options.Challenge == FaceEngine.Challenge.None) return (true, true);
        Challenge = cannotTurn
            ? new GestureWatch(time, TimeSpan.FromSeconds(options.GestureSeconds))
            : new TurnChallenge(time, TimeSpan.FromSeconds(options.TurnSeconds));
        return null;
    }

    private static (bool Same, bool Live)? Judge(ChallengeState state) => state switch
    {
        ChallengeState.Passed => (true, true),
        ChallengeState.Failed => (true, false),
        ChallengeState.Waiting or ChallengeState.Asked => null,
    };
}
