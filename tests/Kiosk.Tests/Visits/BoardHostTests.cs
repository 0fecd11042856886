using Kiosk.App.Board;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;
using Kiosk.Devices.Journal;
using Kiosk.Devices.Tamper;
using Kiosk.Simulators.Board;
using Microsoft.Extensions.Logging.Abstractions;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>A visit with the devices of the board: light, sound, sensors, tamper switch, watchdog. The other devices are fakes.</summary>
public sealed class BoardHostTests : IAsyncLifetime, IDisposable
{
    private readonly FakeDevices _devices = new();
    private readonly DigitBuffer _typing = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-board");
    private readonly SimulatedBoard _board = new();
    private readonly SensorReadings _room = new();
    private VisitJournal _journal = null!;
    private KioskHost _host = null!;
    private BoardHost? _boardHost;

    private string Latch => Path.Combine(_folder.FullName, "tamper.latch");

    public Task InitializeAsync()
    {
        _journal = VisitJournal.Open(Path.Combine(_folder.FullName, "journal"), TimeProvider.System);
        _host = MakeHost();
        _host.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_boardHost is not null) await _boardHost.DisposeAsync();
        await _host.DisposeAsync();
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    public void Dispose()
    {
        _typing.Dispose();
        _board.Dispose();
    }

    [Fact]
    public async Task The_light_and_the_tones_follow_the_visit()
    {
        // The card must not answer at once, or its state would be over before the tone is played.
        _devices.HoldIdentify = new TaskCompletionSource();
        Start();
        _devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());
        await Until(() => _board.TheSounder.Count > 0 && Visit.IsUnderWay(_host.Loop.Current.State));
        await Until(() => _board.TheLight.Shown.Blue > _board.TheLight.Shown.Red);
    }

    [Fact]
    public async Task An_opened_case_locks_the_kiosk_until_it_is_shut_and_staff_unlock_the_kiosk()
    {
        Start();
        _devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());
        await Until(() => Visit.IsUnderWay(_host.Loop.Current.State));
        _board.TheCase.Set(true);
        await Until(() => _host.Loop.Current.State is S.TakeCard { Ending: Ending.Refused { Why: Failure.TamperOpened } });
        await Until(() => Why(DeviceClass.Tamper) is Failure.TamperOpened && File.Exists(Latch));
        await Until(() => _devices.Rings.Contains(Failure.TamperOpened));
        _devices.Reader.Writer.TryWrite(new ReaderEvent.CardRemoved());
        await Until(() => !Visit.IsUnderWay(_host.Loop.Current.State));

        // Both are needed: the case is shut, and staff switch maintenance on and off.
        _host.Loop.Post(new E.MaintenanceSet(false));
        _board.TheCase.Set(false);
        await _host.Loop.AnswersAsync();
        Assert.True(_host.Loop.Current.State.Station.Tampered);
        _host.Loop.Post(new E.MaintenanceSet(true));
        _host.Loop.Post(new E.MaintenanceSet(false));
        await Until(() => !_host.Loop.Current.State.Station.Tampered && !File.Exists(Latch));
    }

    [Fact]
    public async Task A_kiosk_whose_case_was_opened_is_still_locked_after_a_power_cut()
    {
        new TamperLatch(Latch).Set();
        Start();
        await Until(() => _host.Loop.Current.State is S.OutOfService { Why: Failure.TamperOpened });
        Assert.True(File.Exists(Latch));
    }

    [Fact]
    public async Task Heat_and_a_missing_device_are_reported_in_the_health_of_the_kiosk()
    {
        _board.TheThermometer.Celsius = 91;
        Start();
        await Until(() => Why(DeviceClass.Temperature) is Failure.TooHot);
        Assert.Equal(91, _room.Celsius);
        Assert.Equal(400, _room.Lux);
        await _boardHost!.DisposeAsync();
        DeviceEntry missing = new(DeviceClass.StatusLight, Address: "spidev99.9");
        BoardSetup setup = new([missing], new LinuxBoard(TimeProvider.System), new TamperLatch(Latch), _room);
        _boardHost = BoardHost.Start(setup, _host, TimeProvider.System, NullLoggerFactory.Instance);
        await Until(() => Why(DeviceClass.StatusLight) is Failure.BoardDeviceMissing);
    }

    [Fact]
    public async Task The_watchdog_is_fed_while_the_visit_loop_answers()
    {
        Start();
        await Until(() => _board.TheWatchdog.Pings > 0);
        await _host.DisposeAsync();
        // A loop that has ended does not answer.
        Assert.False(_host.Loop.AnswersAsync().IsCompleted);
        _host = MakeHost();
    }

    [Theory]
    [InlineData(null, false, 0, 1.0)]
    [InlineData(null, false, 61, ScreenBrightness.Dim)]
    [InlineData(null, true, 61, 1.0)]
    [InlineData(10.0, false, 0, 0.4)]
    [InlineData(100.0, false, 0, 0.7)]
    [InlineData(50_000.0, false, 0, 1.0)]
    public void The_screen_follows_the_light_of_the_room_and_is_dim_when_nobody_is_there(
        double? lux, bool served, int aloneSeconds, double level) =>
        Assert.Equal(level, ScreenBrightness.For(lux, served, TimeSpan.FromSeconds(aloneSeconds)), 0.01);

    private Failure? Why(string device) => _host.Health.Current.Devices.FirstOrDefault(d => d.Name == device)?.Why;

    private void Start()
    {
        BoardSetup setup = new(SimulatedBoard.Entries, _board, new TamperLatch(Latch), _room);
        _boardHost = BoardHost.Start(setup, _host, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private KioskHost MakeHost() => new(
        new VisitDevices(_devices, _devices, _devices, _devices, _journal, null),
        _devices, _typing, Station.Ready, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>The 30 s are for a busy machine.</summary>
    private static async Task Until(Func<bool> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (!holds()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }
}
