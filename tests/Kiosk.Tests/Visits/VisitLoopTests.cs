using Kiosk.App;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Devices.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class VisitLoopTests : IAsyncLifetime, IDisposable
{
    private readonly FakeDevices _devices = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly Typing _typing = new();
    private readonly Lines _log = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-loop");
    private VisitJournal _journal = null!;
    private KioskHost _host = null!;

    public Task InitializeAsync()
    {
        _journal = VisitJournal.Open(Path.Combine(_folder.FullName, "journal"), _time);
        _host = new KioskHost(new VisitDevices(_devices, _devices, _devices, _devices, _journal, null), _devices, _typing, Station.Ready, _time, _log);
        _host.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    public void Dispose()
    {
        _typing.Dispose();
        _log.Dispose();
    }

    /// <summary>Waits for a state; the shell works on the pool, so this is the one place with real time in it.</summary>
    private async Task<T> Reach<T>(Func<T, bool>? holds = null) where T : VisitState
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        VisitView view = _host.Loop.Current;
        while (view.State is not T || (holds is not null && !holds((T)view.State))) view = await _host.Loop.NextAsync(view, patience.Token);
        return (T)view.State;
    }

    /// <summary>Lets time pass when everything posted before has been taken and its limit armed.</summary>
    private async Task Pass(double seconds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void See(VisitState before, E happened, Step step)
        {
            if (happened is E.LinkChanged) taken.TrySetResult();
        }

        _host.Loop.Stepped += See;
        _host.Loop.Post(new E.LinkChanged(null));
        await taken.Task.WaitAsync(patience.Token);
        _host.Loop.Stepped -= See;
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>For a watcher of its own pace: lets time pass until it has looked.</summary>
    private async Task PassUntil(double seconds, Func<VisitState, bool> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (!holds(_host.Loop.Current.State))
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private void Press(E.Press pressed) => _host.Loop.Press(_host.Loop.Current.Screen, pressed);

    private void Type(string digits)
    {
        foreach (char digit in digits) _host.Loop.Key(_host.Loop.Current.Screen, digit - '0');
    }

    private async Task ChoosePin()
    {
        _devices.Reader.Writer.TryWrite(new ReaderNews.CardInserted());
        await Reach<S.ChoosingMethod>(s => s.Who.Card.Photo is PhotoStatus.Ready);
        Press(new E.ChosePin());
        await Reach<S.EnteringPin>();
    }

    [Fact]
    public async Task A_visit_by_pin_ends_with_the_receipt_and_nothing_kept()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(true));
        await Reach<S.ReviewingConsent>();
        Press(new E.ConfirmedAnswers());
        S.TakeCard end = await Reach<S.TakeCard>();
        Assert.Equal(12, Assert.IsType<Ending.Accepted>(end.Ending).Number);
        _devices.Reader.Writer.TryWrite(new ReaderNews.CardRemoved());
        await Reach<S.Idle>();
        Assert.Equal(1, _devices.Verifies);
        Assert.All(_devices.Pins, pin => Assert.Equal(0, pin.Length));
        Assert.Equal(0, _typing.Count);
        Assert.Empty(_journal.Pending());
    }

    [Fact]
    public async Task A_face_that_matches_needs_no_pin_and_the_camera_closes()
    {
        _devices.Reader.Writer.TryWrite(new ReaderNews.CardInserted());
        await Reach<S.ChoosingMethod>();
        Press(new E.ChoseFace());
        await Reach<S.MatchingFace>();
        _devices.Faces.Writer.TryWrite(new FaceReport.Judged(new FaceVerdict(true, true, 4, "fake", 50)));
        await Reach<S.AskingConsent>();
        Assert.Equal(0, _devices.Verifies);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (_devices.FacesOpen > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    [Fact]
    public async Task A_card_pulled_while_the_pin_is_checked_ends_idle_and_the_late_answer_is_nobodys()
    {
        await ChoosePin();
        _devices.HoldVerify = new TaskCompletionSource();
        Type("1234");
        await Reach<S.VerifyingPin>();
        _devices.Reader.Writer.TryWrite(new ReaderNews.CardRemoved());
        await Reach<S.Idle>();
        _devices.HoldIdentify = new TaskCompletionSource();
        _devices.Reader.Writer.TryWrite(new ReaderNews.CardInserted());
        await Reach<S.ReadingCard>();
        _devices.HoldVerify.SetResult();
        _devices.HoldIdentify.SetResult();
        await Reach<S.ChoosingMethod>();
        Assert.Equal(1, _devices.Verifies);
    }

    [Fact]
    public async Task Two_fast_keys_after_the_last_digit_do_nothing()
    {
        await ChoosePin();
        Type("123499");
        await Reach<S.AskingConsent>();
        Assert.Equal(1, _devices.Verifies);
    }

    [Fact]
    public async Task Digits_left_alone_are_wiped_after_fifteen_seconds()
    {
        await ChoosePin();
        Type("12");
        await Reach<S.EnteringPin>(s => s.Typed == 2);
        await Pass(16);
        Assert.True((await Reach<S.EnteringPin>(s => s.Typed == 0)).Wiped);
        Assert.Equal(0, _typing.Count);
        Type("12");
        Assert.False((await Reach<S.EnteringPin>(s => s.Typed == 2)).Wiped);
        Type("34");
        await Reach<S.AskingConsent>();
    }

    [Fact]
    public async Task A_patient_who_walks_away_is_asked_then_reminded_of_the_card()
    {
        await ChoosePin();
        await Pass(61);
        await Reach<S.StillThere>();
        await Pass(31);
        S.TakeCard end = await Reach<S.TakeCard>();
        Assert.IsType<Ending.TimedOut>(end.Ending);
        await Pass(11);
        await Reach<S.TakeCard>(s => s.Reminders == 1);
    }

    [Fact]
    public async Task Patience_is_with_the_patient_and_not_with_the_machine_nor_the_card_left_behind()
    {
        _host.Loop.Patience = () => 4;
        await ChoosePin();
        await Pass(239);
        await Reach<S.EnteringPin>();
        await Pass(2);
        await Reach<S.StillThere>();
        // As many seconds as it says.
        await Pass(31);
        await Reach<S.TakeCard>();
        await Pass(11);
        await Reach<S.TakeCard>(s => s.Reminders == 1);
        foreach (VisitState state in VisitSamples.States.Where(s => s is S.ReadingCard or S.VerifyingPin or S.CheckingStaffCode or S.ReadingPhone or S.Submitting { Trouble: null }))
            Assert.False(Visit.WaitsForPatient(state));
    }

    [Fact]
    public async Task A_check_in_that_cannot_be_handed_over_is_repeated_with_the_same_key()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(false));
        await Reach<S.ReviewingConsent>();
        _devices.SubmitFails = Failure.ReceptionUnreachable;
        Press(new E.ConfirmedAnswers());
        await Reach<S.Submitting>(s => s.Trouble is Failure.ReceptionUnreachable);
        _devices.SubmitFails = null;
        // Longer than the hand-over may take, shorter than a patient is given to read what happened.
        await Pass(45);
        await Pass(1);
        Assert.IsType<S.Submitting>(_host.Loop.Current.State);
        Press(new E.GoOn());
        await Reach<S.TakeCard>();
        Assert.Equal(2, _devices.CheckIns.Count);
        // To the letter: the reception, which may have stored the first, refuses other content under the same key.
        Assert.Single(_devices.CheckIns.Distinct());
    }

    [Fact]
    public async Task A_missing_camera_takes_the_face_off_the_choice_and_its_return_brings_it_back()
    {
        _devices.CameraWhy = Failure.CameraMissing;
        await PassUntil(2, s => s.Station.Camera is Failure.CameraMissing);
        _devices.CameraWhy = null;
        await PassUntil(2, s => s.Station.Camera is null);
    }

    [Fact]
    public async Task Staff_are_rung_with_what_the_patient_saw()
    {
        _devices.PinAnswers.Clear();
        _devices.PinAnswers.Enqueue(new PinAnswer.Blocked());
        await ChoosePin();
        Type("0000");
        await Reach<S.PinBlocked>();
        Press(new E.CallStaff());
        await Reach<S.StaffCalled>();
        Assert.Equal([Failure.PinBlocked], _devices.Rings);
    }

    [Fact]
    public async Task The_log_tells_where_the_visit_is_and_neither_what_was_pressed_nor_what_was_answered()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(false));
        await Reach<S.ReviewingConsent>();
        Press(new E.ConfirmedAnswers());
        await Reach<S.TakeCard>();
        string[] lines = [.. _log.All];
        Assert.Contains(lines, line => line.Contains("EnteringPin by Press", StringComparison.Ordinal));
        string[] presses = [.. typeof(E).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(E.Press))).Select(type => type.Name)];
        Assert.NotEmpty(presses);
        Assert.All(lines, line => Assert.DoesNotContain(presses, name => line.Contains(name, StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.DoesNotContain("1234", line, StringComparison.Ordinal));
    }

    /// <summary>All that is logged, as it would be written.</summary>
    private sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> All => _lines;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
