using Kiosk.Core;

namespace Kiosk.App.Visits;

/// <summary>One view of the visit.</summary>
/// <param name="Screen">Counts screens, from 1: raised when another screen is shown (another state, another item, a pad dealt anew),
/// not when the same one is drawn again. A press that names an older screen is dropped.</param>
/// <param name="Patient">Counts the people before the screen, from 1. Counted here, where no view is missed: who follows the views gets
/// only the newest.</param>
public sealed record VisitView(long Screen, VisitState State, long Patient = 1)
{
    /// <summary>The view after this one.</summary>
    public VisitView Next(VisitState after) =>
        new(Screen + (IsSameScreen(State, after) ? 0 : 1), after, Patient + (IsNextPatient(State, after) ? 1 : 0));

    /// <summary>
    /// What makes a screen another screen: its state, within the questions the item asked, and that the last patient's farewell is over.
    /// </summary>
    public static bool IsSameScreen(VisitState before, VisitState after) => Key(before) == Key(after);

    /// <summary>Nobody is served and nothing is left to say to the last one.</summary>
    public static bool IsFree(VisitState state) => !Visit.IsUnderWay(state) && state switch
    {
        VisitState.Idle idle => idle.LastVisit is null,
        VisitState.StaffCalled over => IsFree(over.Under),
        _ => true,
    };

    // A card laid down during the farewell is the next patient's; after a card taken too early the same patient lays it down again.
    private static bool IsNextPatient(VisitState before, VisitState after) =>
        (IsFree(after) && !IsFree(before)) ||
        (after is VisitState.ReadingCard &&
            before is VisitState.Idle { LastVisit: Ending.Accepted or Ending.Cancelled or Ending.TimedOut });

    private static (Type, int) Key(VisitState state) => (state.GetType(), state switch
    {
        VisitState.AskingItem item => item.Index,
        VisitState.AskingPmh aid => aid.Index,
        VisitState.AskingDocuments several => (int)several.Kind,
        VisitState.AskingDocument one => one.Index,
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
