using Kiosk.App.Visits;
using Kiosk.Core;

namespace Kiosk.Tests.Screens;

/// <summary>Shows whatever it is told and writes down what is pressed.</summary>
public sealed class ShownPort : IVisitPort
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public VisitView Current { get; private set; } = new(1, new VisitState.Idle());

    /// <param name="anew">Another screen, also where the visit would say that it is the same.</param>
    public void Show(VisitState state, bool anew = false)
    {
        lock (_gate)
        {
            VisitView next = Current.Next(state);
            Publish(anew ? next with { Screen = Current.Screen + 1 } : next);
        }
    }

    /// <summary>Goes through all states, but only the last can be seen.</summary>
    public void ShowLastOf(params VisitState[] states)
    {
        lock (_gate) Publish(states.Aggregate(Current, (view, state) => view.Next(state)));
    }

    private void Publish(VisitView view)
    {
        Current = view;
        TaskCompletionSource told = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    public async Task<VisitView> NextAsync(VisitView seen, CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!ReferenceEquals(Current, seen)) return Current;
                changed = _changed.Task;
            }
            await changed.WaitAsync(stop);
        }
    }

    /// <summary>What came through, in order: the event's name, a digit, or "erase".</summary>
    public IList<string> Heard { get; } = [];

    public void Press(long screen, VisitEvent.Press pressed) => Note(screen, pressed.GetType().Name);

    public void Key(long screen, int digit) => Note(screen, $"{digit}");

    public void Erase(long screen) => Note(screen, "erase");

    private void Note(long screen, string what)
    {
        if (screen == Current.Screen) Heard.Add(what);
    }
}
