using Kiosk.Core.Reception;

namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>The one word about the insurance, from the centre's answer. The same word on the kiosk and at the desk.</summary>
internal static class InsuranceStates
{
    public static InsuranceState StateOf(Eligibility answer) => answer switch
    {
        { Standing: CardStanding.Revoked } => InsuranceState.Revoked,
        { Standing: CardStanding.Unregistered } => InsuranceState.Unregistered,
        { Standing: CardStanding.Lapsed } => InsuranceState.Lapsed,
        { IsRefused: true } => InsuranceState.NoAnswer,
        { Validity: "1" or "6" } => InsuranceState.Valid,
        { Validity: "2" } => InsuranceState.Invalid,
        { Validity: "3" } => InsuranceState.Newer,
        { Validity: "4" } => InsuranceState.None,
        { Validity: "5" } => InsuranceState.Several,
        // A code that this program does not know: the desk looks at it.
        _ => InsuranceState.NoAnswer,
    };
}
