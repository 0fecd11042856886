using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Board;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.Temperature;
using Kiosk.Devices.Watchdog;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Board;

/// <param name="Devices">The devices of the board. A visit needs none of them.</param>
/// <param name="Readings">Receives the sensors' readings.</param>
/// <param name="FaceLight">The steps of the light, which the status light follows; null: this site has none.</param>
internal sealed record BoardSetup(
    IReadOnlyList<DeviceEntry> Devices, IBoard Board, TamperLatch Latch, SensorReadings Readings, FaceLight? FaceLight = null);

/// <summary>
/// Runs the board's devices, each independently. A missing device is reported with the kiosk's health and tried again every 10 s;
/// patients are served in the meantime.
/// </summary>
internal sealed class BoardHost : IAsyncDisposable
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    /// <summary>The processor of a fanless board stops near 100 °C. At 80 °C somebody should look.</summary>
    private const double HotCelsius = 80;

    private readonly BoardSetup _setup;
    private readonly KioskHost _host;
    private readonly LightAndSound _lightAndSound;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    private BoardHost(BoardSetup setup, KioskHost host, TimeProvider time, ILoggerFactory logs)
    {
        (_setup, _host, _time, _log) = (setup, host, time, logs.CreateLogger("Board"));
        _lightAndSound = new LightAndSound(host.Loop, time, setup.FaceLight);
    }

    public static BoardHost Start(BoardSetup setup, KioskHost host, TimeProvider time, ILoggerFactory logs)
    {
        BoardHost board = new(setup, host, time, logs);
        foreach (DeviceEntry entry in setup.Devices) board._running.Add(board.KeepRunningAsync(entry));
        return board;
    }

    private async Task KeepRunningAsync(DeviceEntry entry)
    {
        while (true)
        {
            try
            {
                await RunDeviceAsync(entry, _stop.Token);
                return;
            }
            catch (FailureException lost)
            {
                _log.BoardLost(entry.Class, lost.Failure.ToString(), lost.Detail);
                _host.Health.Set(entry.Class, lost.Failure, lost.Detail);
            }
            await Task.Delay(_retry, _time, _stop.Token);
        }
    }

    private Task RunDeviceAsync(DeviceEntry entry, CancellationToken stop) => entry.Class switch
    {
        DeviceClass.StatusLight => OpenAndRunAsync(entry, _setup.Board.Light, _lightAndSound.ShowLightAsync, stop),
        DeviceClass.Sound => OpenAndRunAsync(entry, _setup.Board.Sounder, _lightAndSound.PlaySoundsAsync, stop),
        DeviceClass.Presence => OpenAndRunAsync(entry, _setup.Board.Presence, WatchPresenceAsync, stop),
        DeviceClass.AmbientLight => OpenAndRunAsync(entry, _setup.Board.AmbientLight, WatchAmbientLightAsync, stop),
        DeviceClass.Temperature => WatchTemperatureAsync(_setup.Board.Thermometer(entry), stop),
        DeviceClass.Tamper => OpenAndRunAsync(entry, _setup.Board.Tamper, WatchCaseAsync, stop),
        DeviceClass.Watchdog => OpenAndRunAsync(entry, _setup.Board.Watchdog, PingWatchdogAsync, stop),
        // Readers, cameras and the keypad have their own configuration keys and watchers.
        _ => Task.CompletedTask,
    };

    private async Task OpenAndRunAsync<T>(
        DeviceEntry entry, Func<DeviceEntry, T> open, Func<T, CancellationToken, Task> run, CancellationToken stop) where T : IDisposable
    {
        using T device = open(entry);
        _host.Health.Set(entry.Class, null);
        await run(device, stop);
    }

    /// <summary>Dims the screen one minute after the last person left; brightens it when somebody comes or a card is laid down.</summary>
    private async Task WatchPresenceAsync(IPresence presence, CancellationToken stop)
    {
        Backlight? backlight = Backlight.Find();
        long last = _time.GetTimestamp();
        using SemaphoreSlim woken = new(0);
        void Wake(bool there) => woken.Release();
        presence.Changed += Wake;
        try
        {
            while (true)
            {
                bool served = Visit.IsUnderWay(_host.Loop.Current.State);
                if (presence.IsSomebodyThere || served) last = _time.GetTimestamp();
                double level = ScreenBrightness.For(_setup.Readings.Lux, served, _time.GetElapsedTime(last));
                if (level != _setup.Readings.Screen) backlight?.Set(level);
                _setup.Readings.Screen = level;
                Task tick = Task.Delay(TimeSpan.FromSeconds(1), _time, stop);
                await Task.WhenAny(woken.WaitAsync(stop), tick, _host.Loop.NextAsync(_host.Loop.Current, stop));
                stop.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            presence.Changed -= Wake;
        }
    }

    private async Task WatchAmbientLightAsync(IAmbientLight light, CancellationToken stop)
    {
        while (true)
        {
            _setup.Readings.Lux = await light.ReadLuxAsync(stop);
            await Task.Delay(_look, _time, stop);
        }
    }

    private async Task WatchTemperatureAsync(IThermometer thermometer, CancellationToken stop)
    {
        while (true)
        {
            if (!thermometer.TryRead(out double celsius)) throw new FailureException(Failure.BoardDeviceMissing, thermometer.Name);
            _setup.Readings.Celsius = celsius;
            _host.Health.Set(DeviceClass.Temperature, celsius > HotCelsius ? Failure.TooHot : null, $"{celsius:F0} °C");
            await Task.Delay(_look, _time, stop);
        }
    }

    /// <summary>An opened case locks the kiosk at once, then the latch file is written. The file is removed when staff have released the
    /// kiosk.</summary>
    private async Task WatchCaseAsync(ITamperSwitch tamper, CancellationToken stop)
    {
        if (_setup.Latch.IsSet || tamper.IsOpen) CaseChanged(open: true);
        if (!tamper.IsOpen) _host.Loop.Post(new E.TamperChanged(false));
        tamper.Changed += CaseChanged;
        try
        {
            VisitView view = _host.Loop.Current;
            bool locked = false;
            while (true)
            {
                bool now = view.State.Station.Tampered;
                if (locked && !now)
                {
                    _setup.Latch.Release();
                    _host.Health.Set(DeviceClass.Tamper, null);
                    _log.CaseReleased();
                }
                locked = now;
                view = await _host.Loop.NextAsync(view, stop);
            }
        }
        finally
        {
            tamper.Changed -= CaseChanged;
        }

        void CaseChanged(bool open)
        {
            _host.Loop.Post(new E.TamperChanged(open));
            if (!open) return;
            _log.CaseOpened();
            _host.Health.Set(DeviceClass.Tamper, Failure.TamperOpened);
            try
            {
                _setup.Latch.Set();
            }
            catch (FailureException full)
            {
                // The kiosk stays locked until the power goes, also without the file.
                _log.BoardLost(DeviceClass.Tamper, full.Failure.ToString(), full.Detail);
            }
        }
    }

    /// <summary>Pings only while the visit loop takes events, so that a loop that hangs resets the machine.</summary>
    private async Task PingWatchdogAsync(IWatchdog watchdog, CancellationToken stop)
    {
        TimeSpan pause = watchdog.Timeout / 4;
        while (true)
        {
            await _host.Loop.AnswersAsync().WaitAsync(stop);
            watchdog.Ping();
            await Task.Delay(pause, _time, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (Task running in _running) await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
