using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Watchers;

/// <summary>
/// Looks every 2 s, also between visits, whether the camera is connected, without opening it, and reports changes to the visit and the
/// health board. When the camera is unplugged, the patient is no longer offered the face check.
/// </summary>
/// <param name="faceOffered">True if the site uses the face check. If not, a missing camera is no fault.</param>
internal sealed class CameraWatcher(
    ICameraPresence camera, IFaceCheck? face, bool faceOffered, IVisitInbox visit, HealthBoard health, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    /// <summary>What the last face check met at a camera that is connected: a damaged picture, or another program. Null: nothing.</summary>
    private volatile object? _met;

    public async Task RunAsync(CancellationToken stop)
    {
        Failure? known = null;
        while (!stop.IsCancellationRequested)
        {
            (Failure? now, string detail) = camera.Look();
            if (faceOffered) Report(now, detail);
            if (now != known)
            {
                known = now;
                if (now is Failure why) log.CameraLost(why.ToString(), detail);
                else log.CameraBack();
                visit.Post(new E.CameraChanged(now));
            }
            await Task.Delay(_interval, time, stop);
        }
    }

    /// <summary>After a face check failed because of the camera: looks at once, because the next screen must not offer the face
    /// again. A camera that is there and gives no usable picture is told to staff, and stays offered: the next check may succeed.</summary>
    public void WhenFaceFails(VisitState before, VisitEvent happened, Step step)
    {
        if (happened is E.FaceFailed { Why: Failure.CameraMissing }) visit.Post(new E.CameraChanged(camera.Look().Why));
        if (happened is E.FaceFailed { Why: Failure.CameraDamaged or Failure.CameraBusy } failed) _met = failed.Why;
        else if (happened is E.FaceJudged) _met = null;
    }

    private void Report(Failure? now, string detail)
    {
        if (now is Failure.CameraMissing) _met = null;
        bool isFace = now is Failure.ModelMissing or Failure.ModelNotListed or Failure.FaceLibraryMissing;
        health.Set(isFace ? "face" : "camera", now ?? (Failure?)_met, detail);
        if (now is null) health.Set("face", null);
        if (face?.Engine is { } engine) health.SetEngine(engine.Id, engine.Warning);
    }
}
