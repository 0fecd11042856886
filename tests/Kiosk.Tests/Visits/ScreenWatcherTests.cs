using System.Collections.Concurrent;
using Kiosk.App.Health;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>What the kiosk does when the patient sees nothing, or cannot touch what is seen.</summary>
public sealed class ScreenWatcherTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly HealthBoard _health = new();
    private readonly Inbox _visit = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _sys = Directory.CreateTempSubdirectory("kiosk-sys").FullName;
    private bool _shown;

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        Directory.Delete(_sys, recursive: true);
    }

    [Fact]
    public async Task Ten_seconds_without_a_page_are_told_to_the_visit_and_the_reception_and_so_is_its_return()
    {
        _shown = true;
        Task running = new ScreenWatcher(() => _shown, _visit, _health, _time, NullLogger.Instance).RunAsync(_stop.Token);
        await Until(() => _health.Current.Devices is [{ Name: "screen", Why: null }]);

        _shown = false;
        await PassAsync(9);
        Assert.Null(Why("screen"));
        await PassUntil(() => Why("screen") is Failure.ScreenMissing);

        _shown = true;
        await PassUntil(() => Why("screen") is null);
        Assert.Equal([new E.ScreenChanged(null), new E.ScreenChanged(Failure.ScreenMissing), new E.ScreenChanged(null)], _visit.Posted);
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task A_page_that_reconnects_within_ten_seconds_is_no_failure()
    {
        _ = new ScreenWatcher(() => _shown, _visit, _health, _time, NullLogger.Instance).RunAsync(_stop.Token);
        for (int i = 0; i < 5; i++)
        {
            _shown = false;
            await PassAsync(8);
            _shown = true;
            await PassAsync(2);
        }
        Assert.DoesNotContain(new E.ScreenChanged(Failure.ScreenMissing), _visit.Posted);
    }

    [Fact]
    public async Task A_browser_that_never_shows_the_page_is_a_failure_too()
    {
        _ = new ScreenWatcher(() => false, _visit, _health, _time, NullLogger.Instance).RunAsync(_stop.Token);
        await PassUntil(() => Why("screen") is Failure.ScreenMissing);
    }

    [Fact]
    public void Without_a_page_no_card_and_no_phone_is_taken_and_a_card_that_lies_there_is_read_when_the_page_is_back()
    {
        VisitState dark = Visit.Next(new S.Idle { Station = Station.Ready with { Policy = VisitSamples.AsksAll } },
            new E.ScreenChanged(Failure.ScreenMissing)).State;
        Assert.Equal(Failure.ScreenMissing, Assert.IsType<S.OutOfService>(dark).Why);
        Assert.IsType<S.OutOfService>(Visit.Next(dark, new E.ChosePhone(Phones.Android)).State);
        Step laid = Visit.Next(dark, new E.CardInserted());
        Assert.IsType<S.OutOfService>(laid.State);
        Assert.Empty(laid.Actions);
        Step back = Visit.Next(laid.State, new E.ScreenChanged(null));
        Assert.IsType<S.ReadingCard>(back.State);
        Assert.Contains(new A.ReadCard(), back.Actions);
    }

    [Fact]
    public void During_the_farewell_no_card_is_taken_either()
    {
        VisitState farewell = new S.Idle(new Ending.Cancelled());
        VisitState dark = Visit.Next(farewell, new E.ScreenChanged(Failure.ScreenMissing)).State;
        Assert.DoesNotContain(new A.ReadCard(), Visit.Next(dark, new E.CardInserted()).Actions);
    }

    [Fact]
    public void A_visit_that_is_under_way_waits_for_its_page_and_staff_are_called()
    {
        foreach (VisitState state in VisitSamples.States.Where(Visit.IsUnderWay))
        {
            Step dark = Visit.Next(state, new E.ScreenChanged(Failure.ScreenMissing));
            Assert.Equal(state.GetType(), dark.State.GetType());
            Assert.Contains(new A.RingDesk(Failure.ScreenMissing), dark.Actions);
            Step back = Visit.Next(dark.State, new E.ScreenChanged(null));
            Assert.Equal(state, back.State with { Station = state.Station });
            Assert.Empty(back.Actions);
        }
    }

    [Fact]
    public async Task The_display_and_the_touch_panel_are_parts_of_the_health_and_come_back()
    {
        Connector("card0-eDP-1", "disconnected");
        Connector("card0-HDMI-A-1", "connected");
        TouchPanel("input7");
        Mouse("input3");
        _ = new PanelWatcher(new PanelParts("HDMI-A-1", "", _sys), _health, _time, NullLogger.Instance).RunAsync(_stop.Token);
        await Until(() => _health.Current.Devices.Count == 2);
        Assert.All(_health.Current.Devices, device => Assert.Null(device.Why));

        Directory.Delete(Path.Combine(_sys, "class/input/input7"), recursive: true);
        Connector("card0-HDMI-A-1", "disconnected");
        Connector("card0-eDP-1", "connected");
        await PassUntil(() => Why("touch") is Failure.TouchMissing && Why("display") is Failure.ScreenMissing);

        TouchPanel("input12");
        Connector("card0-HDMI-A-1", "connected");
        await PassUntil(() => Why("touch") is null && Why("display") is null);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("HDMI-A-1", "", 1)]
    [InlineData("", "ILITEK", 1)]
    [InlineData("DP-1", "ILITEK", 2)]
    public async Task What_the_configuration_names_is_missed_also_when_it_was_never_there(string display, string touch, int missing)
    {
        Mouse("input3");
        _ = new PanelWatcher(new PanelParts(display, touch, _sys), _health, _time, NullLogger.Instance).RunAsync(_stop.Token);
        await PassAsync(3);
        Assert.Equal(missing, _health.Current.Devices.Count(d => d.Why is not null));
    }

    private void Connector(string name, string status)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_sys, "class/drm", name)).FullName;
        File.WriteAllText(Path.Combine(folder, "status"), status + "\n");
    }

    /// <summary>As the kernel lists a USB touch panel: BTN_TOUCH; ABS_X, ABS_Y and multi-touch; INPUT_PROP_DIRECT.</summary>
    private void TouchPanel(string name) =>
        Input(name, "ILITEK Multi-Touch-V5000", "400 0 0 0 0 0", "273800000000003", "2");

    /// <summary>BTN_LEFT and its neighbours, no places.</summary>
    private void Mouse(string name) => Input(name, "Acme Mouse", "1f0000 0 0 0 0", "0", "0");

    private void Input(string name, string title, string keys, string places, string properties)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_sys, "class/input", name, "capabilities")).Parent!.FullName;
        File.WriteAllText(Path.Combine(folder, "name"), title + "\n");
        File.WriteAllText(Path.Combine(folder, "properties"), properties + "\n");
        File.WriteAllText(Path.Combine(folder, "capabilities/key"), keys + "\n");
        File.WriteAllText(Path.Combine(folder, "capabilities/abs"), places + "\n");
    }

    private Failure? Why(string part) => _health.Current.Devices.FirstOrDefault(d => d.Name == part)?.Why;

    /// <summary>Lets the time pass second by second, as the watchers see it.</summary>
    private async Task PassAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            // The watcher waits for its next turn by itself again before the next second passes.
            for (int turn = 0; turn < 5; turn++) await Task.Yield();
        }
    }

    /// <summary>Seconds pass until it is true. On a busy machine a second may pass before the watcher waits for it, and is lost.</summary>
    private async Task PassUntil(Func<bool> fact)
    {
        for (int turn = 0; !fact(); turn++)
        {
            Assert.True(turn < 6000, "not within 6,000 seconds");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private static async Task Until(Func<bool> fact)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (!fact()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
    }

    private sealed class Inbox : IVisitInbox
    {
        private readonly ConcurrentQueue<VisitEvent> _posted = new();

        public IReadOnlyList<VisitEvent> Posted => [.. _posted];

        public void Post(VisitEvent happened) => _posted.Enqueue(happened);

        public void Post(VisitEvent happened, object visit) => _posted.Enqueue(happened);
    }
}
