using Kiosk.Core.Consents;
using Kiosk.Core.Failures;

namespace Kiosk.Core;

/// <summary>
/// What the shell has to do. Each action has its own deadline and ends in one event, where it names one.
/// The cases are the nested records; there are no others.
/// </summary>
public abstract record VisitAction
{
    private VisitAction()
    {
    }

    /// <summary>
    /// Power the card up, identify it, read its photo, then let its key sign. Ends in CardRead or CardFailed, later PhotoChanged.
    /// </summary>
    /// <param name="SignsWithoutPin">The institution lets the card sign (特定機関認証); else the key of the card face signs.</param>
    public sealed record ReadCard(bool SignsWithoutPin = false) : VisitAction;

    /// <summary>
    /// Open the camera while the card is read, and look at no frame. StartFace goes on with it, StopFace closes it. A camera that
    /// cannot be opened is reported after StartFace.
    /// </summary>
    public sealed record OpenCamera : VisitAction;

    /// <summary>
    /// Read the photo with the card number in the digit buffer, then wipe the buffer. Ends in PhotoChanged or CardFailed.
    /// </summary>
    public sealed record ReadPhoto : VisitAction;

    /// <summary>Begin a visit without a card: drop what is left of an earlier one and ask the reception for a challenge.</summary>
    public sealed record BeginPhone : VisitAction;

    /// <summary>
    /// Identify the phone on the reader and let it sign, with the PIN in the digit buffer if it wants one. Ends in PhoneRead,
    /// PinChecked, PhoneFailed, CardFailed, or in CardRead: it is another kind of card, or it wants a PIN that was not typed.
    /// </summary>
    /// <param name="Warned">The PIN may be sent even when one try is left: the patient was warned.</param>
    public sealed record ReadPhone(bool Warned) : VisitAction;

    /// <summary>Open the camera and watch. FaceGuided, FaceJudged, FaceFailed follow.</summary>
    /// <param name="CannotTurn">Ask for another movement instead of the head turn.</param>
    public sealed record StartFace(bool CannotTurn = false) : VisitAction;

    public sealed record StopFace : VisitAction;

    /// <summary>Send VERIFY once with the PIN in the digit buffer, then wipe the buffer. Ends in PinChecked or CardFailed.</summary>
    public sealed record VerifyPin : VisitAction;

    /// <summary>
    /// Ask the reception about the staff code in the digit buffer, then wipe the buffer. Ends in StaffCodeChecked or StaffCodeFailed.
    /// </summary>
    public sealed record CheckStaffCode : VisitAction;

    /// <summary>Wipe the digit buffer.</summary>
    public sealed record WipeDigits : VisitAction;

    /// <summary>Ring at the reception desk.</summary>
    /// <param name="Why">The failure on the patient's screen; null: the patient asked for help.</param>
    public sealed record RingDesk(Failure? Why) : VisitAction;

    /// <summary>Send the check-in. Ends in ReceiptCame or SubmitFailed. A repeat in the same visit has the same key.</summary>
    public sealed record Submit(Confirmed Who, Answers Answers) : VisitAction;

    /// <summary>
    /// Ask the centre, through the reception, while the patient answers the questions. Ends in InsuranceCame; InsuranceLate comes before
    /// it when the site's time is over. Never in a failure: the check-in does not depend on it.
    /// </summary>
    /// <param name="Asked">The policy of this visit.</param>
    public sealed record AskInsurance(Confirmed Who, SitePolicy Asked) : VisitAction;

    /// <summary>利用登録 through the reception. Ends in InsuranceCame, also when it failed.</summary>
    public sealed record Register : VisitAction;

    /// <summary>End the visit: switch the card's power off, wipe the digit buffer, stop whatever still runs.</summary>
    public sealed record Forget : VisitAction;
}
