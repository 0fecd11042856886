using Kiosk.Core.Reception;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Core;

/// <summary>
/// What is added to the last screen of a check-in: the answer of the site's own system, and that a ticket was printed. Neither changes an
/// outcome or another screen, and the first answer counts.
/// </summary>
public static class LastScreen
{
    /// <summary>The stored check-in that the last screen shows; null: another screen is shown.</summary>
    public static Ending.Accepted? Shown(VisitState state) => state switch
    {
        S.TakeCard { Ending: Ending.Accepted ending } => ending,
        S.Idle { LastVisit: Ending.Accepted ending } => ending,
        S.StillThere over => Shown(over.Under),
        S.StaffCalled over => Shown(over.Under),
        _ => null,
    };

    /// <summary>The state with the answer; the same state where it comes too early, too late or a second time.</summary>
    internal static VisitState Noted(VisitState state, SiteAnswer answer) => state switch
    {
        S.Submitting { Who.Site: null } at => at with { Who = at.Who with { Site = answer } },
        S.AwaitingInsurance { Who.Site: null } at => at with { Who = at.Who with { Site = answer } },
        S.TakeCard { Ending: Ending.Accepted { Site: null } ending } at => at with { Ending = ending with { Site = answer } },
        S.Idle { LastVisit: Ending.Accepted { Site: null } ending } at => at with { LastVisit = ending with { Site = answer } },
        _ => state,
    };

    /// <summary>The state with the ticket of this number; the same state where another number is shown, or none.</summary>
    internal static VisitState Printed(VisitState state, long number) => state switch
    {
        S.TakeCard { Ending: Ending.Accepted ending } at when ending.Number == number =>
            at with { Ending = ending with { HasTicket = true } },
        S.Idle { LastVisit: Ending.Accepted ending } at when ending.Number == number =>
            at with { LastVisit = ending with { HasTicket = true } },
        _ => state,
    };

    /// <summary>
    /// The last screen has just got the answer: its time begins again, so that the patient can read it. It happens once at most.
    /// </summary>
    public static bool RestartsLimit(VisitState before, VisitState after) =>
        before is S.Idle { LastVisit: Ending.Accepted { Site: null } } && after is S.Idle { LastVisit: Ending.Accepted { Site: not null } };
}
