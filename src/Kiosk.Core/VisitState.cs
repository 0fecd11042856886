using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;

namespace Kiosk.Core;

/// <summary>
/// Where a visit is. Each state holds what is known at that point, and nothing that names a person.
/// The cases are the nested records, in the order of <see cref="Visit"/>; there are no others.
/// </summary>
public abstract record VisitState
{
    private VisitState()
    {
    }

    /// <summary>Devices, link and the settings of the site. The same for every visit.</summary>
    public Station Station { get; init; } = Station.Ready;

    /// <summary>
    /// How many digits are typed in this state; null: it has no number pad. The only place that says which states have one:
    /// shell, screens and keypad ask here, and <see cref="Visit"/> wipes the digits when such a state is left.
    /// </summary>
    public virtual int? DigitsWanted => null;

    /// <summary>Digits typed up to now, 0 to <see cref="DigitsWanted"/>. The digits themselves are only in the shell's buffer.</summary>
    public int Typed { get; init; }

    /// <summary>
    /// The digits were wiped because no key came for some time. The screen says so: a patient who typed on would send a
    /// wrong number and lose a try.
    /// </summary>
    public bool Wiped { get; init; }

    /// <summary>
    /// The digits of the state before stay in the buffer: they are a phone's PIN, which is sent when the phone is on the reader.
    /// </summary>
    public virtual bool CarriesDigits => false;

    // No visit.

    /// <summary>待機.</summary>
    /// <param name="LastVisit">How the last visit ended; shown for some seconds. Null: the start screen.</param>
    public sealed record Idle(Ending? LastVisit = null) : VisitState;

    /// <summary>The card reader or the screen cannot be used, or the case was opened: no check-in at this kiosk.</summary>
    public sealed record OutOfService(Failure Why) : VisitState;

    /// <summary>No link to the reception.</summary>
    public sealed record Offline(Failure Why) : VisitState;

    /// <summary>Closed by staff from the reception terminal.</summary>
    public sealed record Maintenance : VisitState;

    /// <summary>災害時: no card is needed today. Staff switch it on and off.</summary>
    public sealed record DisasterNotice : VisitState;

    // 1. The card is read.

    /// <param name="StaffId">Who at the desk has already confirmed the patient by sight; null: nobody.</param>
    /// <param name="CameraOpens">The camera is opened meanwhile: the face screen comes next. No frame is looked at yet.</param>
    public sealed record ReadingCard(string? StaffId = null, bool CameraOpens = false) : VisitState;

    // 2. 本人確認.

    /// <summary>A card was read; the person is not confirmed yet.</summary>
    public abstract record Unconfirmed(Visitor Who) : VisitState;

    /// <param name="Notice">Why the patient is asked again: a face that did not match, a device that failed. Null the first time.</param>
    public sealed record ChoosingMethod(Visitor Who, Failure? Notice = null) : Unconfirmed(Who);

    /// <param name="Chosen">The patient chose the face. False: the screen came by itself (<see cref="VisitStart.Face"/>).</param>
    public sealed record MatchingFace(Visitor Who, FaceGuidance Guidance, bool Chosen = true) : Unconfirmed(Who)
    {
        /// <summary>A face is before the camera, so its picture is shown. Nobody who stays away from the camera sees themselves.</summary>
        public bool ShowsPatient => Guidance is not (FaceGuidance.OneMoment or FaceGuidance.LookHere or FaceGuidance.NoFace);
    }

    /// <summary>
    /// 照合番号B is typed, because no camera could read it from the card. It opens the card face: for the face check, and for a
    /// confirmation by staff, where the key of the card face has to sign.
    /// </summary>
    /// <param name="ForStaff">The patient chose staff instead of the face.</param>
    /// <param name="StaffId">Who at the desk has already confirmed the patient by sight; null: nobody.</param>
    public sealed record TypingCardNumber(Visitor Who, bool ForStaff = false, string? StaffId = null) : Unconfirmed(Who)
    {
        public override int? DigitsWanted => CardFaceApp.NumberDigits;
    }

    /// <param name="Notice">PinWrong after a wrong PIN.</param>
    public sealed record EnteringPin(Visitor Who, Failure? Notice = null) : Unconfirmed(Who)
    {
        public override int? DigitsWanted => JpkiApp.PinDigits;
    }

    /// <summary>One try is left: the patient is asked before it is used.</summary>
    public sealed record LastPinTry(Visitor Who, Failure? Notice = null) : Unconfirmed(Who);

    /// <summary>The card checks the PIN. One VERIFY was sent.</summary>
    public sealed record VerifyingPin(Visitor Who) : Unconfirmed(Who);

    public sealed record PinBlocked(Visitor Who) : Unconfirmed(Who);

    /// <summary>目視確認: staff beside the patient type the code of the facility.</summary>
    public sealed record VisualCheck(Visitor Who, Failure? Notice = null) : Unconfirmed(Who)
    {
        public override int? DigitsWanted => Visit.StaffCodeDigits;
    }

    public sealed record CheckingStaffCode(Visitor Who) : Unconfirmed(Who);

    /// <summary>スマホ搭載: Android or iPhone, where the site takes both.</summary>
    public sealed record ChoosingPhone : VisitState;

    /// <summary>The PIN of an Android phone, typed before the phone is held on the reader.</summary>
    /// <param name="TriesLeft">Null: the phone was not asked yet.</param>
    public sealed record TypingPhonePin(int? TriesLeft = null, Failure? Notice = null) : VisitState
    {
        public override int? DigitsWanted => JpkiApp.PinDigits;
    }

    /// <summary>Waits for the phone on the reader. The PIN of an Android phone is in the buffer.</summary>
    /// <param name="Which">Android or Iphone.</param>
    /// <param name="Warned">The patient was told that one try is left, and typed the PIN.</param>
    /// <param name="Notice">Why the last attempt failed; null: there was none.</param>
    public sealed record HoldingPhone(Phones Which, bool Warned, Failure? Notice = null) : VisitState
    {
        public override bool CarriesDigits => true;
    }

    /// <param name="Which">Android or Iphone.</param>
    /// <param name="Warned">As in <see cref="HoldingPhone"/>.</param>
    public sealed record ReadingPhone(Phones Which, bool Warned) : VisitState
    {
        public override bool CarriesDigits => true;
    }

    // 3. 同意.

    /// <summary>A confirmed person is asked something.</summary>
    public abstract record Asking(Confirmed Who, Answers Answers) : VisitState;

    /// <summary>包括同意: all, nothing, or one by one.</summary>
    public sealed record AskingConsent(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    /// <param name="Index">The item that is asked, 0-based in the order of the catalogue.</param>
    public sealed record AskingItem(Confirmed Who, int Index, Answers Answers) : Asking(Who, Answers);

    /// <summary>医療費助成 with this card, where the site takes part.</summary>
    /// <param name="Index">The record that is asked, 0-based in <see cref="Answers.Aids"/>; 0 where one general question is asked.</param>
    public sealed record AskingPmh(Confirmed Who, Answers Answers, int Index = 0) : Asking(Who, Answers);

    /// <summary>Several letters, or several prescriptions in a pharmacy: all, none, or one by one.</summary>
    public sealed record AskingDocuments(Confirmed Who, Answers Answers, DocumentKind Kind) : Asking(Who, Answers);

    /// <summary>One letter or prescription.</summary>
    /// <param name="Index">0-based in <see cref="Answers.Documents"/>.</param>
    public sealed record AskingDocument(Confirmed Who, Answers Answers, int Index) : Asking(Who, Answers);

    /// <summary>処方箋発行形態: electronic or paper, where the site asks at check-in.</summary>
    public sealed record AskingPrescription(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    public sealed record ReviewingConsent(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    /// <summary>利用登録: may the card become an insurance card?</summary>
    public sealed record AskingRegistration(Confirmed Who, Answers Answers) : Asking(Who, Answers);

    /// <summary>The centre registers the card.</summary>
    public sealed record Registering(Confirmed Who, Answers Answers) : VisitState;

    // 4. The check-in is sent.

    /// <param name="Trouble">Null: waiting for the answer. Else why there was none; the patient can try again or call staff.</param>
    public sealed record Submitting(Confirmed Who, Answers Answers, Failure? Trouble = null) : VisitState;

    /// <summary>The reception has stored the check-in; for a moment more the centre may say how the insurance stands.</summary>
    public sealed record AwaitingInsurance(Confirmed Who, Answers Answers, long Number) : VisitState;

    /// <summary>The visit is over. The card has no power any more, and nothing of the visit is kept but what the screen shows.</summary>
    /// <param name="Reminders">How often the patient was reminded to take the card; each reminder is louder.</param>
    /// <param name="IsPhone">A phone lies there, not a card.</param>
    public sealed record TakeCard(Ending Ending, int Reminders = 0, bool IsPhone = false) : VisitState;

    // Shown over another state.

    /// <summary>まだ使いますか.</summary>
    public sealed record StillThere(VisitState Under) : VisitState;

    public sealed record StaffCalled(VisitState Under) : VisitState;
}

/// <summary>The person who laid the card down, not confirmed yet.</summary>
/// <param name="FaceTriesLeft">Face comparisons left in this visit, 0 to <see cref="Visit.FaceTries"/>.</param>
/// <param name="CannotTurn">The patient said that they cannot turn the head. Kept for the whole visit.</param>
/// <param name="Tray">
/// What the camera above the tray saw when it could not read the printed number; null: it could, or there is no camera.
/// </param>
/// <param name="FaceLimit">Whether earlier misses of this card, in this visit and others, allow a face comparison now.</param>
public sealed record Visitor(
    CardFacts Card, int FaceTriesLeft = Visit.FaceTries, bool CannotTurn = false, TrayContent? Tray = null,
    FaceLimit FaceLimit = FaceLimit.None);

/// <summary>
/// What the consecutive face misses of one card allow (NIST SP 800-63B-4, biometrics: 5 consecutive misses, 10 with presentation attack
/// detection, then a delay or another method).
/// </summary>
public enum FaceLimit
{
    None,

    /// <summary>Five misses or more: a delay before the next comparison.</summary>
    Wait,

    /// <summary>Ten misses: only the PIN or staff, until the next day.</summary>
    Spent,
}

/// <summary>A confirmed person, and how the person was confirmed.</summary>
/// <param name="Face">Only for Face.</param>
/// <param name="StaffId">Only for Visual.</param>
/// <param name="Insurance">The centre's answer in advance; null: there is none.</param>
/// <param name="AwaitsInsurance">The centre was asked, and the time that the site gives it is not over.</param>
public sealed record Confirmed(
    CardFacts Card, Method Method, FaceVerdict? Face = null, string? StaffId = null, PreAnswer? Insurance = null,
    bool AwaitsInsurance = false)
{
    /// <summary>What the site's own system said, where it was quicker than the receipt; null: nothing yet.</summary>
    public SiteAnswer? Site { get; init; }
}

/// <summary>How a visit ended, as it is told to the patient.</summary>
public abstract record Ending
{
    private Ending()
    {
    }

    /// <summary>The visit was made with a phone: the texts name the phone, not a card.</summary>
    public bool ByPhone { get; init; }

    /// <summary>
    /// The certificate ends soon or has ended: how to renew it is shown, long enough to take a photo of the code with a phone.
    /// </summary>
    public bool ShowsRenewal => this
        is Accepted { NeedsDesk: false, Certificate: CertificateStatus.Expiring or CertificateStatus.Grace }
        or Refused { Why: Failure.CertificateExpired };

    /// <summary>The reception has stored the check-in.</summary>
    /// <param name="Insurance">What the centre said until then. Only <see cref="InsuranceState.Valid"/> is told as "done".</param>
    public sealed record Accepted(
        long Number, CertificateStatus Certificate, DateOnly CertificateEnds, InsuranceState Insurance = InsuranceState.NoAnswer) : Ending
    {
        /// <summary>Stored, but not done: the patient must come to the desk.</summary>
        public bool NeedsDesk => InsuranceRule.NeedsDesk(Insurance);

        /// <summary>What the patient answered to 利用登録; null: not asked.</summary>
        public bool? Registers { get; init; }

        /// <summary>A pharmacy, and no electronic prescription was chosen: the desk asks about it.</summary>
        public bool PrescriptionAtDesk { get; init; }

        /// <summary>What the site's own system said; null: nothing yet.</summary>
        public SiteAnswer? Site { get; init; }

        /// <summary>A ticket was printed: the patient takes it.</summary>
        public bool HasTicket { get; init; }
    }

    public sealed record Refused(Failure Why) : Ending;

    public sealed record Cancelled : Ending;

    public sealed record TimedOut : Ending;

    /// <summary>The card was taken before the end.</summary>
    public sealed record TakenEarly : Ending;
}

/// <summary>The kiosk itself, whoever uses it.</summary>
/// <param name="Reader">Why the card reader cannot be used; null: it can.</param>
/// <param name="Camera">Why the camera cannot be used; null: it can.</param>
/// <param name="Link">Why the reception cannot be reached; null: it can.</param>
/// <param name="CardThere">A card lies on the reader, in a visit or not.</param>
/// <param name="FaceOffered">False where the configuration of the kiosk has no face check.</param>
/// <param name="Policy">What the reception set for this site.</param>
public sealed record Station(
    Failure? Reader, Failure? Camera, Failure? Link, bool CardThere, bool Maintenance, bool Disaster, bool FaceOffered, SitePolicy Policy)
{
    /// <summary>The face check asks for a head turn, unless the patient cannot turn.</summary>
    public bool HeadTurn { get; init; } = true;

    /// <summary>Why the patient sees no page; null: the page is on the screen, or the kiosk has none.</summary>
    public Failure? Screen { get; init; }

    /// <summary>The case is open now.</summary>
    public bool CaseOpen { get; init; }

    /// <summary>The case was opened. True until it is shut and staff have switched maintenance on and off.</summary>
    public bool Tampered { get; init; }

    public static Station Ready { get; } = new(null, null, null, false, false, false, true, SitePolicy.Default);
}
