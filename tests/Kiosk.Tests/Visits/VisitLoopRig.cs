using Kiosk.App;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Devices.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>The loop and its shell over fake devices and a clock that the test turns; a fresh one for each test.</summary>
public abstract class VisitLoopRig : IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-loop");
    private KioskHost _host = null!;

    private protected FakeDevices Devices { get; } = new();

    private protected Typing Typed { get; } = new();

    private protected Lines Log { get; } = new();

    private protected VisitJournal Journal { get; private set; } = null!;

    private protected VisitLoop Loop => _host.Loop;

    public Task InitializeAsync()
    {
        Journal = VisitJournal.Open(Path.Combine(_folder.FullName, "journal"), _time);
        _host = new KioskHost(new VisitDevices(Devices, Devices, Devices, Devices, Journal, null), Devices, Typed, Station.Ready, _time, Log);
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

    /// <summary>Waits for a state; the shell works on the pool, so this is the one place with real time in it.</summary>
    private protected async Task<T> Reach<T>(Func<T, bool>? holds = null) where T : VisitState
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        VisitView view = Loop.Current;
        while (view.State is not T || (holds is not null && !holds((T)view.State))) view = await Loop.NextAsync(view, patience.Token);
        return (T)view.State;
    }

    /// <summary>Lets time pass when everything posted before has been taken and its limit armed.</summary>
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

    /// <summary>For a watcher of its own pace: lets time pass until it has looked.</summary>
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

    /// <summary>All that is logged, as it would be written.</summary>
    private protected sealed class Lines : ILoggerFactory, ILogger
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
