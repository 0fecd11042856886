using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Core;

/// <summary>What follows an event: the new state, and what the shell has to do, in order.</summary>
public sealed record Step(VisitState State, IReadOnlyList<VisitAction> Actions);

/// <summary>
/// The visit, from top to bottom: a person comes, the card is read, the face or the PIN confirms the person, the person
/// chooses what the clinic may see, the check-in is sent, the card is taken. One pure function. The shell (VisitLoop) gives it one event
/// at a time, does the actions and sets the time limit. <c>visit.md</c> is drawn from it.
/// </summary>
public static class Visit
{
    /// <summary>Face comparisons in one visit. After so many without a match, face is no longer offered.</summary>
    public const int FaceTries = 3;

    public const int StaffCodeDigits = 6;

    /// <summary>The new state and the actions. Never throws; an event that has no meaning in the state changes nothing.</summary>
    public static Step Next(VisitState state, VisitEvent happened)
    {
        VisitState now = state with { Station = Updated(state.Station, happened) };
        Step next = Interrupt(now, happened) ?? Flow(now, happened);
        return Complete(state, next with { State = next.State with { Station = now.Station } });
    }

    private static Step Flow(VisitState state, VisitEvent happened) => (state, happened) switch
    {
        // 1. A card is laid down: it is read at once. Its photo is read while the patient chooses.
        (S.Idle, E.CardInserted) when WaitingState(state.Station) is S.Idle => Begin(state.Station),
        (S.ReadingCard, E.CardRead read) => Identified(state, new Visitor(read.Card, FaceLimit: read.Face)),
        // Staff at the desk can confirm the patient before the card is read.
        (S.ReadingCard at, E.VisualGranted granted) => To(at with { StaffId = granted.StaffId, CameraOpens = false }),

        // On every number pad. The buffer counts the digits; the last digit comes as TypedAll.
        ({ DigitsWanted: not null }, E.Typed typed) => To(state with { Typed = typed.Count, Wiped = state.Wiped && typed.Count == 0 }),

        // 2. Who is the person? By face. Where no camera could read 照合番号B from the card, it is typed first. Where the face screen came
        // by itself, the other ways are buttons on it, and nobody has to type a number who did not ask for the face.
        (S.ChoosingMethod at, E.ChoseFace) when OffersFace(state.Station, at.Who) => StartFace(at.Who),
        (S.ChoosingMethod at, E.ChoseFace) when OffersCardNumber(state.Station, at.Who) => To(new S.TypingCardNumber(at.Who)),
        (S.TypingCardNumber { StaffId: string staff } at, E.TypedAll) =>
            WithPhoto(AskConsent(at, new Confirmed(With(at.Who, PhotoStatus.Reading).Card, Method.Visual, StaffId: staff))),
        (S.TypingCardNumber { ForStaff: true } at, E.TypedAll) => WithPhoto(To(new S.VisualCheck(With(at.Who, PhotoStatus.Reading)))),
        (S.TypingCardNumber at, E.TypedAll) => StartFace(With(at.Who, PhotoStatus.Reading), new A.ReadPhoto()),
        (S.MatchingFace at, E.CannotTurn) when OffersGesture(at) => StartFace(at.Who with { CannotTurn = true }, new A.StopFace()),
        (S.MatchingFace { Chosen: false } at, E.PhotoChanged { Photo: PhotoStatus.NeedsNumber } photo) =>
            ChooseMethod(With(at.Who, PhotoStatus.NeedsNumber) with { Tray = photo.Tray }),
        (S.MatchingFace at, E.FaceGuided guided) => To(at with { Guidance = guided.Guidance }),
        (S.MatchingFace at, E.FaceJudged { Verdict: { Same: true, Live: true } verdict }) =>
            AskConsent(at, new Confirmed(at.Who.Card, Method.Face, verdict)),
        (S.MatchingFace at, E.FaceJudged judged) =>
            FaceMissed(at.Who with { FaceTriesLeft = at.Who.FaceTriesLeft - 1, FaceLimit = judged.Limit }, judged.Verdict),
        (S.MatchingFace at, E.FaceLimitChanged { Limit: not FaceLimit.None } changed) =>
            FaceStopped(at.Who with { FaceLimit = changed.Limit }),
        (S.ChoosingMethod { Notice: Failure.FaceMustWait } at, E.FaceLimitChanged { Limit: FaceLimit.None }) =>
            To(new S.ChoosingMethod(at.Who with { FaceLimit = FaceLimit.None })),
        (S.Unconfirmed at, E.FaceLimitChanged changed) => To(at with { Who = at.Who with { FaceLimit = changed.Limit } }),
        (S.MatchingFace at, E.FaceFailed { Why: Failure.PhotoUnreadable } or E.PhotoChanged { Photo: PhotoStatus.Unavailable }) =>
            ChooseMethod(With(at.Who, PhotoStatus.Unavailable), Failure.PhotoUnreadable),
        (S.MatchingFace at, E.FaceFailed failed) => ChooseMethod(at.Who, failed.Why),
        // The card of a small child has no photo: the guardian types the PIN. There is nothing to compare a face with, for staff neither.
        (S.ChoosingMethod or S.MatchingFace or S.TypingCardNumber or S.VisualCheck or S.CheckingStaffCode,
            E.PhotoChanged { Photo: PhotoStatus.Absent }) => NoPhoto(Who(state)),
        (S.Asking { Who.Method: Method.Visual } at, E.PhotoChanged { Photo: PhotoStatus.Absent }) => NoPhoto(new Visitor(at.Who.Card)),
        (S.Submitting at, E.SubmitFailed { Why: Failure.PhotoAbsent }) => NoPhoto(new Visitor(at.Who.Card)),
        (S.Unconfirmed { Who.Card.Photo: PhotoStatus.Absent }, E.ChoseVisual or E.VisualGranted) => Stay(state),
        (S.MatchingFace at, E.PhotoChanged { Photo: PhotoStatus.NeedsNumber } photo) =>
            To(new S.TypingCardNumber(With(at.Who, PhotoStatus.NeedsNumber) with { Tray = photo.Tray })),

        // By PIN. The tries left are shown; before the last one the patient is asked; each PIN is sent once.
        (S.ChoosingMethod or S.MatchingFace, E.ChosePin) when Who(state).Card.PinTries > 0 => AskPin(Who(state)),
        (S.LastPinTry at, E.GoOn) => To(new S.EnteringPin(at.Who)),
        (S.EnteringPin at, E.TypedAll) => To(new S.VerifyingPin(at.Who), new A.VerifyPin()),
        (S.VerifyingPin at, E.PinChecked { Answer: PinAnswer.Accepted }) => AskConsent(at, new Confirmed(at.Who.Card, Method.Pin)),
        (S.VerifyingPin at, E.PinChecked { Answer: PinAnswer.Wrong wrong }) => AskPin(With(at.Who, wrong.TriesLeft), Failure.PinWrong),
        (S.VerifyingPin at, E.PinChecked { Answer: PinAnswer.Blocked }) => To(new S.PinBlocked(With(at.Who, 0))),
        (S.LastPinTry or S.PinBlocked, E.ChoseFace) when OffersFace(state.Station, Who(state)) => StartFace(Who(state)),

        // By staff who look at the person (目視確認): with the code of the facility at the kiosk, or from the desk. A key of the card has to
        // sign here too: without an institution that is the key of the card face, which the printed number opens.
        (S.ChoosingMethod or S.MatchingFace or S.PinBlocked, E.ChoseVisual) when StaffNeedNumber(state.Station, Who(state)) =>
            To(new S.TypingCardNumber(Who(state), ForStaff: true)),
        (S.TypingCardNumber at, E.VisualGranted granted) => To(at with { ForStaff = true, StaffId = granted.StaffId }),
        (S.Unconfirmed, E.VisualGranted granted) when StaffNeedNumber(state.Station, Who(state)) =>
            To(new S.TypingCardNumber(Who(state), ForStaff: true, granted.StaffId)),
        (S.ChoosingMethod or S.MatchingFace or S.PinBlocked, E.ChoseVisual) => To(new S.VisualCheck(Who(state))),
        (S.VisualCheck at, E.TypedAll) => To(new S.CheckingStaffCode(at.Who), new A.CheckStaffCode()),
        (S.CheckingStaffCode at, E.StaffCodeChecked { StaffId: string staff }) =>
            AskConsent(at, new Confirmed(at.Who.Card, Method.Visual, StaffId: staff)),
        (S.CheckingStaffCode at, E.StaffCodeChecked) => To(new S.VisualCheck(at.Who, Failure.StaffCodeWrong)),
        (S.CheckingStaffCode at, E.StaffCodeFailed failed) => To(new S.VisualCheck(at.Who, failed.Why)),
        (S.Unconfirmed at, E.VisualGranted granted) => AskConsent(at, new Confirmed(at.Who.Card, Method.Visual, StaffId: granted.StaffId)),

        // By phone (スマホ搭載), without a card. The PIN of an Android phone is typed here; an iPhone asks for face or finger itself.
        // Then the phone is held on the reader. Once it has signed, it can be taken away.
        (S.Idle, E.ChosePhone) when WaitingState(state.Station) is S.Idle => StartPhone(state.Station.Policy.Phones),
        (S.ChoosingPhone, E.ChosePhone chose) => StartPhone(state.Station.Policy.Phones & chose.Which),
        (S.TypingPhonePin at, E.TypedAll) => HoldPhone(new S.HoldingPhone(Phones.Android, at.TriesLeft == 1), state.Station.CardThere),
        (S.HoldingPhone at, E.CardInserted) => HoldPhone(at, true),
        (S.HoldingPhone { Which: Phones.Android, Notice: not null }, E.GoBack) => To(new S.TypingPhonePin()),
        (S.HoldingPhone or S.ReadingPhone, E.PhoneRead { Card.Certificate: CertificateStatus.Expired }) =>
            End(new Ending.Refused(Failure.CertificateExpired)),
        (S.HoldingPhone or S.ReadingPhone, E.PhoneRead read) => AskConsent(state, new Confirmed(read.Card, Method.Phone)),
        (S.HoldingPhone or S.ReadingPhone, E.PinChecked { Answer: PinAnswer.Wrong wrong }) =>
            To(new S.TypingPhonePin(wrong.TriesLeft, Failure.PinWrong)),
        (S.HoldingPhone or S.ReadingPhone, E.PinChecked { Answer: PinAnswer.Blocked }) => End(new Ending.Refused(Failure.PhonePinBlocked)),
        (S.ReadingPhone, E.CardRead { Card.Kind: CardKind.MyNumberCard }) => Begin(state.Station),
        (S.ReadingPhone, E.CardRead read) => Identified(state, new Visitor(read.Card)),
        (S.ReadingPhone at, E.PhoneFailed failed) => To(new S.HoldingPhone(at.Which, at.Warned, failed.Why)),
        (S.ChoosingPhone or S.TypingPhonePin or S.HoldingPhone, E.GoBack) => BackToIdle(),

        // The patient wants another method; and the photo is there, or cannot be read, while the patient chooses.
        (S.PinBlocked at, E.GoBack) => ChooseMethod(at.Who, Failure.PinBlocked),
        (S.MatchingFace or S.TypingCardNumber or S.EnteringPin or S.LastPinTry or S.VisualCheck, E.GoBack) => ChooseMethod(Who(state)),
        (S.Unconfirmed at, E.PhotoChanged photo) => To(at with { Who = With(at.Who, photo.Photo) with { Tray = photo.Tray } }),

        // 3. What may the clinic see? All, nothing, or one by one; then what else this site asks. Answers that differ, or were given one
        // by one, are shown before they are sent.
        (S.AskingConsent at, E.AnsweredAll all) => AfterConsents(at with { Answers = at.Answers.WithAll(all.Yes) }),
        (S.AskingConsent at, E.ChoseOneByOne) => To(new S.AskingItem(at.Who, 0, at.Answers)),
        (S.AskingItem at, E.Answered answer) => AfterItem(at with { Answers = at.Answers.With(at.Index, answer.Yes) }),
        (S.AskingItem { Index: > 0 } at, E.GoBack) => To(at with { Index = at.Index - 1 }),
        (S.AskingItem { Answers.Asked.ItemByItem: false } at, E.GoBack) => To(new S.AskingConsent(at.Who, at.Answers)),
        (S.AskingPmh { Answers.Aids: not null } at, E.Answered answer) =>
            AskNext(at with { Answers = at.Answers.WithAid(at.Index, answer.Yes) }),
        (S.AskingPmh at, E.Answered answer) => AskNext(at with { Answers = at.Answers with { Pmh = answer.Yes } }),
        (S.AskingDocuments at, E.AnsweredAll all) => AskNext(at with { Answers = at.Answers.WithAllOf(at.Kind, all.Yes) }),
        (S.AskingDocuments at, E.ChoseOneByOne) => To(FurtherQuestions.OneByOne(at)),
        (S.AskingDocument at, E.Answered answer) => AskNext(at with { Answers = at.Answers.WithDocument(at.Index, answer.Yes) }),
        (S.AskingPrescription at, E.ChosePrescription chose) =>
            AskNext(at with { Answers = at.Answers with { Prescription = chose.Form } }),
        (S.AskingPmh or S.AskingDocuments or S.AskingDocument or S.AskingPrescription, E.GoBack) => AskBefore((S.Asking)state),
        (S.ReviewingConsent at, E.WantsChange or E.GoBack) => AskFirst(at.Who, at.Answers),
        (S.ReviewingConsent at, E.ConfirmedAnswers) => Submit(at.Who, at.Answers),

        // The card is no insurance card yet, or no more. "No" is fine: the desk helps. Registered or not, the visit goes on.
        (S.AskingRegistration at, E.Answered { Yes: true }) =>
            To(new S.Registering(at.Who, at.Answers with { Registers = true }), new A.Register()),
        (S.AskingRegistration at, E.Answered) => Submit(at.Who, at.Answers with { Registers = false }),
        (S.Registering at, E.InsuranceCame came) => Submit(With(at.Who, came.Answer), at.Answers),
        (S.Registering at, E.TimedOut) => Submit(at.Who, at.Answers),

        // 4. The check-in is sent. It is accepted only when the reception has stored it.
        // The centre was asked meanwhile: how the visit ends depends on what it says, and for a moment it is waited for.
        (S.Submitting { Who.AwaitsInsurance: true } at, E.ReceiptCame came) =>
            To(new S.AwaitingInsurance(at.Who, at.Answers, came.Receipt.Number)),
        (S.Submitting at, E.ReceiptCame came) => End(AcceptedAs(at.Who, at.Answers, came.Receipt.Number)),
        (S.Asking at, E.InsuranceCame came) => To(at with { Who = With(at.Who, came.Answer) }),
        (S.Asking at, E.InsuranceLate) => To(at with { Who = at.Who with { AwaitsInsurance = false } }),
        (S.Submitting at, E.InsuranceCame came) => To(at with { Who = With(at.Who, came.Answer) }),
        (S.Submitting at, E.InsuranceLate) => To(at with { Who = at.Who with { AwaitsInsurance = false } }),
        (S.AwaitingInsurance at, E.InsuranceCame came) => End(AcceptedAs(With(at.Who, came.Answer), at.Answers, at.Number)),
        (S.AwaitingInsurance at, E.InsuranceLate or E.TimedOut) => End(AcceptedAs(at.Who, at.Answers, at.Number)),
        (_, E.SiteAnswered came) => To(LastScreen.Noted(state, came.Answer)),
        (_, E.TicketPrinted printed) => To(LastScreen.Printed(state, printed.Number)),
        (S.Submitting, E.SubmitFailed { Why: Failure.CardNotGenuine or Failure.CardAlgorithmUnknown } failed) =>
            End(new Ending.Refused(failed.Why)),
        // The key of the card did not sign, and nothing was sent. The PIN is left, and staff once the printed number has opened the card.
        (S.Submitting at, E.SubmitFailed { Why: Failure.CardNotProven }) =>
            ChooseMethod(With(new Visitor(at.Who.Card, FaceTriesLeft: 0), PhotoStatus.NeedsNumber), Failure.CardNotProven),
        (S.Submitting at, E.SubmitFailed failed) => To(at with { Trouble = failed.Why }),
        (S.Submitting { Trouble: not null } at, E.GoOn) => Submit(at.Who, at.Answers),

        // 5. The time limit passed.
        (S.Idle { LastVisit: not null }, E.TimedOut) => To(new S.Idle()),
        (S.ReadingCard or S.VerifyingPin or S.ReadingPhone, E.TimedOut) => End(new Ending.Refused(Failure.CardSilent)),
        (S.CheckingStaffCode at, E.TimedOut) => To(new S.VisualCheck(at.Who, Failure.ReceptionUnreachable)),
        ({ Typed: > 0 }, E.TimedOut) => To(Paused(state), new A.WipeDigits()),
        (S.Submitting { Trouble: null } at, E.TimedOut) => To(at with { Trouble = Failure.ReceptionUnreachable }),
        (S.TakeCard at, E.TimedOut) => To(at with { Reminders = at.Reminders + 1 }),
        (S.StillThere, E.TimedOut) => End(Stored(state) ?? new Ending.TimedOut()),
        (_, E.TimedOut) when IsUnderWay(state) => To(new S.StillThere(Paused(state))),

        // Any other event has no meaning in this state, or comes too late.
        _ => Stay(state),
    };

    /// <summary>What has the same effect in every state.</summary>
    /// <returns>Null: nothing of the kind; <see cref="Flow"/> decides.</returns>
    private static Step? Interrupt(VisitState state, VisitEvent happened) => (state, happened) switch
    {
        // The card was taken: the visit is over and nothing is kept. A visit by phone goes on without the phone.
        (_, E.CardRemoved) when IsByPhone(state) => Stay(state),
        (_, E.CardRemoved) => To(new S.Idle(EndingOf(state)), new A.Forget()),
        (_, E.Crashed) when IsUnderWay(state) =>
            To(new S.TakeCard(Stored(state) ?? new Ending.Refused(Failure.ProgramFault))),
        (_, E.Crashed) => BackToIdle(),
        (_, E.ReaderChanged { Why: not null }) when IsUnderWay(state) => To(new S.Idle(EndingOf(state)), new A.Forget()),

        // The case was opened: the kiosk can no longer be trusted.
        (_, E.TamperChanged { Open: true }) when IsUnderWay(state) && state is not S.TakeCard =>
            To(new S.TakeCard(new Ending.Refused(Failure.TamperOpened)), new A.RingDesk(Failure.TamperOpened)),
        (_, E.TamperChanged { Open: true }) => To(state, new A.RingDesk(Failure.TamperOpened)),

        // The screen went dark under a patient: staff are called. The visit waits for its page, as long as its time limits allow.
        (_, E.ScreenChanged { Why: Failure why }) when IsUnderWay(state) => To(state, new A.RingDesk(why)),

        // Staff can be called in every state, and a visit can be cancelled in every state.
        (S.StaffCalled, E.CallStaff) => null,
        (S.StillThere { Under: VisitState under }, E.CallStaff) => To(new S.StaffCalled(under), new A.RingDesk(FailureShown(under))),
        (_, E.CallStaff) => To(new S.StaffCalled(Paused(state)), new A.RingDesk(FailureShown(state))),
        (S.TakeCard, E.Cancel) => null,
        (_, E.Cancel) when IsUnderWay(state) => End(Stored(state) ?? new Ending.Cancelled()),

        // StillThere and StaffCalled cover another state, which still gets its events. "Go on" and "back" return to the covered
        // state. Other buttons belong to a screen that is not visible and do nothing.
        (S.StillThere { Under: VisitState under }, E.GoOn or E.GoBack or E.Touched) => Resume(under),
        (S.StaffCalled { Under: VisitState under }, E.GoOn or E.GoBack) => Resume(under),
        (S.StaffCalled { Under: VisitState under }, E.TimedOut) => Resume(under),
        (S.StillThere or S.StaffCalled, E.Press) => null,
        (S.StillThere at, not E.TimedOut) => PassToCovered(at, at.Under, under => at with { Under = under }, happened),
        (S.StaffCalled at, _) => PassToCovered(at, at.Under, under => at with { Under = under }, happened),

        // The card failed.
        (S.ReadingCard or S.ReadingPhone or S.Unconfirmed or S.Submitting, E.CardFailed failed) => End(new Ending.Refused(failed.Why)),
        _ => null,
    };

    /// <summary>
    /// What must be true after every step: with no visit, the station decides what is shown; the camera runs only in MatchingFace,
    /// and is opened only where MatchingFace comes next; typed digits are wiped when their state is left; a visit by phone asks for no
    /// card; the end of a visit powers the card off.
    /// </summary>
    private static Step Complete(VisitState before, Step step)
    {
        Station station = step.State.Station;
        bool waits = step.State is S.Idle idle ? idle.LastVisit is null : IsWaiting(step.State);
        VisitState after = waits ? WaitingState(station) : step.State;
        List<VisitAction> actions = [.. step.Actions];
        if (after is S.TakeCard { Ending: Ending ended } && IsByPhone(before))
        {
            // Nothing lies on the reader, or only the phone.
            Ending ending = ended with { ByPhone = true };
            after = station.CardThere ? new S.TakeCard(ending, IsPhone: true) : new S.Idle(ending);
            after = after with { Station = station };
        }
        // The visit is over, also for a card that is left on the reader: its power goes off, so that it forgets a verified PIN.
        bool isOver = after is S.TakeCard or S.Idle { LastVisit: not null };
        if (isOver && IsUnderWay(before) && before is not S.TakeCard && !actions.Exists(a => a is A.Forget)) actions.Add(new A.Forget());
        if (UsesCamera(before) && !UsesCamera(after)) actions.Insert(0, new A.StopFace());
        bool hadDigits = before.DigitsWanted is not null || before.CarriesDigits;
        bool keepsDigits = before.GetType() == after.GetType() || after.CarriesDigits;
        if (hadDigits && !keepsDigits && !actions.Exists(EmptiesBuffer)) actions.Insert(0, new A.WipeDigits());

        // The kiosk is in service again and a card already lies on the reader: its visit begins.
        if (after is S.Idle { LastVisit: null } && station.CardThere && before is not S.Idle { LastVisit: null })
        {
            Step begun = Begin(station);
            return new Step(begun.State with { Station = station }, [.. actions, .. begun.Actions]);
        }
        return new Step(after, actions);
    }

    /// <summary>What is shown when there is no visit. The first that is true counts.</summary>
    private static VisitState WaitingState(Station station) => station switch
    {
        { Tampered: true } => new S.OutOfService(Failure.TamperOpened) { Station = station },
        { Disaster: true } => new S.DisasterNotice { Station = station },
        { Maintenance: true } => new S.Maintenance { Station = station },
        { Screen: Failure screen } => new S.OutOfService(screen) { Station = station },
        { Reader: Failure reader } => new S.OutOfService(reader) { Station = station },
        { Link: Failure link } => new S.Offline(link) { Station = station },
        _ => new S.Idle { Station = station },
    };

    private static Station Updated(Station station, VisitEvent happened) => happened switch
    {
        E.CardInserted => station with { CardThere = true },
        E.CardRemoved => station with { CardThere = false },
        E.ReaderChanged { Why: null } => station with { Reader = null },
        E.ReaderChanged lost => station with { Reader = lost.Why, CardThere = false },
        E.CameraChanged changed => station with { Camera = changed.Why },
        E.ScreenChanged changed => station with { Screen = changed.Why },
        E.LinkChanged changed => station with { Link = changed.Why },
        E.TamperChanged changed => station with { CaseOpen = changed.Open, Tampered = station.Tampered || changed.Open },
        // Staff ended a maintenance: they have looked at the case. "Off" also comes with each new connection; that releases nothing.
        E.MaintenanceSet set => station with
        {
            Maintenance = set.On,
            Tampered = station.Tampered && (set.On || station.CaseOpen || !station.Maintenance),
        },
        E.DisasterSet set => station with { Disaster = set.On },
        E.PolicySet set => station with { Policy = set.Policy },
        _ => station,
    };

    /// <summary>
    /// How long a state waits for an event; null: without limit. Where <see cref="CanStretchLimit"/> the shell makes it
    /// longer for a patient who needs more time (sound, large text; WCAG 2.2, 2.2.1). It never makes it shorter.
    /// </summary>
    public static TimeSpan? TimeLimit(VisitState state) => state switch
    {
        S.Idle { LastVisit.ShowsRenewal: true } or S.Idle { LastVisit: Ending.Accepted { NeedsDesk: true } } => TimeSpan.FromSeconds(30),
        S.Idle { LastVisit: Ending.Accepted } => TimeSpan.FromSeconds(12),
        S.Idle { LastVisit: not null } => TimeSpan.FromSeconds(6),
        _ when IsWaiting(state) => null,
        S.ReadingCard => TimeSpan.FromSeconds(20),
        S.VerifyingPin or S.CheckingStaffCode or S.Registering => TimeSpan.FromSeconds(10),
        { Typed: > 0 } => TimeSpan.FromSeconds(15),
        S.Submitting { Trouble: null } => TimeSpan.FromSeconds(20),
        // Longer than any site waits for the centre.
        S.AwaitingInsurance => TimeSpan.FromSeconds(SitePolicy.MostInsuranceSeconds + 5),
        S.TakeCard => TimeSpan.FromSeconds(10),
        S.StillThere => TimeSpan.FromSeconds(30),
        S.StaffCalled => TimeSpan.FromSeconds(120),
        _ => TimeSpan.FromSeconds(60),
    };

    /// <summary>The kiosk works and the patient waits: card, phone or reception has to answer.</summary>
    public static bool MachineWorks(VisitState state) =>
        state is S.ReadingCard or S.ReadingPhone or S.VerifyingPin or S.CheckingStaffCode or S.Submitting { Trouble: null }
            or S.Registering or S.AwaitingInsurance;

    /// <summary>
    /// The patient has to answer, so the limit may be longer for who needs more time. Not for a card that was left behind, and not for
    /// StillThere, whose text names the seconds.
    /// </summary>
    public static bool CanStretchLimit(VisitState state) => !MachineWorks(state) && state is not (S.TakeCard or S.StillThere);

    /// <summary>Face is offered: it is configured, the camera works, the photo is read or being read, comparisons are left.</summary>
    public static bool OffersFace(Station station, Visitor who) =>
        CanCompareFaces(station, who) && who.Card.Photo is PhotoStatus.Ready or PhotoStatus.Reading;

    /// <summary>Face is offered after the number printed on the card is typed. Of a 特定在留カード the patient is not told where it is.</summary>
    public static bool OffersCardNumber(Station station, Visitor who) =>
        CanCompareFaces(station, who) && who.Card is { Photo: PhotoStatus.NeedsNumber, IsResidenceCard: false };

    /// <summary>The key of the card face has to sign, and the number that opens it was not read.</summary>
    private static bool StaffNeedNumber(Station station, Visitor who) =>
        who.Card.Photo is PhotoStatus.NeedsNumber && !station.Policy.SignsWithoutPin;

    /// <summary>Another movement than the head turn is offered.</summary>
    public static bool OffersGesture(VisitState.MatchingFace at) => at is { Station.HeadTurn: true, Who.CannotTurn: false };

    /// <summary>There is a visit: from the card or the choice of a phone to the moment when the card is taken.</summary>
    public static bool IsUnderWay(VisitState state) => state switch
    {
        S.StillThere over => IsUnderWay(over.Under),
        S.StaffCalled over => IsUnderWay(over.Under),
        _ => !IsWaiting(state),
    };

    private static bool IsWaiting(VisitState state) => state is S.Idle or S.OutOfService or S.Offline or S.Maintenance or S.DisasterNotice;

    private static bool CanCompareFaces(Station station, Visitor who) =>
        station is { FaceOffered: true, Camera: null } && who is { FaceTriesLeft: > 0, FaceLimit: FaceLimit.None };

    /// <summary>The camera is open, or being opened.</summary>
    private static bool UsesCamera(VisitState state) => state is S.MatchingFace or S.ReadingCard { CameraOpens: true };

    /// <summary>Where the face screen comes first, the camera opens as soon as a card is there.</summary>
    private static Step Begin(Station station)
    {
        bool opens = station is { FaceOffered: true, Camera: null, Policy.Start: VisitStart.Face };
        A.ReadCard read = new(station.Policy.SignsWithoutPin);
        return opens ? To(new S.ReadingCard(CameraOpens: true), read, new A.OpenCamera()) : To(new S.ReadingCard(), read);
    }

    private static Step Identified(VisitState state, Visitor who) => who.Card switch
    {
        { Kind: CardKind.AndroidPhone } when state.Station.Policy.Phones.HasFlag(Phones.Android) => who.Card.PinTries > 0
            ? To(new S.TypingPhonePin(who.Card.PinTries))
            : End(new Ending.Refused(Failure.PhonePinBlocked)),
        { Kind: CardKind.Iphone } when state.Station.Policy.Phones.HasFlag(Phones.Iphone) =>
            HoldPhone(new S.HoldingPhone(Phones.Iphone, false), state.Station.CardThere),
        { Kind: not CardKind.MyNumberCard } => End(new Ending.Refused(Failure.CardIsPhone)),
        { Certificate: CertificateStatus.Expired } => End(new Ending.Refused(Failure.CertificateExpired)),
        _ when state is S.ReadingCard { StaffId: string staff } =>
            AskConsent(state, new Confirmed(who.Card, Method.Visual, StaffId: staff)),
        _ when state is S.ReadingCard { CameraOpens: true } && OffersFace(state.Station, who) =>
            To(new S.MatchingFace(who, FaceGuidance.OneMoment, Chosen: false), new A.StartFace()),
        _ => ChooseMethod(who),
    };

    /// <summary>The kind of phone is asked only where the site takes both.</summary>
    private static Step StartPhone(Phones which) => which switch
    {
        Phones.None => BackToIdle(),
        Phones.Android => To(new S.TypingPhonePin(), new A.BeginPhone()),
        Phones.Iphone => To(new S.HoldingPhone(Phones.Iphone, false), new A.BeginPhone()),
        _ => To(new S.ChoosingPhone()),
    };

    private static Step HoldPhone(S.HoldingPhone hold, bool isThere) =>
        isThere ? To(new S.ReadingPhone(hold.Which, hold.Warned), new A.ReadPhone(hold.Warned)) : To(hold with { Notice = null });

    /// <summary>Nobody was confirmed and nothing is kept.</summary>
    private static Step BackToIdle() => To(new S.Idle(), new A.Forget());

    private static Step ChooseMethod(Visitor who, Failure? notice = null) => To(new S.ChoosingMethod(who, notice));

    private static Step NoPhoto(Visitor who) => who.Card.PinTries > 0
        ? ChooseMethod(With(who, PhotoStatus.Absent), Failure.PhotoAbsent)
        : End(new Ending.Refused(Failure.PhotoAbsent));

    /// <summary>Staff can confirm the patient by sight: the card has a photo, as far as is known.</summary>
    public static bool OffersVisual(Visitor who) => who.Card.Photo is not PhotoStatus.Absent;

    private static Step StartFace(Visitor who, params VisitAction[] before) =>
        To(new S.MatchingFace(who, FaceGuidance.OneMoment), [.. before, new A.StartFace(who.CannotTurn)]);

    private static Step FaceMissed(Visitor who, FaceVerdict verdict) => who.FaceLimit is not FaceLimit.None
        ? FaceStopped(who)
        : who.FaceTriesLeft > 0 ? To(new S.MatchingFace(who, FaceGuidance.TryAgain))
        : ChooseMethod(who, verdict.Live ? Failure.FaceNotMatched : Failure.FaceNotLive);

    /// <summary>This card has missed too often. Staff at the desk are called: somebody may hold another person's card.</summary>
    private static Step FaceStopped(Visitor who)
    {
        Failure why = who.FaceLimit is FaceLimit.Spent ? Failure.FaceTriesSpent : Failure.FaceMustWait;
        return To(new S.ChoosingMethod(who, why), new A.RingDesk(why));
    }

    private static Step WithPhoto(Step step) => step with { Actions = [new A.ReadPhoto(), .. step.Actions] };

    private static Step AskPin(Visitor who, Failure? notice = null) =>
        To(who.Card.PinTries == 1 ? new S.LastPinTry(who, notice) : new S.EnteringPin(who, notice));

    /// <summary>
    /// An expired certificate in its months of grace gives eligibility only: there is nothing to ask (mhlw.go.jp newpage_50657).
    /// </summary>
    private static Step AskConsent(VisitState state, Confirmed who)
    {
        SitePolicy asked = state.Station.Policy;
        Confirmed person = who with { AwaitsInsurance = asked.AnswersInsurance };
        Step step = who.Card.Certificate is CertificateStatus.Grace
            ? Submit(person, Answers.All(asked, false))
            : AskFirst(person, Answers.None(asked));
        return asked.AnswersInsurance ? step with { Actions = [new A.AskInsurance(person, asked), .. step.Actions] } : step;
    }

    /// <summary>The first question. Answers given before are kept until they are given again.</summary>
    private static Step AskFirst(Confirmed who, Answers answers) =>
        To(answers.Asked.ItemByItem ? new S.AskingItem(who, 0, answers) : new S.AskingConsent(who, answers));

    private static Step AfterItem(S.AskingItem at) =>
        at.Index + 1 < at.Answers.Given.Count ? To(at with { Index = at.Index + 1 }) : AfterConsents(at);

    /// <summary>
    /// 医療費助成, letters and prescriptions are asked by the name of each that the centre has. Where it has none, or has not answered by
    /// now, nothing is asked: the desk sees which of the two it was.
    /// </summary>
    private static Step AfterConsents(S.Asking at) => AskNext(at with { Answers = FurtherQuestions.WithPending(at.Who, at.Answers) });

    private static Step AskNext(S.Asking at) =>
        FurtherQuestions.After(at) is { } next ? To(next)
        : at.Answers.NeedReview ? To(new S.ReviewingConsent(at.Who, at.Answers))
        : Submit(at.Who, at.Answers);

    private static Step AskBefore(S.Asking at) =>
        FurtherQuestions.Before(at) is { } before ? To(before) : BackToConsents(at.Who, at.Answers);

    private static Step BackToConsents(Confirmed who, Answers answers) =>
        To(answers.Asked.ItemByItem ? new S.AskingItem(who, answers.Given.Count - 1, answers) : new S.AskingConsent(who, answers));

    /// <summary>Before the first hand-over the holder of a card that is no insurance card yet is asked once (利用登録).</summary>
    private static Step Submit(Confirmed who, Answers answers) =>
        who is { Insurance: { } told, Card.Certificate: not CertificateStatus.Grace } && InsuranceRule.CanRegister(told.State)
            && answers.Registers is null
            ? To(new S.AskingRegistration(who, answers))
            : To(new S.Submitting(who, answers), new A.Submit(who, answers));

    private static Step End(Ending ending) => To(new S.TakeCard(ending));

    private static Ending.Accepted AcceptedAs(Confirmed who, Answers answers, long number) =>
        new(number, who.Card.Certificate, who.Card.ExpiresOn, who.Insurance?.State ?? InsuranceState.NoAnswer)
        {
            Registers = answers.Registers,
            PrescriptionAtDesk = answers.PrescriptionAtDesk,
            Site = who.Site,
        };

    private static Confirmed With(Confirmed who, PreAnswer answer) => who with { Insurance = answer, AwaitsInsurance = false };

    private static Visitor Who(VisitState state) => ((S.Unconfirmed)state).Who;

    private static Visitor With(Visitor who, PhotoStatus photo) => who with { Card = who.Card with { Photo = photo } };

    private static Visitor With(Visitor who, int pinTries) => who with { Card = who.Card with { PinTries = pinTries } };

    /// <summary>The state under StillThere or StaffCalled: digits typed up to then are wiped.</summary>
    private static VisitState Paused(VisitState state) => state switch
    {
        { DigitsWanted: not null } => state with { Typed = 0, Wiped = state.Wiped || state.Typed > 0 },
        S.HoldingPhone { Which: Phones.Android } => new S.TypingPhonePin { Wiped = true, Station = state.Station },
        _ => state,
    };

    private static Step Resume(VisitState under) => under switch
    {
        S.MatchingFace at => To(under, new A.StartFace(at.Who.CannotTurn)),
        S.ReadingCard { CameraOpens: true } => To(under, new A.OpenCamera()),
        S.HoldingPhone hold => HoldPhone(hold, under.Station.CardThere),
        _ => To(under),
    };

    /// <summary>Gives the event to the covered state. The cover stays as long as the covered state is of the same kind.</summary>
    private static Step PassToCovered(VisitState top, VisitState under, Func<VisitState, VisitState> wrap, VisitEvent happened)
    {
        Step next = Next(under with { Station = top.Station }, happened);
        return next.State.GetType() == under.GetType() ? next with { State = wrap(next.State) } : next;
    }

    /// <summary>The failure on the patient's screen, for the reception desk.</summary>
    private static Failure? FailureShown(VisitState state) => state switch
    {
        S.ChoosingMethod at => at.Notice,
        S.TypingPhonePin at => at.Notice,
        S.HoldingPhone at => at.Notice,
        S.Submitting at => at.Trouble,
        S.OutOfService at => at.Why,
        S.Offline at => at.Why,
        S.PinBlocked => Failure.PinBlocked,
        S.TakeCard { Ending: Ending.Refused refused } => refused.Why,
        _ => null,
    };

    private static Ending? EndingOf(VisitState state) => state switch
    {
        S.TakeCard at => at.Ending,
        // The card is taken while the centre is awaited: the check-in is stored.
        S.AwaitingInsurance at => AcceptedAs(at.Who, at.Answers, at.Number),
        S.StaffCalled over => EndingOf(over.Under),
        S.StillThere over => EndingOf(over.Under),
        S.Idle idle => idle.LastVisit,
        _ => IsUnderWay(state) ? new Ending.TakenEarly() : null,
    };

    /// <summary>Null: no check-in of this visit is stored, as far as the kiosk knows. Else nothing may be told that says so.</summary>
    private static Ending? Stored(VisitState state) => EndingOf(state) as Ending.Accepted;

    /// <summary>The visit is made with a phone, which need not stay on the reader.</summary>
    public static bool IsByPhone(VisitState state) => state switch
    {
        S.StillThere over => IsByPhone(over.Under),
        S.StaffCalled over => IsByPhone(over.Under),
        S.ChoosingPhone or S.TypingPhonePin or S.HoldingPhone or S.ReadingPhone => true,
        S.Asking { Who.Method: Method.Phone } or S.Submitting { Who.Method: Method.Phone } => true,
        S.Registering { Who.Method: Method.Phone } or S.AwaitingInsurance { Who.Method: Method.Phone } => true,
        _ => false,
    };

    /// <summary>The shell takes the digits out of the buffer, or wipes it.</summary>
    private static bool EmptiesBuffer(VisitAction action) =>
        action is A.VerifyPin or A.CheckStaffCode or A.ReadPhoto or A.WipeDigits or A.Forget;

    private static Step To(VisitState state, params VisitAction[] actions) => new(state, actions);

    private static Step Stay(VisitState state) => new(state, []);
}
