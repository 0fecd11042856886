using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Presentation;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// One attempt, from the first usable frame to a verdict: makes templates of some frames, compares their mean with the card's, then runs
/// the challenge. Starts over without a verdict when the face is lost or becomes another person's.
/// </summary>
/// <param name="card">The card photo's template; the caller zeroes it.</param>
/// <param name="cannotTurn">Asks for a gesture instead of the head turn.</param>
internal sealed class FaceAttempt(IFaceMatcher matcher, FaceCheckOptions options, float[] card, bool cannotTurn, TimeProvider time)
{
    /// <summary>
    /// Share of the threshold. Frames of one attempt must be nearer to each other than to the card, so that a change of person is
    /// noticed.
    /// </summary>
    private const double Continuity = 0.9;

    private readonly double _threshold = matcher.Facts.ThresholdFor(options.Frames);
    private readonly float[] _templates = GC.AllocateArray<float>(matcher.TemplateLength * options.Frames, pinned: true);
    private readonly float[] _mean = GC.AllocateArray<float>(matcher.TemplateLength, pinned: true);
    private readonly float[] _latest = GC.AllocateArray<float>(matcher.TemplateLength, pinned: true);
    private int _count;
    private double _distance;

    /// <summary>Set as soon as the faces match.</summary>
    public IChallenge? Challenge { get; private set; }

    /// <summary>Distance of the last comparison in the engine's unit; for the bench.</summary>
    public double Distance => _distance;

    /// <summary>Takes one frame with exactly one face, followed from the frame before.</summary>
    /// <param name="usable">The frame passed all gates.</param>
    /// <param name="nearlyStraight">The head is turned so little that the template is reliable.</param>
    /// <param name="make">Writes the frame's template.</param>
    /// <returns>Whether it is the same person, and live; null: not known yet.</returns>
    public (bool Same, bool Live)? Next(FaceShape shape, bool usable, bool nearlyStraight, Action<float[]> make)
    {
        if (Challenge is null && !usable) return null;
        if (nearlyStraight || Challenge is null)
        {
            make(_latest);
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
        Array.Clear(_latest);
        Challenge?.Clear();
        Challenge = null;
        _count = 0;
    }

    /// <summary>
    /// The last distance in classes: 0 far off, 1 just refused, 2 accepted, 3 clearly accepted, 4 far below the threshold.
    /// </summary>
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
        return matcher.Compare(before, _latest) <= Continuity * matcher.Facts.Threshold;
    }

    private (bool Same, bool Live)? Collect()
    {
        _latest.CopyTo(_templates.AsSpan(_count++ * matcher.TemplateLength));
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
