using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Values;
using Kiosk.Devices.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>The loop and its shell with fake devices and a clock that the test sets. Each test has its own.</summary>
public abstract class VisitLoopRig : IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-loop");
    private KioskHost _host = null!;

    private protected FakeDevices Devices { get; } = new();

    private protected DigitBuffer Typed { get; } = new();

    private protected Lines Log { get; } = new();

    private protected VisitJournal Journal { get; private set; } = null!;

    private protected VisitLoop Loop => _host.Loop;

    /// <summary>The site lets the patient choose the method first, unless a test wants another.</summary>
    private protected virtual Station AtStart =>
        Station.Ready with { Policy = SitePolicy.Default with { Start = VisitStart.Choice } };

    /// <summary>Copies the card's picture of 氏名; null: it is never sent.</summary>
    private protected virtual Func<Secret, Secret?>? CopyName => null;

    public Task InitializeAsync()
    {
        Journal = VisitJournal.Open(Path.Combine(_folder.FullName, "journal"), _time);
        VisitDevices devices = new(Devices, Devices, Devices, Devices, Journal, CopyName);
        _host = new KioskHost(devices, Devices, Typed, AtStart, _time, Log);
        _host.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Journal.Dispose();
        _folder.Delete(recursive: true);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Typed.Dispose();
        Log.Dispose();
    }

    /// <summary>Waits for a state. Real time passes only here, because the shell works on other threads.</summary>
    private protected async Task<T> Reach<T>(Func<T, bool>? holds = null) where T : VisitState
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        VisitView view = Loop.Current;
        while (view.State is not T || (holds is not null && !holds((T)view.State))) view = await Loop.NextAsync(view, patience.Token);
        return (T)view.State;
    }

    /// <summary>Waits until the loop has taken all events and set its time limit, then moves the clock.</summary>
    private protected async Task Pass(double seconds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void See(VisitState before, E happened, Step step)
        {
            if (happened is E.LinkChanged) taken.TrySetResult();
        }

        Loop.Stepped += See;
        Loop.Post(new E.LinkChanged(null));
        await taken.Task.WaitAsync(patience.Token);
        Loop.Stepped -= See;
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Moves the clock until a device that is polled has been polled.</summary>
    private protected async Task PassUntil(double seconds, Func<VisitState, bool> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (!holds(Loop.Current.State))
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private protected void Press(E.Press pressed) => Loop.Press(Loop.Current.Screen, pressed);

    private protected void Type(string digits)
    {
        foreach (char digit in digits) Loop.Key(Loop.Current.Screen, digit - '0');
    }

    private protected async Task ChoosePin()
    {
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());
        await Reach<S.ChoosingMethod>(s => s.Who.Card.Photo is PhotoStatus.Ready);
        Press(new E.ChosePin());
        await Reach<S.EnteringPin>();
    }

    /// <summary>Everything that is logged, as text.</summary>
    private protected sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> All => _lines;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

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
