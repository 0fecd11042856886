using Kiosk.Core;

namespace Kiosk.App.Visits;

/// <summary>One view of the visit.</summary>
/// <param name="Screen">Number of the screen, from 1. It increases when another screen is shown (another state, another question, a
/// reshuffled pad), not when the same screen is drawn again. A press that names an older screen is dropped.</param>
public sealed record VisitView(long Screen, VisitState State)
{
    /// <summary>True if both states show the same screen: the same state, the same question, and the last patient's result shown or
    /// not.</summary>
    public static bool IsSameScreen(VisitState before, VisitState after) => Key(before) == Key(after);

    private static (Type, int) Key(VisitState state) => (state.GetType(), state switch
    {
        VisitState.AskingItem item => item.Index,
        VisitState.Idle { LastVisit: not null } => 1,
        _ => 0,
    });
}

/// <summary>The visit as its screens see it. Used by the browser, the tactile keypad and the unattended patient.</summary>
public interface IVisitPort
{
    VisitView Current { get; }

    /// <summary>Waits until <see cref="Current"/> is another object than <paramref name="seen"/>. Views in between are skipped.</summary>
    Task<VisitView> NextAsync(VisitView seen, CancellationToken stop);

    /// <summary>Presses a button. Dropped if <paramref name="screen"/> is not the screen shown now.</summary>
    void Press(long screen, VisitEvent.Press pressed);

    /// <summary>Enters a digit, 0 to 9, on a screen with a pad. It goes straight into the zeroed buffer; the visit only learns the number
    /// of
    /// digits.</summary>
    void Key(long screen, int digit);

    /// <summary>Removes the last digit.</summary>
    void Erase(long screen);
}
