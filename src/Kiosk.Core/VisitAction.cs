using Kiosk.Core.Consents;

namespace Kiosk.Core;

/// <summary>What the shell is to do; each ends in one event at the latest at its own deadline. Closed.</summary>
public abstract record VisitAction
{
    private VisitAction()
    {
    }

    /// <summary>Power the card up, identify it, then read its photo; ends in CardRead or CardFailed, later PhotoChanged.</summary>
    public sealed record ReadCard : VisitAction;

    /// <summary>Read the photo with the card number just typed; ends in PhotoChanged or CardFailed.</summary>
    public sealed record ReadPhoto : VisitAction;

    /// <summary>A visit without a card begins: what was there before is forgotten, the reception is asked for a challenge.</summary>
    public sealed record BeginPhone : VisitAction;

    /// <summary>Identify the phone on the reader and have it sign, with the PIN in the buffer if it wants one; ends in PhoneRead,
    /// PinChecked, CardRead (it is another thing than expected, or wants a PIN that was not typed), PhoneFailed or CardFailed.</summary>
    /// <param name="Warned">One try left is enough: the patient was warned.</param>
    public sealed record ReadPhone(bool Warned) : VisitAction;

    /// <summary>Open the camera and watch; FaceGuided, FaceJudged, FaceFailed follow.</summary>
    /// <param name="CannotTurn">Ask for a gesture in place of the head turn.</param>
    public sealed record StartFace(bool CannotTurn = false) : VisitAction;

    public sealed record StopFace : VisitAction;

    /// <summary>Send VERIFY once with the PIN in the buffer, then zero it; ends in PinChecked or CardFailed.</summary>
    public sealed record VerifyPin : VisitAction;

    /// <summary>Ask the reception about the staff code in the buffer, then zero it; ends in StaffCodeChecked or StaffCodeFailed.</summary>
    public sealed record CheckStaffCode : VisitAction;

    /// <summary>Zero whatever was typed.</summary>
    public sealed record WipeDigits : VisitAction;

    /// <param name="Why">What the patient saw; null when they just asked.</param>
    public sealed record RingDesk(Failure? Why) : VisitAction;

    /// <summary>Hand the check-in over; ends in ReceiptCame or SubmitFailed. A repeat within a visit has the same key.</summary>
    public sealed record Submit(Confirmed Who, Answers Answers) : VisitAction;

    /// <summary>Power the card off, zero everything, end what still runs; the next card is a new visit.</summary>
    public sealed record Forget : VisitAction;
}
