namespace Kiosk.Core.Faces;

/// <summary>Where a request to move stands.</summary>
public enum ChallengeState
{
    /// <summary>Not asked yet: the moment is random, so that a recording cannot be cued.</summary>
    Waiting,
    Asked,
    Passed,
    Failed,
}

/// <summary>One frame's measures.</summary>
/// <param name="At">Since the challenge began.</param>
/// <param name="Mouth">Between the inner lips, in inter-ocular distances; near 0 when closed, 0.4 and more when wide open.</param>
/// <param name="Rest">How far brows, nose and eye corners are from the baseline's after the best homography, in inter-ocular distances.</param>
/// <param name="Usable">It met all gates: good as the baseline.</param>
public readonly record struct GestureFrame(TimeSpan At, double Mouth, double Rest, bool Usable);

/// <summary>
/// The head turn's alternative for people who cannot turn: open the mouth when asked, hold it, close it when asked, both at
/// moments drawn at random, while the rest of the same face stays as it was. Pure; each frame gives the next one.
/// It proves that what stands before the camera answers, which no print and no still screen does; not that it is a body: a print with
/// the mouth cut out, or a film of this person cued by hand, passes. Hence only where staff see the kiosk, or beside a sensor.
/// Not the eyes: the mesh follows lids too little (closed ones measured 0.89 of open ones on a drawn face with glasses).
/// </summary>
/// <param name="Pause">Before it is asked to open; drawn at random by the caller.</param>
/// <param name="Hold">Open for so long before it is asked to close; drawn at random by the caller.</param>
/// <param name="Limit">From the first question to the mouth closed again.</param>
public sealed record GestureChallenge(TimeSpan Pause, TimeSpan Hold, TimeSpan Limit)
{
    /// <summary>More than the baseline's, inter-ocular distances. A mouth that speaks opens as far, but not for so long.</summary>
    public const double Open = 0.12;

    /// <summary>Once open, it stays so above this: the mesh trembles by 0.03.</summary>
    public const double StillOpen = 0.08;

    /// <summary>Less than this above the baseline is closed again.</summary>
    public const double Closed = 0.05;

    /// <summary>A face of its own that moves as a whole stays below; another face, or a paper that is exchanged, does not.</summary>
    public const double MostRest = 0.08;

    /// <summary>Nobody hears or reads and answers faster: what came sooner was no answer.</summary>
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
        // Another face holds nothing.
        ChallengeState.Asked when frame.Rest > MostRest => Anew(),
        ChallengeState.Asked when AskedToClose is { } asked => Close(frame, asked),
        ChallengeState.Asked => Opened(frame),
        _ => this,
    };

    /// <summary>A frame without a face to follow: the time runs, and what was held is not held any more.</summary>
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
