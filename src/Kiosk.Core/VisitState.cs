using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Reception;

namespace Kiosk.Core;

/// <summary>
/// Where a visit is; each state holds exactly what is known by then, and nothing that names a person.
/// Closed: the cases are the nested records, all in <see cref="Visit"/>'s order.
/// </summary>
public abstract record VisitState
{
    private VisitState()
    {
    }

    /// <summary>What holds whoever stands here: devices, link, the site's settings. Survives every visit.</summary>
    public Station Station { get; init; } = Station.Ready;

    // Nobody is being served.

    /// <summary>待機. <paramref name="LastVisit"/> says for a few seconds how the last visit ended.</summary>
    public sealed record Idle(Ending? LastVisit = null) : VisitState;

    /// <summary>The reader is missing: nothing can be done here; staff at the desk can.</summary>
    public sealed record OutOfService(Failure Why) : VisitState;

    /// <summary>No link to the reception.</summary>
    public sealed record Offline(Failure Why) : VisitState;

    /// <summary>Closed by staff from the reception terminal.</summary>
    public sealed record Maintenance : VisitState;

    /// <summary>災害時: no card is needed today; switched on by staff.</summary>
    public sealed record DisasterNotice : VisitState;

    // 1. The card is read.

    /// <param name="StaffId">Who at the desk has confirmed the patient by sight already; null: nobody.</param>
    public sealed record ReadingCard(string? StaffId = null) : VisitState;

    // 2. 本人確認.

    /// <summary>A card was read, the person is not confirmed yet.</summary>
    public abstract record Unconfirmed(Visitor Who) : VisitState;

    /// <param name="Notice">Why the patient is here again: a face that did not match, a device that failed; null at first.</param>
    public sealed record ChoosingMethod(Visitor Who, Failure? Notice = null) : Unconfirmed(Who);

    public sealed record MatchingFace(Visitor Who, FaceGuidance Guidance) : Unconfirmed(Who);

    /// <summary>照合番号B typed from the printed card, where no card-face camera could read it.</summary>
    /// <param name="Typed">Digits typed, 0 to 14; which ones, only the buffer knows.</param>
    /// <param name="Wiped">What was typed is gone, because nothing came for too long: said, or the rest would be taken for a whole number.</param>
    public sealed record TypingCardNumber(Visitor Who, int Typed, bool Wiped = false) : Unconfirmed(Who);

    /// <param name="Typed">Digits typed, 0 to 4.</param>
    /// <param name="Notice">PinWrong after a miss.</param>
    /// <param name="Wiped">As in <see cref="TypingCardNumber"/>: who went on typing would lose a try.</param>
    public sealed record EnteringPin(Visitor Who, int Typed, Failure? Notice = null, bool Wiped = false) : Unconfirmed(Who);

    /// <summary>One try left: the patient is asked before it is used.</summary>
    public sealed record LastPinTry(Visitor Who, Failure? Notice = null) : Unconfirmed(Who);

    /// <summary>The one VERIFY for the PIN just entered is with the card.</summary>
    public sealed record VerifyingPin(Visitor Who) : Unconfirmed(Who);

    public sealed record PinBlocked(Visitor Who) : Unconfirmed(Who);

    /// <summary>目視確認: staff beside the patient type the facility's code.</summary>
    /// <param name="Typed">Digits typed, 0 to 6.</param>
    /// <param name="Wiped">As in <see cref="TypingCardNumber"/>.</param>
    public sealed record VisualCheck(Visitor Who, int Typed, Failure? Notice = null, bool Wiped = false) : Unconfirmed(Who);

    public sealed record CheckingStaffCode(Visitor Who) : Unconfirmed(Who);

    /// <summary>スマホ搭載: Android or iPhone, where the site takes both.</summary>
    public sealed record ChoosingPhone : VisitState;

    /// <summary>The Android phone's own PIN, typed before it is held on the reader.</summary>
    /// <param name="Typed">Digits typed, 0 to 4.</param>
    /// <param name="TriesLeft">Null until the phone told.</param>
    /// <param name="Wiped">As in <see cref="TypingCardNumber"/>.</param>
    public sealed record TypingPhonePin(int Typed, int? TriesLeft = null, Failure? Notice = null, bool Wiped = false) : VisitState;

    /// <summary>Waits for the phone on the reader; an Android's PIN is in the buffer.</summary>
    /// <param name="Which">Android or Iphone.</param>
    /// <param name="Warned">The patient saw that one try is left and typed all the same.</param>
    /// <param name="Notice">Why it did not work a moment ago.</param>
    public sealed record HoldingPhone(Phones Which, bool Warned, Failure? Notice = null) : VisitState;

    public sealed record ReadingPhone(Phones Which, bool Warned) : VisitState;

    // 3. 同意.

    /// <summary>Something is asked of a person confirmed.</summary>
    public abstract record Asking(Confirmed Who, Answers Answers) : VisitState;

    /// <summary>包括同意: all, nothing, or one by one.</summary>
    public sealed record AskingConsent(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    /// <param name="Index">Item asked, 0-based in the catalogue's order.</param>
    public sealed record AskingItem(Confirmed Who, int Index, Answers Answers) : Asking(Who, Answers);

    /// <summary>医療費助成 by this card, where the site takes part.</summary>
    public sealed record AskingPmh(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    /// <summary>処方箋発行形態: electronic or paper, where the site asks at check-in.</summary>
    public sealed record AskingPrescription(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    public sealed record ReviewingConsent(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    // 4. The reception is told.

    /// <param name="Trouble">Null while the answer is awaited; else why it did not come: the patient may retry or call staff.</param>
    public sealed record Submitting(Confirmed Who, Answers Answers, Failure? Trouble = null) : VisitState;

    /// <param name="Reminders">How often the patient was reminded of the card: the sound rises.</param>
    /// <param name="IsPhone">A phone lies there, no card.</param>
    public sealed record TakeCard(Ending Ending, int Reminders = 0, bool IsPhone = false) : VisitState;

    // Over any other state.

    /// <summary>まだ使いますか.</summary>
    public sealed record StillThere(VisitState Under) : VisitState;

    public sealed record StaffCalled(VisitState Under) : VisitState;
}

/// <summary>Whoever put the card in, not confirmed yet.</summary>
/// <param name="FaceTriesLeft">Face comparisons that may still miss in this visit, 0 to <see cref="Visit.FaceTries"/>.</param>
/// <param name="CannotTurn">They said that they cannot turn the head; holds for the whole visit.</param>
/// <param name="Tray">What the camera above the tray saw when it could not read the printed number; null: it could, or there is none.</param>
public sealed record Visitor(CardFacts Card, int FaceTriesLeft = Visit.FaceTries, bool CannotTurn = false, TrayContent? Tray = null);

/// <summary>A person confirmed, by what.</summary>
/// <param name="Face">Only for Face.</param>
/// <param name="StaffId">Only for Visual.</param>
public sealed record Confirmed(CardFacts Card, Method Method, FaceVerdict? Face = null, string? StaffId = null);

/// <summary>How a visit ended, as said to the patient.</summary>
public abstract record Ending
{
    private Ending()
    {
    }

    /// <summary>The visit was made with a phone: what is said of it names the phone, not a card.</summary>
    public bool ByPhone { get; init; }

    /// <summary>The certificate ends or has ended: how to renew it is shown, and stays long enough for a phone to photograph.</summary>
    public bool ShowsRenewal => this is Accepted { Certificate: CertificateStatus.Expiring or CertificateStatus.Grace } or Refused { Why: Failure.CertificateExpired };

    /// <summary>The reception holds the check-in durably.</summary>
    public sealed record Accepted(long Number, CertificateStatus Certificate, DateOnly CertificateEnds) : Ending;

    public sealed record Refused(Failure Why) : Ending;

    public sealed record Cancelled : Ending;

    public sealed record TimedOut : Ending;

    /// <summary>The card was taken before the end.</summary>
    public sealed record TakenEarly : Ending;
}

/// <summary>What holds whoever stands here.</summary>
/// <param name="Reader">Why the reader cannot be used; null when it can.</param>
/// <param name="Camera">Why the camera cannot be used; null when it can.</param>
/// <param name="Link">Why the reception cannot be reached; null when it can.</param>
/// <param name="CardThere">A card lies on the reader, served or not.</param>
/// <param name="FaceOffered">False where the kiosk's configuration has no face check.</param>
/// <param name="Policy">What the reception set for its site.</param>
public sealed record Station(
    Failure? Reader, Failure? Camera, Failure? Link, bool CardThere, bool Maintenance, bool Disaster, bool FaceOffered, SitePolicy Policy)
{
    /// <summary>The face check asks for a head turn, unless the patient cannot.</summary>
    public bool HeadTurn { get; init; } = true;

    /// <summary>The case is open now.</summary>
    public bool CaseOpen { get; init; }

    /// <summary>The case was opened; holds until it is shut and staff have switched maintenance off.</summary>
    public bool Tampered { get; init; }

    public static Station Ready { get; } = new(null, null, null, false, false, false, true, SitePolicy.Default);
}
