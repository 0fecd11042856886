using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Faces;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Watchers;

/// <summary>
/// Between visits and during them: looks every 2 s whether the camera is there, without opening it, and tells the visit and the health
/// board. A camera that is unplugged is told here; the choice of method then no longer offers the face.
/// </summary>
/// <param name="faceOffered">The site uses the face check. Where it does not, a missing camera is no fault.</param>
internal sealed class CameraWatcher(ICameraPresence camera, IFaceCheck? face, bool faceOffered, IVisitInbox visit, HealthBoard health, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

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

    /// <summary>A face check that failed because of the camera: looks at once, because the next screen must not offer the face again.</summary>
    public void WhenFaceFails(VisitState before, VisitEvent happened, Step step)
    {
        if (happened is E.FaceFailed { Why: Failure.CameraMissing }) visit.Post(new E.CameraChanged(camera.Look().Why));
    }

    private void Report(Failure? now, string detail)
    {
        health.Set(now is Failure.ModelMissing or Failure.ModelNotListed ? "face" : "camera", now, detail);
        if (now is null) health.Set("face", null);
        if (face?.Engine is { } engine) health.SetEngine(engine.Id, engine.Warning);
    }
}
