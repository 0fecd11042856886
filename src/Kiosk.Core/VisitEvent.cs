using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;

namespace Kiosk.Core;

/// <summary>
/// What happened. The cases are the nested records; there are no others. Holds no digit, no picture and no name.
/// </summary>
public abstract record VisitEvent
{
    private VisitEvent()
    {
    }

    /// <summary>The patient, or staff beside the patient, pressed a button or key: somebody is there.</summary>
    public abstract record Press : VisitEvent;

    public sealed record ChoseFace : Press;

    /// <summary>The patient cannot turn the head and is asked for another movement.</summary>
    public sealed record CannotTurn : Press;

    public sealed record ChosePin : Press;

    public sealed record ChoseVisual : Press;

    /// <summary>A phone instead of a card.</summary>
    /// <param name="Which">The kind that was chosen; on the start screen, where the kind is not asked yet, both.</param>
    public sealed record ChosePhone(Phones Which) : Press;

    /// <param name="Count">Digits in the buffer now, 0 to <see cref="VisitState.DigitsWanted"/>.</param>
    public sealed record Typed(int Count) : Press;

    /// <summary>As many digits as the state wants (<see cref="VisitState.DigitsWanted"/>) are in the buffer.</summary>
    public sealed record TypedAll : Press;

    public sealed record AnsweredAll(bool Yes) : Press;

    public sealed record ChoseOneByOne : Press;

    public sealed record Answered(bool Yes) : Press;

    public sealed record ChosePrescription(PrescriptionForm Form) : Press;

    /// <summary>On the review: answer again.</summary>
    public sealed record WantsChange : Press;

    public sealed record ConfirmedAnswers : Press;

    public sealed record GoOn : Press;

    public sealed record GoBack : Press;

    public sealed record Cancel : Press;

    public sealed record CallStaff : Press;

    /// <summary>A press that changes no state: language, text size, volume.</summary>
    public sealed record Touched : Press;

    // The card.

    public sealed record CardInserted : VisitEvent;

    public sealed record CardRemoved : VisitEvent;

    /// <param name="Face">By the misses of this card before.</param>
    public sealed record CardRead(CardFacts Card, FaceLimit Face = FaceLimit.None) : VisitEvent;

    public sealed record CardFailed(Failure Why) : VisitEvent;

    /// <param name="Tray">With NeedsNumber: what the camera above the tray saw; null: there is no such camera.</param>
    public sealed record PhotoChanged(PhotoStatus Photo, TrayContent? Tray = null) : VisitEvent;

    public sealed record PinChecked(PinAnswer Answer) : VisitEvent;

    /// <summary>The certificate of the phone has signed. The phone is no longer needed on the reader.</summary>
    /// <param name="Card">With the validity of the certificate.</param>
    public sealed record PhoneRead(CardFacts Card) : VisitEvent;

    /// <summary>Reading the phone failed before a PIN was sent: the phone can be held on the reader again.</summary>
    public sealed record PhoneFailed(Failure Why) : VisitEvent;

    // The face.

    public sealed record FaceGuided(FaceGuidance Guidance) : VisitEvent;

    /// <param name="Limit">By all misses of this card, this one included.</param>
    public sealed record FaceJudged(FaceVerdict Verdict, FaceLimit Limit = FaceLimit.None) : VisitEvent;

    /// <summary>The delay after misses is over, or the card turned out to be one with misses before.</summary>
    public sealed record FaceLimitChanged(FaceLimit Limit) : VisitEvent;

    public sealed record FaceFailed(Failure Why) : VisitEvent;

    // The reception and its staff.

    /// <param name="StaffId">Null: the code was wrong.</param>
    public sealed record StaffCodeChecked(string? StaffId) : VisitEvent;

    /// <summary>The reception could not be asked about the code.</summary>
    public sealed record StaffCodeFailed(Failure Why) : VisitEvent;

    /// <summary>Staff at the desk confirmed the patient by sight.</summary>
    public sealed record VisualGranted(string StaffId) : VisitEvent;

    public sealed record ReceiptCame(Receipt Receipt) : VisitEvent;

    /// <summary>The centre answered before the check-in, or it is known that it will not.</summary>
    public sealed record InsuranceCame(PreAnswer Answer) : VisitEvent;

    /// <summary>The time that the site gives the centre is over (<c>SitePolicy.InsuranceSeconds</c>).</summary>
    public sealed record InsuranceLate : VisitEvent;

    /// <summary>The site's own system answered the notice of this visit's arrival.</summary>
    public sealed record SiteAnswered(SiteAnswer Answer) : VisitEvent;

    /// <summary>The ticket of a check-in came out of the printer.</summary>
    /// <param name="Number">Of the receipt.</param>
    public sealed record TicketPrinted(long Number) : VisitEvent;

    public sealed record SubmitFailed(Failure Why) : VisitEvent;

    // The station.

    /// <param name="Why">Null: the reader works again.</param>
    public sealed record ReaderChanged(Failure? Why) : VisitEvent;

    /// <param name="Why">Null: the camera works again.</param>
    public sealed record CameraChanged(Failure? Why) : VisitEvent;

    /// <param name="Why">Null: the page is on the screen again.</param>
    public sealed record ScreenChanged(Failure? Why) : VisitEvent;

    /// <param name="Why">Null: the link is up again.</param>
    public sealed record LinkChanged(Failure? Why) : VisitEvent;

    /// <summary>The case was opened or shut.</summary>
    public sealed record TamperChanged(bool Open) : VisitEvent;

    public sealed record MaintenanceSet(bool On) : VisitEvent;

    public sealed record DisasterSet(bool On) : VisitEvent;

    public sealed record PolicySet(SitePolicy Policy) : VisitEvent;

    /// <summary>The time limit of the state (<see cref="Visit.TimeLimit"/>) passed without any other event.</summary>
    public sealed record TimedOut : VisitEvent;

    /// <summary>The shell met a program fault. The visit ends and nothing is kept.</summary>
    public sealed record Crashed : VisitEvent;
}
