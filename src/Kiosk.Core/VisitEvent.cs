using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Reception;

namespace Kiosk.Core;

/// <summary>Something happened. Closed: the cases are the nested records. Holds no digit, picture or name.</summary>
public abstract record VisitEvent
{
    private VisitEvent()
    {
    }

    /// <summary>The patient, or staff beside them, pressed something: somebody is there.</summary>
    public abstract record Press : VisitEvent;

    public sealed record ChoseFace : Press;

    /// <summary>Who cannot turn the head is asked for something else.</summary>
    public sealed record CannotTurn : Press;

    public sealed record ChosePin : Press;

    public sealed record ChoseVisual : Press;

    /// <summary>The phone instead of the card.</summary>
    /// <param name="Which">The kind, once it is asked for; before, any.</param>
    public sealed record ChosePhone(Phones Which) : Press;

    /// <param name="Count">Digits in the buffer now, 0 to 14.</param>
    public sealed record Typed(int Count) : Press;

    /// <summary>Four digits of a PIN, six of a staff code or fourteen of a card number are in the buffer.</summary>
    public sealed record TypedAll : Press;

    public sealed record AnsweredAll(bool Yes) : Press;

    public sealed record ChoseOneByOne : Press;

    public sealed record Answered(bool Yes) : Press;

    public sealed record ChosePrescription(PrescriptionForm Form) : Press;

    /// <summary>Review: answer again.</summary>
    public sealed record WantsChange : Press;

    public sealed record ConfirmedAnswers : Press;

    public sealed record GoOn : Press;

    public sealed record GoBack : Press;

    public sealed record Cancel : Press;

    public sealed record CallStaff : Press;

    /// <summary>A press that changes no state (language, size, volume).</summary>
    public sealed record Touched : Press;

    // The card.

    public sealed record CardInserted : VisitEvent;

    public sealed record CardRemoved : VisitEvent;

    public sealed record CardRead(CardFacts Card) : VisitEvent;

    public sealed record CardFailed(Failure Why) : VisitEvent;

    /// <param name="Tray">With NeedsNumber: what the camera above the tray saw in the card's place; null: there is none.</param>
    public sealed record PhotoChanged(PhotoStatus Photo, TrayContent? Tray = null) : VisitEvent;

    public sealed record PinChecked(PinAnswer Answer) : VisitEvent;

    /// <summary>The phone's certificate was used; the phone may go.</summary>
    /// <param name="Card">With the certificate's validity.</param>
    public sealed record PhoneRead(CardFacts Card) : VisitEvent;

    /// <summary>The phone may simply be held there again: no PIN was sent.</summary>
    public sealed record PhoneFailed(Failure Why) : VisitEvent;

    // The face.

    public sealed record FaceGuided(FaceGuidance Guidance) : VisitEvent;

    public sealed record FaceJudged(FaceVerdict Verdict) : VisitEvent;

    public sealed record FaceFailed(Failure Why) : VisitEvent;

    // The reception and its staff.

    /// <param name="StaffId">Null: the code was wrong.</param>
    public sealed record StaffCodeChecked(string? StaffId) : VisitEvent;

    /// <summary>The desk could not be asked.</summary>
    public sealed record StaffCodeFailed(Failure Why) : VisitEvent;

    public sealed record VisualGranted(string StaffId) : VisitEvent;

    public sealed record ReceiptCame(Receipt Receipt) : VisitEvent;

    public sealed record SubmitFailed(Failure Why) : VisitEvent;

    // The station.

    /// <param name="Why">Null: it is back.</param>
    public sealed record ReaderChanged(Failure? Why) : VisitEvent;

    /// <param name="Why">Null: it is back.</param>
    public sealed record CameraChanged(Failure? Why) : VisitEvent;

    /// <param name="Why">Null: it is back.</param>
    public sealed record LinkChanged(Failure? Why) : VisitEvent;

    /// <summary>The case was opened or shut.</summary>
    public sealed record TamperChanged(bool Open) : VisitEvent;

    public sealed record MaintenanceSet(bool On) : VisitEvent;

    public sealed record DisasterSet(bool On) : VisitEvent;

    public sealed record PolicySet(SitePolicy Policy) : VisitEvent;

    /// <summary>The state's time limit (<see cref="Visit.TimeLimit"/>) passed without any other event.</summary>
    public sealed record TimedOut : VisitEvent;

    /// <summary>The shell met a bug; the visit ends clean.</summary>
    public sealed record Crashed : VisitEvent;
}
