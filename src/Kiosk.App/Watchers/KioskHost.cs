using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.Tickets;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Board;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Watchers;

/// <summary>A running kiosk without a screen: the visit loop, and the watchers of reader, reception and camera.</summary>
public sealed class KioskHost : IAsyncDisposable
{
    private static readonly TimeSpan _visitReport = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly VisitDevices _devices;
    private readonly ICameraPresence _camera;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly List<Task> _running = [];
    private readonly VisitMeter _meter;
    private readonly bool _faceOffered;

    /// <param name="devices">Owned by the caller, who disposes them after this object.</param>
    /// <param name="digits">Owned by the caller.</param>
    public KioskHost(VisitDevices devices, ICameraPresence camera, DigitBuffer digits, Station station, TimeProvider time,
        ILoggerFactory logs)
    {
        (_devices, _camera, _time, _log) = (devices, camera, time, logs.CreateLogger("Kiosk"));
        _meter = new VisitMeter(time);
        _faceOffered = station.FaceOffered;
        Loop = new VisitLoop(new VisitActions(devices, digits, time, _log), digits, station, time, _log);
    }

    public VisitLoop Loop { get; }

    /// <summary>The state of the kiosk's parts. Each change is sent to the reception.</summary>
    public HealthBoard Health { get; } = new();

    /// <summary>True while the visit's loop takes events; false only after a bug ended it.</summary>
    public bool Alive => _running is [{ IsCompleted: false }, ..];

    /// <summary>Starts everything. The visit learns the state of each part within seconds.</summary>
    public void Start()
    {
        ReaderWatcher reader = new(_devices.Reader, Loop, Health, _log);
        ReceptionWatcher reception = new(_devices.Link, _devices.Journal, Loop, _time, _log);
        CameraWatcher camera = new(_camera, _devices.Face, _faceOffered, Loop, Health, _time, _log);
        Loop.Stepped += camera.WhenFaceFails;
        Loop.Stepped += _meter.Step;
        Health.Changed += health => _ = _devices.Link.ReportHealthAsync(health, CancellationToken.None);
        Health.Set("reader", Failure.ReaderMissing);
        _running.Add(Loop.RunAsync(_stop.Token));
        _running.Add(reader.RunAsync(_stop.Token));
        _running.Add(reception.RunAsync(_stop.Token));
        _running.Add(reception.RenewAsync(_stop.Token));
        _running.Add(camera.RunAsync(_stop.Token));
        _running.Add(ReportVisitsAsync(_stop.Token));
        _log.KioskReady();
    }

    /// <summary>Watches the patient's screen from now on; call after <see cref="Start"/>, at most once.</summary>
    /// <param name="shown">A page is connected now.</param>
    /// <param name="panel">Display and touch panel; null: the kiosk has none of its own.</param>
    internal void WatchScreen(Func<bool> shown, PanelParts? panel)
    {
        _running.Add(new ScreenWatcher(shown, Loop, Health, _time, _log).RunAsync(_stop.Token));
        if (panel is not null) _running.Add(new PanelWatcher(panel, Health, _time, _log).RunAsync(_stop.Token));
    }

    /// <summary>Prints a ticket for each check-in from now on; call after <see cref="Start"/>, at most once.</summary>
    /// <param name="patience">How long a ticket waits for the answer of the site's own system.</param>
    /// <param name="language">Of the screen now.</param>
    internal void PrintTickets(ITicketPrinter printer, TimeSpan patience, Func<string> language)
    {
        TicketWatcher tickets = new(printer, patience, language, Loop, Health, _time, _log);
        Loop.Stepped += tickets.Step;
        _running.Add(tickets.RunAsync(_stop.Token));
    }

    /// <summary>Puts the totals of the visits on the health board when they have changed.</summary>
    private async Task ReportVisitsAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(_visitReport, _time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            (IReadOnlyList<VisitCount> visits, IReadOnlyList<StageTime> stages) = _meter.Totals();
            if (visits.Sum(v => v.Count) != (Health.Current.Visits ?? []).Sum(v => v.Count)) Health.SetVisits(visits, stages);
        }
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
