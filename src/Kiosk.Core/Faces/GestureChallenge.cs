namespace Kiosk.Core.Faces;

/// <summary>State of the request to move.</summary>
public enum ChallengeState
{
    /// <summary>Not asked yet. The moment is random, so that a recording cannot be started in time.</summary>
    Waiting,
    Asked,
    Passed,
    Failed,
}

/// <summary>What was measured in one frame.</summary>
/// <param name="At">Time since the challenge began.</param>
/// <param name="Mouth">Distance of the inner lips, in inter-ocular distances: near 0 when closed, 0.4 and more when wide open.</param>
/// <param name="Rest">
/// How far brows, nose and eye corners have moved from the baseline after the best homography, in inter-ocular distances.
/// </param>
/// <param name="Usable">The frame passed all quality checks and can be the baseline.</param>
public readonly record struct GestureFrame(TimeSpan At, double Mouth, double Rest, bool Usable);

/// <summary>
/// The movement for people who cannot turn the head: open the mouth when asked, keep it open, close it when asked, both at random
/// moments, while the rest of the face does not change. A pure state machine: each frame gives the next state.
/// It shows that what is in front of the camera reacts, which a print or a still picture on a screen does not. It does not show a living
/// body: a print with the mouth cut out, or a film of this person that somebody starts in time, passes. So it is used only where staff see
/// the kiosk, or together with a sensor. Eyelids are not used: the face mesh follows them too little (closed eyes measured 0.89 of open
/// ones on a drawn face with glasses).
/// </summary>
/// <param name="Pause">Time before the patient is asked to open the mouth; random, chosen by the caller.</param>
/// <param name="Hold">Time of the open mouth before the patient is asked to close it; random, chosen by the caller.</param>
/// <param name="Limit">Longest time from the first question to the closed mouth.</param>
public sealed record GestureChallenge(TimeSpan Pause, TimeSpan Hold, TimeSpan Limit)
{
    /// <summary>Opened by more than this, in inter-ocular distances. A speaking mouth opens as far, but not for so long.</summary>
    public const double Open = 0.12;

    /// <summary>Still open above this. Lower than <see cref="Open"/>, because the face mesh varies by 0.03.</summary>
    public const double StillOpen = 0.08;

    /// <summary>Closed again below this.</summary>
    public const double Closed = 0.05;

    /// <summary>The same face stays below this when it moves. Another face, or another sheet of paper, does not.</summary>
    public const double MostRest = 0.08;

    /// <summary>Nobody reads and reacts faster than this. A movement that came sooner was not a reaction.</summary>
    public static readonly TimeSpan Reaction = TimeSpan.FromMilliseconds(250);

    public ChallengeState State { get; private init; }

    /// <summary>What the patient is asked now.</summary>
    public FaceGuidance Question => AskedToClose is null ? FaceGuidance.OpenMouth : FaceGuidance.CloseMouth;

    private GestureFrame Baseline { get; init; }

    private TimeSpan? OpenSince { get; init; }

    private TimeSpan? AskedToClose { get; init; }

    public GestureChallenge Next(GestureFrame frame) => State switch
    {
        ChallengeState.Waiting when frame.Usable && frame.At >= Pause => this with { State = ChallengeState.Asked, Baseline = frame },
        ChallengeState.Asked when frame.At - Baseline.At > Limit => this with { State = ChallengeState.Failed },
        // Another face: begin again.
        ChallengeState.Asked when frame.Rest > MostRest => Anew(),
        ChallengeState.Asked when AskedToClose is { } asked => Close(frame, asked),
        ChallengeState.Asked => Opened(frame),
        _ => this,
    };

    /// <summary>A frame without a face: the time runs on, and the mouth must be opened again.</summary>
    public GestureChallenge Miss(TimeSpan at) => State switch
    {
        ChallengeState.Asked when at - Baseline.At > Limit => this with { State = ChallengeState.Failed },
        ChallengeState.Asked => Anew(),
        _ => this,
    };

    private GestureChallenge Opened(GestureFrame frame)
    {
        if (Gap(frame) < (OpenSince is null ? Open : StillOpen)) return Anew();
        if (OpenSince is not { } since) return frame.At - Baseline.At < Reaction ? this : this with { OpenSince = frame.At };
        return frame.At - since >= Hold ? this with { AskedToClose = frame.At } : this;
    }

    private GestureChallenge Close(GestureFrame frame, TimeSpan asked)
    {
        if (Gap(frame) > Closed) return this;
        return frame.At - asked < Reaction ? Anew() : this with { State = ChallengeState.Passed };
    }

    private double Gap(GestureFrame frame) => frame.Mouth - Baseline.Mouth;

    private GestureChallenge Anew() => this with { OpenSince = null, AskedToClose = null };
}
