namespace Kiosk.Core.Faces;

/// <summary>The one thing to change now, or what is going on. One sentence and one picture each on the screen.</summary>
public enum FaceGuidance
{
    /// <summary>The camera or the card's photo is not ready yet.</summary>
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

    /// <summary>For those who cannot turn.</summary>
    OpenMouth,
    CloseMouth,
    Comparing,

    /// <summary>A comparison missed; it keeps trying.</summary>
    TryAgain,
}

/// <summary>How a face was judged; holds neither picture nor template.</summary>
/// <param name="Same">True when the score passed the threshold of the profile in use.</param>
/// <param name="Live">False when a presentation check failed (print, screen, swap of person).</param>
/// <param name="Band">Score as told to the reception: 0 (far from matching) to 4 (well above the threshold); the raw score stays here.</param>
/// <param name="Engine">Model id from models/manifest.json.</param>
/// <param name="MachineMs">Usable frame to verdict, milliseconds.</param>
public sealed record FaceVerdict(bool Same, bool Live, int Band, string Engine, double MachineMs);

/// <summary>What one look at the camera tells.</summary>
public abstract record FaceReport
{
    private FaceReport()
    {
    }

    public sealed record Guided(FaceGuidance Guidance) : FaceReport;

    public sealed record Judged(FaceVerdict Verdict) : FaceReport;
}

/// <summary>Camera, detection, quality, matching: from opening the camera to a verdict.</summary>
public interface IFaceCheck : IAsyncDisposable
{
    /// <summary>The recogniser in use and whether it may be used without staff watching.</summary>
    FaceEngineFacts Engine { get; }

    /// <summary>
    /// Opens the camera, reports guidance as it changes and one verdict per comparison, goes on after a miss, and closes
    /// the camera when the caller stops (cancels or leaves the loop). Frames and templates are zeroed then.
    /// </summary>
    /// <param name="photo">May arrive later than the camera; until then OneMoment or position guidance. Not disposed here.</param>
    /// <param name="cannotTurn">The patient said so: a gesture is asked for in place of the head turn.</param>
    /// <exception cref="FailureException">CameraMissing, CameraBusy, PhotoUnreadable.</exception>
    IAsyncEnumerable<FaceReport> WatchAsync(Task<Cards.CardPhoto> photo, bool cannotTurn, CancellationToken stop);
}

/// <param name="Id">Model id from the manifest, e.g. <c>mobilefacenet</c>.</param>
/// <param name="Warning">What staff must know of this engine (Japanese), or empty.</param>
/// <param name="Threshold">Threshold of the profile in use for a single template, in the engine's own metric.</param>
/// <param name="Averaged">The same for the mean of several; null: no other.</param>
public sealed record FaceEngineFacts(string Id, string Warning, double Threshold, double? Averaged = null)
{
    /// <param name="frames">Templates in the probe, 1 or more.</param>
    public double ThresholdFor(int frames) => frames > 1 ? Averaged ?? Threshold : Threshold;
}

/// <summary>The patient's own picture, mirrored, as JPEG; only while a face check runs.</summary>
public interface IPreview
{
    /// <summary>The newest frame after the last one given to this viewer; waits for one. Null when the camera is closed.</summary>
    ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop);
}
