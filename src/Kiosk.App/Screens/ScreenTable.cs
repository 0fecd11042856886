using System.Diagnostics;
using S = Kiosk.Core.VisitState;

namespace Kiosk.App.Screens;

/// <summary>Which component shows which state. A test checks that every state has one.</summary>
public static class ScreenTable
{
    public static Type ComponentFor(UiView view) => view.Display.Overlay switch
    {
        Overlay.None => ComponentFor(view.State),
        Overlay.Looks => typeof(Looks),
        Overlay.Languages => typeof(Languages),
    };

    public static Type ComponentFor(S state) => state switch
    {
        S.Idle => typeof(Idle),
        S.OutOfService => typeof(OutOfService),
        S.Offline => typeof(Offline),
        S.Maintenance => typeof(Maintenance),
        S.DisasterNotice => typeof(DisasterNotice),
        S.ReadingCard => typeof(ReadingCard),
        S.ChoosingMethod => typeof(ChoosingMethod),
        S.MatchingFace => typeof(MatchingFace),
        S.TypingCardNumber => typeof(TypingCardNumber),
        S.EnteringPin => typeof(EnteringPin),
        S.LastPinTry => typeof(LastPinTry),
        S.VerifyingPin => typeof(VerifyingPin),
        S.PinBlocked => typeof(PinBlocked),
        S.VisualCheck => typeof(VisualCheck),
        S.CheckingStaffCode => typeof(CheckingStaffCode),
        S.ChoosingPhone => typeof(ChoosingPhone),
        S.TypingPhonePin => typeof(TypingPhonePin),
        S.HoldingPhone => typeof(HoldingPhone),
        S.ReadingPhone => typeof(ReadingPhone),
        S.AskingConsent => typeof(AskingConsent),
        S.AskingItem => typeof(AskingItem),
        S.AskingPmh => typeof(AskingPmh),
        S.AskingDocuments => typeof(AskingDocuments),
        S.AskingDocument => typeof(AskingDocument),
        S.AskingPrescription => typeof(AskingPrescription),
        S.AskingRegistration => typeof(AskingRegistration),
        S.Registering => typeof(Registering),
        S.ReviewingConsent => typeof(ReviewingConsent),
        S.Submitting => typeof(Submitting),
        S.AwaitingInsurance => typeof(AwaitingInsurance),
        S.TakeCard => typeof(TakeCard),
        S.StillThere => typeof(StillThere),
        S.StaffCalled => typeof(StaffCalled),
        _ => throw new UnreachableException(),
    };

    /// <summary>Step of the visit, 1 to 4. Null when no visit is in progress, or it ended without being accepted.</summary>
    public static int? StepOf(S state) => state switch
    {
        S.StillThere over => StepOf(over.Under),
        S.StaffCalled over => StepOf(over.Under),
        S.Idle { LastVisit: null } or S.ReadingCard => 1,
        S.Unconfirmed or S.ChoosingPhone or S.TypingPhonePin or S.HoldingPhone or S.ReadingPhone => 2,
        S.Asking or S.Registering => 3,
        S.Submitting or S.AwaitingInsurance or S.TakeCard { Ending: Core.Ending.Accepted } => 4,
        _ => null,
    };
}
