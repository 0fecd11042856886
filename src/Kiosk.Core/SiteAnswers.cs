using Kiosk.Core.Reception;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Core;

/// <summary>
/// Where the answer of the site's own system goes in a visit: to the last screen, or to the states just before it. It changes no
/// outcome and no other screen, and the first answer counts.
/// </summary>
public static class SiteAnswers
{
    /// <summary>The state with the answer; the same state where it comes too early, too late or a second time.</summary>
    internal static VisitState Noted(VisitState state, SiteAnswer answer) => state switch
    {
        S.Submitting { Who.Site: null } at => at with { Who = at.Who with { Site = answer } },
        S.AwaitingInsurance { Who.Site: null } at => at with { Who = at.Who with { Site = answer } },
        S.TakeCard { Ending: Ending.Accepted { Site: null } ending } at => at with { Ending = ending with { Site = answer } },
        S.Idle { LastVisit: Ending.Accepted { Site: null } ending } at => at with { LastVisit = ending with { Site = answer } },
        _ => state,
    };

    /// <summary>
    /// The last screen has just got the answer: its time begins again, so that the patient can read it. It happens once at most.
    /// </summary>
    public static bool RestartsLimit(VisitState before, VisitState after) =>
        before is S.Idle { LastVisit: Ending.Accepted { Site: null } } && after is S.Idle { LastVisit: Ending.Accepted { Site: not null } };
}
