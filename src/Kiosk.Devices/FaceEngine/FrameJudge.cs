using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Devices.FaceEngine.Quality;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>Turns frames into guidance and verdicts. <see cref="End"/> zeroes everything that came from a person.</summary>
/// <param name="passive">Disposed by the caller; null: none.</param>
/// <param name="sensor">Opened and closed by the caller; null: none.</param>
internal sealed class FrameJudge(
    FaceFinder finder, IFaceMatcher matcher, PassiveNet? passive, IPresentationSensor? sensor, FaceCheckOptions options,
    TimeProvider time) : IDisposable
{
    /// <summary>Up to this yaw, degrees, a template is reliable.</summary>
    private const double TrustedYaw = 18;

    /// <summary>Longest time that a verdict waits for the light's steps. After that the light abstains.</summary>
    private static readonly TimeSpan LightPatience = TimeSpan.FromSeconds(2.5);

    /// <summary>How long "try again" stays on the screen before the next comparison.</summary>
    private static readonly TimeSpan AfterMiss = TimeSpan.FromSeconds(1);

    private readonly QualityMeter _meter = new();
    private readonly Gates _gates = new(options.LeastIod);
    private readonly Track _track = new(time);
    private readonly FaceShape _shape = new();
    private readonly FaceShape _cardShape = new();
    private readonly float[] _card = GC.AllocateArray<float>(matcher.TemplateLength, pinned: true);
    private readonly LightWitness? _light = options.Light is { } limits ? new(limits.Rule, limits.Geometry, time) : null;
    private FaceAttempt? _attempt;
    private long? _passed;
    private GuidanceFilter _guidance = new(time);
    private long? _missed;

    public FaceTrace Trace { get; } = new();

    public bool HasCard { get; private set; }

    /// <summary>The face of the running attempt is that of the card.</summary>
    public bool Matches => _attempt?.Matches(Card) == true;

    /// <param name="cannotTurn">Asks for a gesture instead of the head turn.</param>
    /// <param name="light">Shows the light's steps; null: nobody can.</param>
    public void Begin(bool cannotTurn, IFaceLight? light)
    {
        _attempt = new(matcher, options, cannotTurn, time);
        _light?.Begin(light);
        Trace.Clear();
        _guidance = new(time);
        _missed = null;
    }

    /// <summary>Makes the template of the card photo. Nothing is compared with it before <see cref="UseCard"/>.</summary>
    /// <param name="picture">The card photo, decoded; zeroed here, disposed by the caller.</param>
    /// <returns>False: it has no face.</returns>
    public bool TryPrepareCard(Mat picture) => CardReference.TryMake(finder, matcher, picture, _cardShape, _card);

    /// <summary>The photo of the prepared template is proven.</summary>
    public void UseCard() => HasCard = true;

    /// <returns>New guidance, null when unchanged; a verdict, null when there is none yet.</returns>
    public (FaceGuidance? Guidance, FaceVerdict? Verdict) Look(CameraFrame frame)
    {
        long begun = time.GetTimestamp();
        using Mat picture = Pixels.View(frame.Bgr, CameraFrame.Width, CameraFrame.Height);
        (FaceGuidance now, (bool Same, bool Live)? judged) = Examine(picture, frame);
        Trace.Add(time.GetElapsedTime(begun).TotalMilliseconds);
        if (judged is not var (same, live)) return (Filter(now), null);

        if (same && live && WaitsForLight()) return (Filter(now), null);
        if (same && live) live = Trace.Presence.IsLive(sensor is not null, passive?.Least);
        Trace.Light = _light?.Finding;
        if (same && live) live = Trace.Light is not { Answer: LightAnswer.Attack };
        FaceVerdict verdict = new(same, live, _attempt!.Band(), matcher.Facts.Id, time.GetElapsedTime(frame.Arrived).TotalMilliseconds)
        {
            Light = Trace.Light,
        };
        KeepFigures();
        _attempt.Restart();
        Trace.Presence = same && live ? Trace.Presence : default;
        _track.End();
        _passed = null;
        _light?.Restart();
        if (same && live) return (null, verdict);
        _missed = time.GetTimestamp();
        return (_guidance.Show(FaceGuidance.TryAgain), verdict);
    }

    public void End()
    {
        _attempt?.Restart();
        _attempt = null;
        HasCard = false;
        Array.Clear(_card);
        _shape.Clear();
        _cardShape.Clear();
        _track.End();
        _passed = null;
        _light?.End();
        _meter.Clear();
        finder.Clear();
    }

    public void Dispose()
    {
        _meter.Dispose();
        _light?.Dispose();
    }

    /// <summary>The other checks have passed. The light's steps, if they run, end within two seconds.</summary>
    private bool WaitsForLight()
    {
        if (_light is not { IsRunning: true }) return false;
        _passed ??= time.GetTimestamp();
        if (time.GetElapsedTime(_passed.Value) < LightPatience) return true;
        _light.End();
        return false;
    }

    private (FaceGuidance Now, (bool Same, bool Live)? Judged) Examine(Mat picture, CameraFrame frame)
    {
        FaceGuidance? found = finder.Find(picture, _shape);
        if (found is { } absent)
        {
            // While two faces are in view, persons could change places: start over at once.
            if (absent == FaceGuidance.OnlyOnePerson || !_track.Miss()) Restart();
            return (absent, _attempt?.Miss(Card));
        }

        FaceQuality quality = _meter.Measure(picture, _shape);
        FaceGuidance? wrong = _gates.Check(quality, _shape, picture.Size());
        if (!_track.Follow(_shape)) Restart();
        // Before the card's photo is there, too: the steps then cost no time.
        _light?.Look(picture, _shape, wrong is null && Math.Abs(quality.Pose.Yaw) <= TrustedYaw);
        if (_passed is not null) return (FaceGuidance.Comparing, (true, true));
        if (_attempt is null) return (wrong ?? FaceGuidance.OneMoment, null);
        if (wrong is null || _attempt.Challenge is not null) Trace.Presence = Probe(picture, wrong is null);
        if (_missed is { } at && time.GetElapsedTime(at) < AfterMiss) return (wrong ?? FaceGuidance.TryAgain, null);
        bool straight = Math.Abs(quality.Pose.Yaw) <= TrustedYaw;
        (bool, bool)? judged = _attempt.Next(
            Card, Trace.Presence.HasAnswered(sensor is not null), _shape, wrong is null, straight, template =>
            matcher.CreateTemplate(new(frame.Bgr, CameraFrame.Width, CameraFrame.Height, _shape.Points), template));
        return (_attempt.Challenge is null ? wrong ?? FaceGuidance.Comparing : FaceGuidance.Comparing, judged);
    }

    /// <summary>Asks the sensor and the passive network. The network judges only straight faces, as it was trained.</summary>
    private LivenessTally Probe(Mat picture, bool usable)
    {
        LivenessTally tally = Trace.Presence;
        if (sensor is not null) tally = tally.With(sensor.Look(_shape.Area(picture.Size())));
        return passive is not null && usable ? tally.With(passive.Score(picture, _shape)) : tally;
    }

    private float[]? Card => HasCard ? _card : null;

    private FaceGuidance? Filter(FaceGuidance now) => _attempt switch
    {
        { Challenge: { State: ChallengeState.Asked } asked } => _guidance.Show(asked.Question),
        { HasMoved: true } => _guidance.Show(now),
        _ => _guidance.Next(now),
    };

    private void Restart()
    {
        KeepFigures();
        _attempt?.Restart();
        _passed = null;
        _light?.Restart();
        Trace.Presence = default;
    }

    private void KeepFigures()
    {
        if (_attempt is null || double.IsNaN(_attempt.Distance)) return;
        Trace.Distance = _attempt.Distance;
        if (_attempt.Challenge is TurnChallenge turn) (Trace.ParallaxChange, Trace.Residual) = (turn.ParallaxChange, turn.Residual);
    }
}
