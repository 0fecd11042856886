using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Presentation;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// One attempt, from the first usable frame to a verdict: makes templates of some frames and runs the challenge, also while the card's
/// photo is still being read. There is one verdict, when the templates, the end of the challenge and the photo are there. Starts over
/// without a verdict when the face is lost or becomes another person's.
/// </summary>
/// <param name="cannotTurn">Asks for a gesture instead of the head turn.</param>
internal sealed class FaceAttempt(IFaceMatcher matcher, FaceCheckOptions options, bool cannotTurn, TimeProvider time)
{
    /// <summary>
    /// Share of the threshold. Frames of one attempt must be nearer to each other than to the card, so that a change of person is
    /// noticed.
    /// </summary>
    private const double Continuity = 0.9;

    /// <summary>Frames after the movement. A head turn is over within a second, and a slow machine has seen few frames by then.</summary>
    private const int MostLooks = 10;

    private readonly double _threshold = matcher.Facts.ThresholdFor(options.Frames);
    private readonly float[] _templates = GC.AllocateArray<float>(matcher.TemplateLength * options.Frames, pinned: true);
    private readonly float[] _mean = GC.AllocateArray<float>(matcher.TemplateLength, pinned: true);
    private readonly float[] _latest = GC.AllocateArray<float>(matcher.TemplateLength, pinned: true);
    private int _count;
    private int _looks;
    private double _distance = double.NaN;

    /// <summary>Set with the first template: the movement belongs to the person whose templates are made.</summary>
    public IChallenge? Challenge { get; private set; }

    /// <summary>The movement was made; what is missing is the photo or a frame from the front.</summary>
    public bool HasMoved =>
        _count > 0 && (Challenge is { State: ChallengeState.Passed } || options.Challenge == FaceEngine.Challenge.None);

    /// <summary>Distance of the last comparison in the engine's unit; NaN: none. For the bench.</summary>
    public double Distance => _distance;

    /// <summary>The face is that of the card; whether it is live may not be known yet.</summary>
    public bool Matches(float[]? card)
    {
        if (card is null || _count < options.Frames) return false;
        if (double.IsNaN(_distance)) _distance = matcher.Compare(card, _mean);
        return _distance <= _threshold;
    }

    /// <summary>Takes one frame with exactly one face, followed from the frame before.</summary>
    /// <param name="answered">
    /// The other checks of presentation have looked often enough. They are waited for after the movement, but not for ever.
    /// </param>
    /// <param name="card">The card photo's template; null: the photo is not there yet.</param>
    /// <param name="usable">The frame passed all gates.</param>
    /// <param name="nearlyStraight">The head is turned so little that the template is reliable.</param>
    /// <param name="make">Writes the frame's template.</param>
    /// <returns>Whether it is the same person, and live; null: not known yet.</returns>
    public (bool Same, bool Live)? Next(
        float[]? card, bool answered, FaceShape shape, bool usable, bool nearlyStraight, Action<float[]> make)
    {
        if (_count == 0 && !usable) return null;
        if (nearlyStraight || _count == 0)
        {
            make(_latest);
            if (!IsSamePersonAsBefore())
            {
                Restart();
                return null;
            }

            if (usable && _count < options.Frames) Collect();
        }

        if (options.Challenge != FaceEngine.Challenge.None)
        {
            Challenge ??= cannotTurn
                ? new GestureWatch(time, TimeSpan.FromSeconds(options.GestureSeconds))
                : new TurnChallenge(time, TimeSpan.FromSeconds(options.TurnSeconds));
            if (Challenge.State is ChallengeState.Waiting or ChallengeState.Asked) Challenge.Next(shape, usable);
        }

        return HasMoved && !answered && ++_looks <= MostLooks ? null : Judge(card);
    }

    /// <summary>A frame without a face.</summary>
    public (bool Same, bool Live)? Miss(float[]? card)
    {
        if (Challenge is not { State: ChallengeState.Waiting or ChallengeState.Asked } running) return null;
        return running.Miss() == ChallengeState.Failed ? Judge(card) : null;
    }

    public void Restart()
    {
        Array.Clear(_templates);
        Array.Clear(_mean);
        Array.Clear(_latest);
        Challenge?.Clear();
        Challenge = null;
        _count = 0;
        _looks = 0;
        _distance = double.NaN;
    }

    /// <summary>
    /// The last distance in classes: 0 far off or not compared, 1 just refused, 2 accepted, 3 clearly accepted, 4 far below the threshold.
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
        ReadOnlySpan<float> before = _count < options.Frames ? _templates.AsSpan(0, matcher.TemplateLength) : _mean;
        return matcher.Compare(before, _latest) <= Continuity * matcher.Facts.Threshold;
    }

    private void Collect()
    {
        _latest.CopyTo(_templates.AsSpan(_count++ * matcher.TemplateLength));
        if (_count == options.Frames) matcher.Average(_templates, _mean);
    }

    /// <remarks>
    /// A movement that was not made is a miss also without the photo: who delays the card must not get more tries.
    /// </remarks>
    private (bool Same, bool Live)? Judge(float[]? card)
    {
        bool failed = Challenge is { State: ChallengeState.Failed };
        if (!failed && (!HasMoved || card is null || _count < options.Frames)) return null;
        return (Matches(card), !failed);
    }
}
