using System.Runtime.CompilerServices;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Devices.PictureDecoder;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// The camera's side of a visit. Models are loaded once, at start; the camera runs only between the first report and the
/// end of the loop. One check at a time.
/// </summary>
public sealed class FaceCheck : IFaceCheck, IPreview
{
    private readonly ICamera _camera;
    private readonly IPresentationSensor? _sensor;
    private readonly PassiveNet? _passive;
    private readonly IFaceMatcher _matcher;
    private readonly FaceFinder _finder;
    private readonly FrameJudge _judge;
    private readonly CameraFrame _frame = new();
    private readonly PreviewFeed _preview = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <param name="sensor">A second proof of a live person; owned. Null: none.</param>
    /// <exception cref="FailureException">ModelMissing; ModelNotListed, also for unattended use that nothing but the challenge would guard.</exception>
    public FaceCheck(ICamera camera, FaceCheckOptions options, TimeProvider time, ModelStore? store = null, IPresentationSensor? sensor = null)
    {
        store ??= new();
        (_camera, _sensor) = (camera, sensor);
        _matcher = Matchers.Open(store, options.Engine, options.Profile);
        if (options.Cohort is { } cohort) _matcher = new CohortMatcher(_matcher, Cohort.Read(cohort, _matcher), options.CohortThreshold);
        _passive = PassiveNet.Open(store, options.Profile);
        if (options.Profile == "unattended" && sensor is null && _passive is null)
            throw ModelRefusal.NotListed("unattended use needs a near-infrared camera (face.nirCamera) or a passive network approved for it: a challenge alone stops no replayed film");
        _finder = new(store);
        _judge = new(_finder, _matcher, _passive, sensor, options, time);
    }

    public FaceEngineFacts Engine => _matcher.Facts;

    /// <summary>Told every guidance as it is reported; the simulated person reads it off the screen.</summary>
    public Action<FaceGuidance>? Guided { get; init; }

    /// <summary>Opens the card's photo in a process of its own; owned by the caller. Null only in tests and benches: in this process.</summary>
    public CardPictures? Pictures { get; init; }

    /// <summary>Measured in the check that ran last; for the bench.</summary>
    public FaceTrace Trace => _judge.Trace;

    public async IAsyncEnumerable<FaceReport> WatchAsync(Task<CardPhoto> photo, bool cannotTurn, [EnumeratorCancellation] CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        _preview.Opening();
        try
        {
            yield return Tell(FaceGuidance.OneMoment);
            await using ICameraStream stream = await _camera.OpenAsync(stop);
            if (_sensor is not null) await _sensor.OpenAsync(stop);
            _preview.Open(stream);
            _judge.Begin(cannotTurn);
            while (true)
            {
                await stream.NextAsync(_frame, stop);
                if (photo.IsCompleted && !_judge.HasCard) _judge.TakeCard((await photo).Jpeg2000.Bytes, Pictures);
                // Off the caller's thread: a frame takes some 50 ms of one core.
                (FaceGuidance? guidance, FaceVerdict? verdict) = await Task.Run(() => _judge.Look(_frame), stop);
                if (verdict is not null) yield return new FaceReport.Judged(verdict);
                if (verdict is { Same: true, Live: true }) yield break;
                if (guidance is { } changed) yield return Tell(changed);
            }
        }
        finally
        {
            await _preview.CloseAsync();
            if (_sensor is not null) await _sensor.CloseAsync();
            _judge.End();
            _frame.Clear();
            _one.Release();
        }
    }

    public ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop) => _preview.NextAsync(stop);

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync();
        if (_sensor is not null) await _sensor.DisposeAsync();
        _passive?.Dispose();
        _judge.Dispose();
        _finder.Dispose();
        _matcher.Dispose();
        _preview.Dispose();
        _frame.Dispose();
        _one.Dispose();
    }

    private FaceReport.Guided Tell(FaceGuidance guidance)
    {
        Guided?.Invoke(guidance);
        return new(guidance);
    }
}
