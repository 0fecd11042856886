using System.Threading.Channels;
using Kiosk.App.Logging;
using Kiosk.Core;
using Kiosk.Core.Values;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.App.Visits;

/// <summary>
/// Runs <see cref="Visit.Next"/>: takes events from one queue, one at a time, carries out the actions, sets the timer for the state's
/// time limit and publishes the newest view. It contains no rules of the visit; those are in Core.
/// </summary>
public sealed class VisitLoop : IVisitPort, IVisitInbox, IAsyncDisposable
{
    private readonly Channel<Queued> _queue = Channel.CreateUnbounded<Queued>(new UnboundedChannelOptions { SingleReader = true });

    private readonly VisitActions _actions;
    private readonly DigitBuffer _digits;
    private readonly ILogger _log;
    private readonly ITimer _limit;
    private readonly LatestValue<VisitView> _current;
    private long _armed;

    /// <param name="digits">The buffer of entered digits. Shared with <paramref name="actions"/>; its owner disposes it.</param>
    public VisitLoop(VisitActions actions, DigitBuffer digits, Station station, TimeProvider time, ILogger log)
    {
        (_actions, _digits, _log) = (actions, digits, log);
        _current = new LatestValue<VisitView>(new VisitView(1, new S.Idle { Station = station }));
        _limit = time.CreateTimer(
            _ => _queue.Writer.TryWrite(new(new E.TimedOut(), null, Interlocked.Read(ref _armed))),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Factor for the patient's time limits, 1 to 4: people who use large text or sound need more time (WCAG 2.2, 2.2.1). Read
    /// when
    /// a limit is set.</summary>
    public Func<double> LimitFactor { get; set; } = () => 1;

    /// <summary>Raised after every step, on the loop's own thread, before the actions start. For benches and <c>kiosk-lab
    /// visit</c>.</summary>
    public event Action<VisitState, VisitEvent, Step>? Stepped;

    public VisitView Current => _current.Value;

    public Task<VisitView> NextAsync(VisitView seen, CancellationToken stop) => _current.NextAsync(seen, stop);

    public void Press(long screen, E.Press pressed)
    {
        if (screen == Current.Screen) _queue.Writer.TryWrite(new(pressed, null, null, Screen: screen));
    }

    public void Key(long screen, int digit)
    {
        int typed = _digits.Append(screen, digit, out bool isFull);
        if (typed > 0) _queue.Writer.TryWrite(new(isFull ? new E.TypedAll() : new E.Typed(typed), null, null, Screen: screen));
    }

    public void Erase(long screen)
    {
        if (_digits.Erase(screen) is int left) _queue.Writer.TryWrite(new(new E.Typed(left), null, null, Screen: screen));
    }

    /// <summary>Queues an event of the station or the patient.</summary>
    public void Post(VisitEvent happened) => _queue.Writer.TryWrite(new(happened, null, null));

    /// <summary>Completes when the loop has processed all events queued before. If the loop hangs, it never completes.</summary>
    public Task AnswersAsync()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Writer.TryWrite(new(new E.Touched(), null, null, asked));
        return asked.Task;
    }

    void IVisitInbox.Post(VisitEvent happened, object visit) => _queue.Writer.TryWrite(new(happened, visit, null));

    /// <summary>Runs until cancelled. A bug ends the current visit, not the kiosk.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach ((VisitEvent happened, object? visit, long? armed, TaskCompletionSource? asked,
            long? screen) in _queue.Reader.ReadAllAsync(stop))
        {
            if (asked is not null)
            {
                asked.SetResult();
                continue;
            }
            // Drop events of a visit that has ended, of a time limit that was set again meanwhile, and presses of a screen that an event
            // before them in the queue has replaced: a double tap must not answer the next question too.
            if ((visit is not null && !_actions.IsCurrent(visit)) || (armed is not null && armed != _armed)) continue;
            if (screen is not null && screen != Current.Screen) continue;
            try
            {
                Take(happened);
            }
            catch (Exception bug) when (bug is not OperationCanceledException && happened is not E.Crashed)
            {
                _log.VisitCrashed(bug);
                Post(new E.Crashed());
            }
        }
    }

    private void Take(VisitEvent queued)
    {
        // Read the count now: the buffer may have been wiped since the event was queued.
        VisitEvent happened = queued is E.Typed ? new E.Typed(_digits.Count) : queued;
        VisitState before = Current.State;
        if (queued is E.TypedAll && before.DigitsWanted != _digits.Count) return;
        Step step = Visit.Next(before, happened);
        Stepped?.Invoke(before, happened, step);
        foreach (VisitAction action in step.Actions) _actions.Do(action, this);
        // Set the timer again also when only the time limit changed: a state with a failed hand-over has another limit than without.
        if (happened is E.Press or E.TimedOut || before.GetType() != step.State.GetType()
            || Visit.TimeLimit(before) != Visit.TimeLimit(step.State) || LastScreen.RestartsLimit(before, step.State))
            Arm(step.State);
        Publish(before, step.State);
        if (before.GetType() != step.State.GetType())
            _log.StateEntered(step.State.GetType().Name, happened is E.Press ? nameof(E.Press) : happened.GetType().Name);
    }

    private void Publish(VisitState before, VisitState after)
    {
        if (after == before) return;
        VisitView next = Current.Next(after);
        // Before the view is shown: a digit of the new screen is taken as soon as the screen can be seen, one of an older screen never.
        if (next.Screen != Current.Screen)
        {
            if (after.DigitsWanted is int wanted) _digits.Open(next.Screen, wanted);
            else _digits.Close(keep: after.CarriesDigits);
        }

        _current.Set(next);
    }

    private void Arm(VisitState state)
    {
        Interlocked.Increment(ref _armed);
        TimeSpan due = Visit.TimeLimit(state) is TimeSpan limit
            ? limit * (Visit.CanStretchLimit(state) ? Math.Clamp(LimitFactor(), 1, 4) : 1)
            : Timeout.InfiniteTimeSpan;
        _limit.Change(due, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _limit.DisposeAsync();
        _actions.Dispose();
    }

    /// <param name="Visit">The visit it belongs to, if any.</param>
    /// <param name="Armed">For TimedOut: which arming of the limit fired.</param>
    /// <param name="Asked">Nothing happened: somebody asks whether the loop still takes events.</param>
    /// <param name="Screen">For a press or a digit: the screen it was made on.</param>
    private readonly record struct Queued(VisitEvent Happened, object? Visit, long? Armed, TaskCompletionSource? Asked = null,
        long? Screen = null);
}
