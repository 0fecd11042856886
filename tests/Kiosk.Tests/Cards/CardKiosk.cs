using System.Collections.Concurrent;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Devices.Journal;
using Kiosk.Simulators.CardReader;
using Kiosk.Tests.Visits;
using Microsoft.Extensions.Logging;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Cards;

/// <summary>
/// The shell and the whole card protocol with a virtual card, and a patient who uses the PIN. All other devices are fakes.
/// </summary>
internal sealed class CardKiosk : IAsyncDisposable
{
    public const string PinReference = "D392F000260100000001/0018";
    public const string NumberReference = "D3921000310001010402/0012";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-card-visit");
    private readonly FakeDevices _rest = new();
    private readonly VisitJournal _journal;
    private readonly KioskHost _host;

    /// <param name="reader">Null: a reader and card in this process.</param>
    /// <param name="number">照合番号B that the camera above the tray reads; null: 14 zeros.</param>
    public CardKiosk(ICardReader? reader = null, Func<string?>? number = null)
        : this(number is null ? null : new AtOnce(number), reader)
    {
    }

    /// <param name="printed">The camera above the tray; null: it reads 14 zeros.</param>
    public CardKiosk(IPrintedNumberReader? printed, ICardReader? reader = null)
    {
        _journal = VisitJournal.Open(Path.Combine(_folder.FullName, "journal"), TimeProvider.System);
        VisitDevices devices = new(reader ?? Reader, printed ?? _rest, null, _rest, _journal, null);
        _host = new KioskHost(devices, _rest, Digits, Station.Ready with { FaceOffered = false }, TimeProvider.System, new Logs(Log));
        _host.Loop.Stepped += (before, happened, step) =>
        {
            Steps.Enqueue((before, happened, step));
            if (step.Actions.Any(a => a is VisitAction.VerifyPin)) PinsEntered++;
        };
        _host.Start();
    }

    public InProcessReader Reader { get; } = new();

    public DigitBuffer Digits { get; } = new();

    public ConcurrentQueue<(VisitState Before, VisitEvent Happened, Step Step)> Steps { get; } = new();

    /// <summary>What the kiosk logged.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>PINs that were typed completely and given to the card.</summary>
    public int PinsEntered { get; private set; }

    public int PendingCheckIns => _journal.Pending().Count;

    public VisitState Now => _host.Loop.Current.State;

    /// <summary>Acts as a patient until the screen says to take the card, or the card is gone.</summary>
    /// <param name="pins">PINs that are typed one after the other. After the last one the patient cancels.</param>
    /// <param name="afterPhoto">Types the PIN only after the photo is read, so that every APDU of a visit is sent.</param>
    /// <returns>How the visit ended; null: the kiosk is at Idle.</returns>
    public async Task<Ending?> VisitAsync(Queue<string> pins, bool afterPhoto)
    {
        using CancellationTokenSource patience = new(Patience);
        bool hasBegun = false;
        VisitView view = _host.Loop.Current;
        while (true)
        {
            hasBegun |= Visit.IsUnderWay(view.State);
            switch (view.State)
            {
                case S.TakeCard end:
                    return end.Ending;
                case S.Idle when hasBegun || Steps.Any(s => s.Happened is E.CardRemoved):
                    return null;
                case S.ChoosingMethod { Who.Card.Photo: PhotoStatus.Reading } when afterPhoto:
                    break;
                case S.ChoosingMethod at:
                    Press(view, at.Who.Card.PinTries > 0 && pins.Count > 0 ? new E.ChosePin() : new E.Cancel());
                    break;
                case S.LastPinTry:
                    Press(view, pins.Count > 0 ? new E.GoOn() : new E.Cancel());
                    break;
                case S.EnteringPin { Typed: 0 } when pins.Count > 0:
                    int entered = PinsEntered;
                    await TypeAsync(view.Screen, pins.Peek(), patience.Token);
                    // Typed again where the screen was replaced before it took all digits.
                    if (PinsEntered > entered) pins.Dequeue();
                    break;
                case S.StillThere or S.StaffCalled:
                    Press(view, new E.GoOn());
                    break;
                case S.EnteringPin { Typed: 0 } or S.PinBlocked:
                    Press(view, new E.Cancel());
                    break;
                case S.AskingConsent:
                    Press(view, new E.AnsweredAll(true));
                    break;
                case S.ReviewingConsent:
                    Press(view, new E.ConfirmedAnswers());
                    break;
                default:
                    break;
            }

            view = await _host.Loop.NextAsync(view, patience.Token);
        }
    }

    /// <summary>Types the digit that the screen waits for, and looks, until all are taken or another screen stands there.</summary>
    private async Task TypeAsync(long screen, string pin, CancellationToken stop)
    {
        VisitView view = _host.Loop.Current;
        while (view.Screen == screen && view.State is S.EnteringPin { Typed: int typed })
        {
            _host.Loop.Key(screen, pin[typed] - '0');
            while (view.Screen == screen && view.State is S.EnteringPin now && now.Typed == typed)
                view = await _host.Loop.NextAsync(view, stop);
        }
    }

    /// <summary>Waits until a visit has begun.</summary>
    public async Task BegunAsync(CancellationToken stop)
    {
        VisitView view = _host.Loop.Current;
        while (!Visit.IsUnderWay(view.State)) view = await _host.Loop.NextAsync(view, stop);
    }

    /// <summary>Waits until there is no visit and the card has no power.</summary>
    public async Task IdleAsync(VirtualCard? card = null)
    {
        using CancellationTokenSource patience = new(Patience);
        VisitView view = _host.Loop.Current;
        while (view.State is not S.Idle) view = await _host.Loop.NextAsync(view, patience.Token);
        if (card is not null) await PowerlessAsync(card);
    }

    /// <summary>Waits until the card has forgotten its PIN: its power is switched off a moment after the screen has changed.</summary>
    public static async Task PowerlessAsync(VirtualCard card)
    {
        using CancellationTokenSource patience = new(Patience);
        while (card.IsOpen) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _journal.Dispose();
        Digits.Dispose();
        _folder.Delete(recursive: true);
    }

    private sealed class Logs(ConcurrentQueue<string> lines) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }

    private sealed class AtOnce(Func<string?> number) : IPrintedNumberReader
    {
        public Task<Secret?> ReadAsync(CancellationToken stop) =>
            Task.FromResult(number() is { } digits ? CardDeskFixture.Digits(digits) : null);

        public TrayContent? LastSeen => null;
    }

    private void Press(VisitView view, E.Press pressed) => _host.Loop.Press(view.Screen, pressed);
}
