using System.Threading.Channels;
using Kiosk.App.Health;
using Kiosk.App.Tickets;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.TicketPrinter;
using Microsoft.Extensions.Logging.Abstractions;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Tickets;

/// <summary>When a ticket is printed, and that nothing of a visit waits for it.</summary>
public sealed class TicketWatcherTests : IAsyncDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    private readonly FakePrinter _printer = new();
    private readonly Inbox _inbox = new();
    private readonly HealthBoard _health = new();
    private readonly CancellationTokenSource _stop = new();
    private VisitState _state = new S.Submitting(
        new(new(CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Ready, new(2030, 4, 9)), Method.Pin),
        Core.Consents.Answers.All(Core.Consents.SitePolicy.Default, true));
    private TicketWatcher? _watcher;
    private Task _running = Task.CompletedTask;

    [Fact]
    public async Task It_waits_for_the_answer_of_the_site_and_prints_once()
    {
        Start(TimeSpan.FromMinutes(5));
        Step(new E.ReceiptCame(new(Guid.Empty, 7, false)));
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.Equal(0, _printer.Count);
        Step(new E.SiteAnswered(new("内科", "A-12", false)));
        Ticket ticket = await _printer.NextAsync();
        Assert.Contains(new TicketPart.Line("A-12", 4, Centred: true), ticket.Parts);
        Assert.Equal(new E.TicketPrinted(7), await _inbox.NextAsync());
        Step(new E.TicketPrinted(7));
        Assert.True(LastScreen.Shown(_state)!.HasTicket);
        Step(new E.CardRemoved());
        Step(new E.TimedOut());
        Assert.Equal(new S.Idle(), _state);
        Assert.Equal(1, _printer.Count);
    }

    [Fact]
    public async Task It_prints_when_the_card_is_taken()
    {
        Start(TimeSpan.FromMinutes(5));
        Step(new E.ReceiptCame(new(Guid.Empty, 7, false)));
        Step(new E.CardRemoved());
        Assert.Contains(new TicketPart.Line("7", 4, Centred: true), (await _printer.NextAsync()).Parts);
    }

    [Fact]
    public async Task It_prints_without_an_answer_when_the_patience_is_over()
    {
        Start(TimeSpan.FromMilliseconds(50));
        Step(new E.ReceiptCame(new(Guid.Empty, 7, false)));
        await _printer.NextAsync();
        // The answer comes after: the screen shows it, no second ticket does.
        Step(new E.SiteAnswered(new("内科", "A-12", false)));
        Step(new E.CardRemoved());
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.Equal(1, _printer.Count);
    }

    [Fact]
    public async Task Without_paper_the_health_page_tells_and_the_ticket_is_never_printed_later()
    {
        _printer.Trouble = Failure.TicketPaperOut;
        Start(TimeSpan.Zero);
        Step(new E.ReceiptCame(new(Guid.Empty, 7, false)));
        Step(new E.CardRemoved());
        await UntilAsync(() => _printer.Refused > 0 && Told() == Failure.TicketPaperOut);
        _printer.Trouble = null;
        Step(new E.TimedOut());
        _state = new S.TakeCard(new Ending.Accepted(8, CertificateStatus.Valid, new(2030, 4, 9)));
        _watcher!.Step(new S.Idle(), new E.TimedOut(), new(_state, []));
        Assert.Contains(new TicketPart.Line("8", 4, Centred: true), (await _printer.NextAsync()).Parts);
        await UntilAsync(() => Told() is null);
        Assert.Equal(1, _printer.Count);
    }

    [Fact]
    public async Task A_printer_that_hangs_holds_no_step_of_a_visit()
    {
        _printer.Hangs = true;
        Start(TimeSpan.Zero);
        for (int number = 1; number <= 50; number++)
        {
            VisitState next = new S.TakeCard(new Ending.Accepted(number, CertificateStatus.Valid, new(2030, 4, 9)));
            _watcher!.Step(new S.Idle(), new E.CardRemoved(), new(next, []));
            _watcher.Step(next, new E.CardRemoved(), new(new S.Idle(), []));
        }

        await _stop.CancelAsync();
        await _running.WaitAsync(s_soon).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(_running.IsCompleted);
    }

    [Fact]
    public void A_visit_that_was_not_stored_has_no_ticket()
    {
        Start(TimeSpan.Zero);
        Ending[] endings =
            [new Ending.Cancelled(), new Ending.Refused(Failure.CardUnreadable), new Ending.TimedOut(), new Ending.TakenEarly()];
        foreach (Ending ending in endings)
        {
            _watcher!.Step(new S.ReadingCard(), new E.Cancel(), new(new S.TakeCard(ending), []));
            _watcher.Step(new S.TakeCard(ending), new E.CardRemoved(), new(new S.Idle(ending), []));
        }

        Assert.Equal(0, _printer.Count);
    }

    private void Start(TimeSpan patience)
    {
        _watcher = new(_printer, patience, () => "ja", _inbox, _health, TimeProvider.System, NullLogger.Instance);
        _running = _watcher.RunAsync(_stop.Token);
    }

    private void Step(VisitEvent happened)
    {
        Step step = Visit.Next(_state, happened);
        _watcher!.Step(_state, happened, step);
        _state = step.State;
    }

    private Failure? Told() => _health.Current.Devices.Single(d => d.Name == "ticket").Why;

    private static async Task UntilAsync(Func<bool> done)
    {
        using CancellationTokenSource late = new(s_soon);
        while (!done()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private sealed class FakePrinter : ITicketPrinter
    {
        private readonly Channel<Ticket> _printed = Channel.CreateUnbounded<Ticket>();
        private int _count, _refused;

        public string Name => "fake";

        public Failure? Trouble { get; set; }

        public bool Hangs { get; set; }

        public int Count => _count;

        public int Refused => _refused;

        public async Task<Ticket> NextAsync() => await _printed.Reader.ReadAsync().AsTask().WaitAsync(s_soon);

        public async Task PrintAsync(Ticket ticket, CancellationToken stop)
        {
            if (Hangs) await Task.Delay(Timeout.Infinite, stop);
            if (Trouble is Failure why)
            {
                Interlocked.Increment(ref _refused);
                throw new FailureException(why);
            }

            Interlocked.Increment(ref _count);
            _printed.Writer.TryWrite(ticket);
        }

        public Task CheckAsync(CancellationToken stop) => Trouble is Failure why ? throw new FailureException(why) : Task.CompletedTask;
    }

    private sealed class Inbox : IVisitInbox
    {
        private readonly Channel<VisitEvent> _events = Channel.CreateUnbounded<VisitEvent>();

        public async Task<VisitEvent> NextAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(s_soon);

        public void Post(VisitEvent happened) => _events.Writer.TryWrite(happened);

        public void Post(VisitEvent happened, object visit) => Post(happened);
    }
}
