using Kiosk.Core.Failures;

namespace Kiosk.Core.Faces;

/// <summary>
/// The one thing that the patient has to change now, or what the kiosk does. Each is one sentence and one picture on the screen.
/// </summary>
public enum FaceGuidance
{
    /// <summary>The camera or the photo of the card is not ready yet.</summary>
    OneMoment,
    LookHere,
    NoFace,
    OnlyOnePerson,
    ComeCloser,
    StepBack,
    MoveLeft,
    MoveRight,
    MoveUp,
    MoveDown,
    FaceForward,
    HoldStill,
    TooDark,
    LightBehindYou,
    TakeOffMask,
    ShowWholeFace,
    ShowEyes,
    TurnHeadLeft,
    TurnHeadRight,

    /// <summary>Instead of the head turn, for patients who cannot turn.</summary>
    OpenMouth,
    CloseMouth,
    Comparing,

    /// <summary>A comparison did not match; the next one follows.</summary>
    TryAgain,
}

/// <summary>Result of one comparison. Holds no picture and no template.</summary>
/// <param name="Same">The score passed the threshold of the profile in use.</param>
/// <param name="Live">False: presentation attack detection failed (print, screen, another person took over).</param>
/// <param name="Band">
/// Score as it is sent to the reception: 0 (far from a match) to 4 (well above the threshold). The score itself stays in the kiosk.
/// </param>
/// <param name="Engine">Model id from models/manifest.json.</param>
/// <param name="MachineMs">From the usable frame to the result, milliseconds.</param>
public sealed record FaceVerdict(bool Same, bool Live, int Band, string Engine, double MachineMs)
{
    /// <summary>What the light's steps said; null: this site has none.</summary>
    public LightFinding? Light { get; init; }
}

/// <summary>What a face check reports.</summary>
public abstract record FaceReport
{
    private FaceReport()
    {
    }

    public sealed record Guided(FaceGuidance Guidance) : FaceReport;

    /// <summary>
    /// The face is that of the card, and nothing is known yet of whether it is live. Reported once in an attempt; told to nobody.
    /// </summary>
    public sealed record Matched : FaceReport;

    public sealed record Judged(FaceVerdict Verdict) : FaceReport;
}

/// <summary>The face check: camera, detection, quality, liveness, comparison.</summary>
public interface IFaceCheck : IAsyncDisposable
{
    /// <summary>The face recogniser in use.</summary>
    FaceEngineFacts Engine { get; }

    /// <summary>
    /// Opens the camera, reports guidance when it changes and a verdict after each attempt, and goes on after one that did not match.
    /// When the caller cancels or leaves the loop, the camera is closed and frames and templates are zeroed.
    /// </summary>
    /// <param name="photo">
    /// May be ready later than the camera; until then guidance is reported, and a movement that was asked for and not made in time is a
    /// miss. Not disposed here.
    /// </param>
    /// <param name="cannotTurn">The patient cannot turn the head: another movement is asked for.</param>
    /// <param name="begin">The camera is opened at once; nothing is reported and no frame is looked at before this has completed.</param>
    /// <exception cref="FailureException">CameraMissing, CameraBusy, PhotoUnreadable.</exception>
    IAsyncEnumerable<FaceReport> WatchAsync(Cards.PhotoArrival photo, bool cannotTurn, Task begin, CancellationToken stop);
}

/// <param name="Id">Model id from the manifest, for example <c>mobilefacenet</c>.</param>
/// <param name="Warning">What staff must know about this engine (Japanese); may be empty.</param>
/// <param name="Threshold">Threshold of the profile in use for one template, in the unit of the engine.</param>
/// <param name="Averaged">Threshold for the mean of several templates; null: the same as for one.</param>
public sealed record FaceEngineFacts(string Id, string Warning, double Threshold, double? Averaged = null)
{
    /// <param name="frames">Templates in the probe, 1 or more.</param>
    public double ThresholdFor(int frames) => frames > 1 ? Averaged ?? Threshold : Threshold;
}

/// <summary>The live picture for the patient's screen, mirrored, as JPEG. Only while a face check runs.</summary>
public interface IPreview
{
    /// <summary>Waits for a frame that is newer than the last one given to this caller. Null: the camera is closed.</summary>
    ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop);
}
