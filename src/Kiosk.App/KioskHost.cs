using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Reception;
using Kiosk.Devices.Journal;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App;

/// <summary>A running kiosk without a screen: the loop, and the watchers that tell it of reader, reception and camera.</summary>
public sealed class KioskHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly VisitDevices _devices;
    private readonly ICameraPresence _camera;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly List<Task> _running = [];
    private readonly VisitMeter _meter;
    private readonly bool _faceOffered;

    /// <param name="devices">Owned by the caller, disposed after this.</param>
    /// <param name="typing">Owned by the caller.</param>
    public KioskHost(VisitDevices devices, ICameraPresence camera, Typing typing, Station station, TimeProvider time, ILoggerFactory logs)
    {
        (_devices, _camera, _time, _log) = (devices, camera, time, logs.CreateLogger("Kiosk"));
        _meter = new VisitMeter(time);
        _faceOffered = station.FaceOffered;
        Loop = new VisitLoop(new VisitHands(devices, typing, time, _log), typing, station, time, _log);
    }

    public VisitLoop Loop { get; }

    /// <summary>Told to the reception after each change.</summary>
    public HealthBoard Health { get; } = new();

    /// <summary>The loop takes events; false only after a bug that ended it.</summary>
    public bool Alive => _running is [{ IsCompleted: false }, ..];

    /// <summary>Starts everything; how things stand is told to the visit within seconds.</summary>
    public void Start()
    {
        Loop.Stepped += WhenCameraFails;
        Loop.Stepped += _meter.Step;
        Health.Changed += health => _ = _devices.Link.ReportHealthAsync(health, CancellationToken.None);
        Health.Set("reader", Failure.ReaderMissing);
        _running.Add(Loop.RunAsync(_stop.Token));
        _running.Add(WatchReaderAsync());
        _running.Add(WatchLinkAsync());
        _running.Add(RenewAsync());
        _running.Add(WatchCameraAsync());
        _log.KioskReady();
    }

    private async Task WatchReaderAsync()
    {
        await foreach (ReaderEvent news in _devices.Reader.WatchAsync(_stop.Token))
        {
            if (news is ReaderEvent.Lost lost) _log.ReaderLost(lost.Why.ToString(), lost.Detail);
            if (news is ReaderEvent.Found) _log.ReaderBack();
            Health.Set("reader", (news as ReaderEvent.Lost)?.Why, (news as ReaderEvent.Lost)?.Detail ?? "");
            Loop.Post(news switch
            {
                ReaderEvent.CardInserted => new E.CardInserted(),
                ReaderEvent.CardRemoved => new E.CardRemoved(),
                ReaderEvent.Lost gone => new E.ReaderChanged(gone.Why),
                _ => new E.ReaderChanged(null),
            });
        }
    }

    private async Task WatchLinkAsync()
    {
        await foreach (ReceptionEvent news in _devices.Link.WatchAsync(_stop.Token))
        {
            if (news is ReceptionEvent.LinkDown down) _log.LinkDown(down.Why.ToString(), down.Detail);
            if (news is ReceptionEvent.LinkUp)
            {
                _log.LinkUp();
                await SettleJournalAsync();
            }
            Loop.Post(news switch
            {
                ReceptionEvent.LinkUp => new E.LinkChanged(null),
                ReceptionEvent.LinkDown gone => new E.LinkChanged(gone.Why),
                ReceptionEvent.VisualGranted granted => new E.VisualGranted(granted.StaffId),
                ReceptionEvent.MaintenanceSet set => new E.MaintenanceSet(set.On),
                ReceptionEvent.DisasterSet set => new E.DisasterSet(set.On),
                ReceptionEvent.PolicySet set => new E.PolicySet(set.Policy),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }
    }

    /// <summary>Asks for pins and, in time, for a new certificate; soon again where the reception did not answer.</summary>
    private async Task RenewAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan next = TimeSpan.FromHours(6);
            try
            {
                if (await _devices.Link.RenewAsync(_stop.Token)) _log.CertificateRenewed();
            }
            catch (FailureException failure)
            {
                _log.ActionFailed("Renew", failure.Failure.ToString(), FailureCatalogue.EntryFor(failure.Failure).Code, failure.Detail);
                if (failure.Failure is Failure.ReceptionUnreachable) next = TimeSpan.FromMinutes(1);
            }

            await Task.Delay(next, _time, _stop.Token);
        }
    }

    /// <summary>Check-ins cut off by a power cut or a kill: the reception is asked; either way the patient starts anew, so the note is done with.</summary>
    private async Task SettleJournalAsync()
    {
        try
        {
            IReadOnlyList<PendingVisit> pending = _devices.Journal.Pending();
            foreach (PendingVisit visit in pending)
            {
                await _devices.Link.FindAsync(visit.Key, _stop.Token);
                _devices.Journal.Done(visit.Key);
            }
            if (pending.Count > 0) _log.JournalSettled(pending.Count);
        }
        catch (FailureException failure)
        {
            _log.ActionFailed("SettleJournal", failure.Failure.ToString(), FailureCatalogue.EntryFor(failure.Failure).Code, failure.Detail);
        }
    }

    /// <summary>Looks whether the camera is there, every 2 s, without opening it.</summary>
    private async Task WatchCameraAsync()
    {
        Failure? known = null;
        int looks = 0;
        while (!_stop.IsCancellationRequested)
        {
            (Failure? now, string detail) = _camera.Look();
            // A site without the face check misses neither.
            if (_faceOffered) Health.Set(now is Failure.ModelMissing or Failure.ModelNotListed ? "face" : "camera", now, detail);
            if (_faceOffered && now is null) Health.Set("face", null);
            if (++looks % 30 == 0) TellVisits();
            if (_faceOffered && _devices.Face?.Engine is { } engine) Health.SetEngine(engine.Id, engine.Warning);
            if (now != known)
            {
                known = now;
                if (now is Failure why) _log.CameraLost(why.ToString(), detail);
                else _log.CameraBack();
                Loop.Post(new E.CameraChanged(now));
            }
            await Task.Delay(TimeSpan.FromSeconds(2), _time, _stop.Token);
        }
    }

    private void TellVisits()
    {
        (IReadOnlyList<VisitCount> visits, IReadOnlyList<StageTime> stages) = _meter.Totals();
        if (visits.Sum(v => v.Count) != (Health.Current.Visits ?? []).Sum(v => v.Count)) Health.SetVisits(visits, stages);
    }

    private void WhenCameraFails(VisitState before, VisitEvent happened, Step step)
    {
        // Told at once, not at the next look: the choice after it must not offer the face again.
        if (happened is E.FaceFailed { Why: Failure.CameraMissing }) Loop.Post(new E.CameraChanged(_camera.Look().Why));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (Task running in _running) await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Loop.DisposeAsync();
        _meter.Dispose();
        _stop.Dispose();
    }
}
