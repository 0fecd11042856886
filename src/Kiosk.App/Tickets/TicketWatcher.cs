using System.Threading.Channels;
using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Tickets;

/// <summary>
/// Prints a ticket for each check-in, beside the visit: the screen never waits for it. It follows the steps of the visit, waits a moment
/// for the answer of the site's own system, prints once, and reports the printer's state. A ticket that could not be printed at once is
/// never printed later, because its patient has gone.
/// </summary>
internal sealed class TicketWatcher(
    ITicketPrinter printer, TimeSpan patience, Func<string> language, IVisitInbox visit, HealthBoard health, TimeProvider time, ILogger log)
{
    private const string Part = "ticket";

    private static readonly TimeSpan s_check = TimeSpan.FromSeconds(30), s_tooLate = TimeSpan.FromSeconds(12);

    private readonly Channel<(long Number, long At, Ticket Ticket)> _due =
        Channel.CreateBounded<(long, long, Ticket)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Lock _gate = new();
    private Pending? _pending;
    private Failure? _told;

    /// <summary>For <see cref="VisitLoop.Stepped"/>: after each step of the visit.</summary>
    public void Step(VisitState before, VisitEvent happened, Step step)
    {
        Ending.Accepted? shown = LastScreen.Shown(step.State);
        lock (_gate)
        {
            if (shown is null)
            {
                End();
                return;
            }

            if (LastScreen.Shown(before)?.Number != shown.Number) End();
            _pending ??= Begin(shown);
            _pending.Ending = shown;
            _pending.Station = step.State.Station;
            // The answer is there, or the patient goes: nothing is waited for any more.
            if (shown.Site is not null || step.State is VisitState.Idle) Print(_pending);
        }
    }

    /// <summary>Prints what is due and looks after the printer, until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        health.Set(Part, null);
        await LookAsync(() => printer.CheckAsync(stop), stop);
        while (!stop.IsCancellationRequested)
        {
            using CancellationTokenSource pause = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task<bool> due = _due.Reader.WaitToReadAsync(pause.Token).AsTask();
            await Task.WhenAny(due, Task.Delay(s_check, time, pause.Token));
            await pause.CancelAsync();
            stop.ThrowIfCancellationRequested();
            if (!_due.Reader.TryRead(out (long Number, long At, Ticket Ticket) next)) await LookAsync(() => printer.CheckAsync(stop), stop);
            else if (time.GetElapsedTime(next.At) < s_tooLate && await LookAsync(() => printer.PrintAsync(next.Ticket, stop), stop))
                visit.Post(new VisitEvent.TicketPrinted(next.Number));
        }
    }

    private Pending Begin(Ending.Accepted shown)
    {
        Pending begun = new(shown);
        begun.Timer = time.CreateTimer(_ =>
        {
            lock (_gate)
            {
                if (ReferenceEquals(begun, _pending)) Print(begun);
            }
        }, null, patience, Timeout.InfiniteTimeSpan);
        return begun;
    }

    private void Print(Pending pending)
    {
        if (pending.IsPrinted) return;
        pending.IsPrinted = true;
        pending.Timer?.Dispose();
        Ticket ticket = TicketText.For(pending.Ending, pending.Station.Policy, language(), time.GetUtcNow());
        _due.Writer.TryWrite((pending.Ending.Number, time.GetTimestamp(), ticket));
    }

    private void End()
    {
        _pending?.Timer?.Dispose();
        _pending = null;
    }

    /// <returns>True: it was done.</returns>
    private async Task<bool> LookAsync(Func<Task> work, CancellationToken stop)
    {
        try
        {
            await work();
            if (_told is not null) log.TicketPrinterBack();
            Tell(null, "");
            return true;
        }
        catch (FailureException failure)
        {
            if (_told != failure.Failure) log.TicketPrinterLost(failure.Failure.ToString(), failure.Detail);
            Tell(failure.Failure, failure.Detail);
        }
        catch (Exception bug) when (bug is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // A ticket is never worth a visit: the printer counts as missing.
            log.ActionCrashed(bug, Part);
            Tell(Failure.TicketPrinterMissing, bug.GetType().Name);
        }

        return false;
    }

    private void Tell(Failure? why, string detail)
    {
        health.Set(Part, why, detail);
        _told = why;
    }

    /// <summary>The check-in on the last screen.</summary>
    private sealed class Pending(Ending.Accepted ending)
    {
        public Ending.Accepted Ending { get; set; } = ending;

        public Station Station { get; set; } = Station.Ready;

        public ITimer? Timer { get; set; }

        public bool IsPrinted { get; set; }
    }
}
