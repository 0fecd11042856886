using System.Runtime.CompilerServices;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Devices.PictureDecoder;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// The face check of a visit. Models are loaded once, at start. The camera runs only from the first report to the end of the
/// enumeration. One check at a time.
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

    /// <param name="sensor">A second proof that a live person is there; disposed here. Null: none.</param>
    /// <exception cref="FailureException">ModelMissing; ModelNotListed, also for unattended use without a sensor or a passive
    /// network.</exception>
    public FaceCheck(ICamera camera, FaceCheckOptions options, TimeProvider time, ModelStore? store = null,
        IPresentationSensor? sensor = null)
    {
        store ??= new();
        (_camera, _sensor) = (camera, sensor);
        _matcher = Matchers.Open(store, options.Engine, options.Profile);
        if (options.Cohort is { } cohort) _matcher = new CohortMatcher(_matcher, Cohort.Read(cohort, _matcher), options.CohortThreshold);
        _passive = PassiveNet.Open(store, options.Profile);
        if (options.Profile == "unattended" && sensor is null && _passive is null)
            throw ModelRefusal.NotListed("unattended use needs a near-infrared camera (face.nirCamera) or a passive network approved for "
                + "it: a challenge alone does not stop a replayed film");
        _finder = new(store);
        _judge = new(_finder, _matcher, _passive, sensor, options, time);
    }

    public FaceEngineFacts Engine => _matcher.Facts;

    /// <summary>Called with each guidance when it is reported; the simulated person acts on it.</summary>
    public Action<FaceGuidance>? Guided { get; init; }

    /// <summary>Shows the light's steps; null: nobody can, and the light abstains.</summary>
    public IFaceLight? Light { get; init; }

    /// <summary>
    /// Decodes the card photo in a separate process; disposed by the caller. Null (tests and benches only): decodes in this process.
    /// </summary>
    public CardPictures? Pictures { get; init; }

    /// <summary>Figures of the last check; for the bench.</summary>
    public FaceTrace Trace => _judge.Trace;

    public async IAsyncEnumerable<FaceReport> WatchAsync(PhotoArrival photo, bool cannotTurn, Task begin,
        [EnumeratorCancellation] CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        _preview.Opening();
        CardPreparation card = new(photo, DecodePhoto);
        try
        {
            await using ICameraStream stream = await _camera.OpenAsync(stop);
            if (_sensor is not null) await _sensor.OpenAsync(stop);
            await begin.WaitAsync(stop);
            yield return Report(FaceGuidance.OneMoment);
            _preview.Open(stream);
            _judge.Begin(cannotTurn, Light);
            bool told = false;
            while (true)
            {
                // Decoded beside the frames. Its template is made between two frames, because the networks serve one caller at a time.
                if (!_judge.HasCard) await card.GoOnAsync(_judge, stop);
                await stream.NextAsync(_frame, stop);
                // On another thread: a frame takes about 50 ms of one core.
                (FaceGuidance? guidance, FaceVerdict? verdict) = await Task.Run(() => _judge.Look(_frame), stop);
                if (verdict is null && _judge.Matches && !told) yield return new FaceReport.Matched();
                told = verdict is null && _judge.Matches;
                if (verdict is not null) yield return new FaceReport.Judged(verdict);
                if (verdict is { Same: true, Live: true }) yield break;
                if (guidance is { } changed) yield return Report(changed);
            }
        }
        finally
        {
            await _preview.CloseAsync();
            if (_sensor is not null) await _sensor.CloseAsync();
            await card.WipeAsync();
            _judge.End();
            _frame.Clear();
            _one.Release();
        }
    }

    private Mat DecodePhoto(CardPhoto photo) =>
        Pictures?.Photo(photo.Jpeg2000.Bytes) ?? CardPortrait.Decode(photo.Jpeg2000.Bytes);

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

    private FaceReport.Guided Report(FaceGuidance guidance)
    {
        Guided?.Invoke(guidance);
        return new(guidance);
    }
}
