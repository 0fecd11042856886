using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Reception;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Core;

/// <summary>What follows an event: the new state and what to do, in order.</summary>
public sealed record Step(VisitState State, IReadOnlyList<VisitAction> Actions);

/// <summary>
/// The visit, top to bottom: a person comes, the card is read, the face or the PIN confirms the person, they choose what
/// the clinic may see, the reception is told, the card is taken. One pure function; the shell (VisitLoop) feeds it events
/// one at a time, does the actions and arms the time limit. <c>visit.md</c> is drawn from it.
/// </summary>
public static class Visit
{
    /// <summary>Face comparisons that may miss before the PIN is offered first.</summary>
    public const int FaceTries = 3;

    public const int PinDigits = 4;

    public const int StaffCodeDigits = 6;

    /// <summary>照合番号B: 生年月日 6, 有効期限 year 4, セキュリティコード 4.</summary>
    public const int CardNumberDigits = 14;

    /// <summary>The one function.</summary>
    public static Step Next(VisitState state, VisitEvent happened)
    {
        VisitState now = state with { Station = Note(state.Station, happened) };
        Step next = Interrupt(now, happened) ?? Flow(now, happened);
        return Settle(state, next with { State = next.State with { Station = now.Station } });
    }

    private static Step Flow(VisitState state, VisitEvent happened) => (state, happened) switch
    {
        // 1. Somebody comes: the card is read at once; its photo follows while they choose.
        (S.Idle, E.CardInserted) when Waiting(state.Station) is S.Idle => Begin(),
        (S.ReadingCard, E.CardRead read) => Received(state, new Visitor(read.Card)),
        // Staff at the desk may be faster than the card.
        (S.ReadingCard at, E.VisualGranted granted) => To(at with { StaffId = granted.StaffId }),

        // 2. Who are they? Face,
        (S.ChoosingMethod at, E.ChoseFace) when OffersFace(state.Station, at.Who) => Face(at.Who),
        (S.ChoosingMethod at, E.ChoseFace) when OffersCardNumber(state.Station, at.Who) => To(new S.TypingCardNumber(at.Who, 0)),
        (S.TypingCardNumber at, E.Typed typed) => To(at with { Typed = typed.Count, Wiped = at.Wiped && typed.Count == 0 }),
        (S.TypingCardNumber at, E.TypedAll) => Face(With(at.Who, PhotoStatus.Reading), new A.ReadPhoto()),
        (S.MatchingFace at, E.CannotTurn) when OffersGesture(at) => Face(at.Who with { CannotTurn = true }, new A.StopFace()),
        (S.MatchingFace at, E.FaceGuided guided) => To(at with { Guidance = guided.Guidance }),
        (S.MatchingFace at, E.FaceJudged { Verdict: { Same: true, Live: true } verdict }) => Consent(at, new Confirmed(at.Who.Card, Method.Face, verdict)),
        (S.MatchingFace at, E.FaceJudged { Verdict: FaceVerdict verdict }) => Missed(at.Who with { FaceTriesLeft = at.Who.FaceTriesLeft - 1 }, verdict),
        (S.MatchingFace at, E.FaceFailed { Why: Failure.PhotoUnreadable }) => Choose(With(at.Who, PhotoStatus.Unavailable), Failure.PhotoUnreadable),
        (S.MatchingFace at, E.FaceFailed failed) => Choose(at.Who, failed.Why),
        (S.MatchingFace at, E.PhotoChanged { Photo: PhotoStatus.NeedsNumber } photo) => To(new S.TypingCardNumber(With(at.Who, PhotoStatus.NeedsNumber) with { Tray = photo.Tray }, 0)),
        (S.MatchingFace at, E.PhotoChanged { Photo: PhotoStatus.Unavailable }) => Choose(With(at.Who, PhotoStatus.Unavailable), Failure.PhotoUnreadable),

        // or PIN: the tries left are shown, the last one is asked for, and each PIN is sent once;
        (S.ChoosingMethod at, E.ChosePin) when at.Who.Card.PinTries > 0 => Pin(at.Who),
        (S.LastPinTry at, E.GoOn) => To(new S.EnteringPin(at.Who, 0)),
        (S.EnteringPin at, E.Typed typed) => To(at with { Typed = typed.Count, Wiped = at.Wiped && typed.Count == 0 }),
        (S.EnteringPin at, E.TypedAll) => To(new S.VerifyingPin(at.Who), new A.VerifyPin()),
        (S.VerifyingPin at, E.PinChecked { Answer: PinAnswer.Accepted }) => Consent(at, new Confirmed(at.Who.Card, Method.Pin)),
        (S.VerifyingPin at, E.PinChecked { Answer: PinAnswer.Wrong wrong }) => Pin(With(at.Who, wrong.TriesLeft), Failure.PinWrong),
        (S.VerifyingPin at, E.PinChecked { Answer: PinAnswer.Blocked }) => To(new S.PinBlocked(With(at.Who, 0))),
        (S.LastPinTry or S.PinBlocked, E.ChoseFace) when OffersFace(state.Station, Who(state)) => Face(Who(state)),

        // or staff's eyes (目視確認), here with the facility's code or from the desk.
        (S.ChoosingMethod or S.PinBlocked, E.ChoseVisual) => To(new S.VisualCheck(Who(state), 0)),
        (S.VisualCheck at, E.Typed typed) => To(at with { Typed = typed.Count, Wiped = at.Wiped && typed.Count == 0 }),
        (S.VisualCheck at, E.TypedAll) => To(new S.CheckingStaffCode(at.Who), new A.CheckStaffCode()),
        (S.CheckingStaffCode at, E.StaffCodeChecked { StaffId: string staff }) => Consent(at, new Confirmed(at.Who.Card, Method.Visual, StaffId: staff)),
        (S.CheckingStaffCode at, E.StaffCodeChecked) => To(new S.VisualCheck(at.Who, 0, Failure.StaffCodeWrong)),
        (S.CheckingStaffCode at, E.StaffCodeFailed failed) => To(new S.VisualCheck(at.Who, 0, failed.Why)),
        (S.Unconfirmed at, E.VisualGranted granted) => Consent(at, new Confirmed(at.Who.Card, Method.Visual, StaffId: granted.StaffId)),

        // or the phone (スマホ搭載), with no card at all: an Android's PIN is typed here, an iPhone asks for face or finger itself,
        // then it is held on the reader for a moment. What it proved is kept, so it may go at once.
        (S.Idle, E.ChosePhone) when Waiting(state.Station) is S.Idle => Phone(state.Station.Policy.Phones),
        (S.ChoosingPhone, E.ChosePhone chose) => Phone(state.Station.Policy.Phones & chose.Which),
        (S.TypingPhonePin at, E.Typed typed) => To(at with { Typed = typed.Count, Wiped = at.Wiped && typed.Count == 0 }),
        (S.TypingPhonePin at, E.TypedAll) => Hold(new S.HoldingPhone(Phones.Android, at.TriesLeft == 1), state.Station.CardThere),
        (S.HoldingPhone at, E.CardInserted) => Hold(at, true),
        (S.HoldingPhone { Which: Phones.Android, Notice: not null }, E.GoBack) => To(new S.TypingPhonePin(0)),
        (S.HoldingPhone or S.ReadingPhone, E.PhoneRead read) => read.Card.Certificate is CertificateStatus.Expired
            ? End(new Ending.Refused(Failure.CertificateExpired))
            : Consent(state, new Confirmed(read.Card, Method.Phone)),
        (S.HoldingPhone or S.ReadingPhone, E.PinChecked { Answer: PinAnswer.Wrong wrong }) => To(new S.TypingPhonePin(0, wrong.TriesLeft, Failure.PinWrong)),
        (S.HoldingPhone or S.ReadingPhone, E.PinChecked { Answer: PinAnswer.Blocked }) => End(new Ending.Refused(Failure.PhonePinBlocked)),
        (S.ReadingPhone, E.CardRead { Card.Kind: CardKind.MyNumberCard }) => Begin(),
        (S.ReadingPhone, E.CardRead read) => Received(state, new Visitor(read.Card)),
        (S.ReadingPhone at, E.PhoneFailed failed) => To(new S.HoldingPhone(at.Which, at.Warned, failed.Why)),
        (S.ChoosingPhone or S.TypingPhonePin or S.HoldingPhone, E.GoBack) => Leave(),

        // Another way after all; and the photo that arrives, or does not, while they choose.
        (S.Unconfirmed and not (S.ChoosingMethod or S.VerifyingPin or S.CheckingStaffCode), E.GoBack) => Choose(Who(state), state is S.PinBlocked ? Failure.PinBlocked : null),
        (S.Unconfirmed at, E.PhotoChanged photo) => To(at with { Who = With(at.Who, photo.Photo) with { Tray = photo.Tray } }),

        // 3. What may the clinic see? All, nothing, or one by one; what else this site asks; then it is read back.
        (S.AskingConsent at, E.AnsweredAll all) => AfterConsents(at.Who, at.Answers.WithAll(all.Yes)),
        (S.AskingConsent at, E.ChoseOneByOne) => To(new S.AskingItem(at.Who, 0, at.Answers)),
        (S.AskingItem at, E.Answered answer) => AfterItem(at, answer.Yes),
        (S.AskingItem { Index: > 0 } at, E.GoBack) => To(at with { Index = at.Index - 1 }),
        (S.AskingItem { Answers.Asked.ItemByItem: false } at, E.GoBack) => To(new S.AskingConsent(at.Who, at.Answers)),
        (S.AskingPmh at, E.Answered answer) => AfterPmh(at.Who, at.Answers with { Pmh = answer.Yes }),
        (S.AskingPmh at, E.GoBack) => BackToConsents(at.Who, at.Answers),
        (S.AskingPrescription at, E.ChosePrescription chose) => To(new S.ReviewingConsent(at.Who, at.Answers with { Prescription = chose.Form })),
        (S.AskingPrescription { Answers.Asked.AsksPmh: true } at, E.GoBack) => To(new S.AskingPmh(at.Who, at.Answers)),
        (S.AskingPrescription at, E.GoBack) => BackToConsents(at.Who, at.Answers),
        (S.ReviewingConsent at, E.WantsChange or E.GoBack) => Ask(at.Who, at.Answers),
        (S.ReviewingConsent at, E.ConfirmedAnswers) => Submit(at.Who, at.Answers),

        // 4. The reception is told; done only when it holds the check-in durably.
        (S.Submitting at, E.ReceiptCame came) => End(new Ending.Accepted(came.Receipt.Number, at.Who.Card.Certificate, at.Who.Card.ExpiresOn)),
        (S.Submitting at, E.SubmitFailed failed) => To(at with { Trouble = failed.Why }),
        (S.Submitting { Trouble: not null } at, E.GoOn) => Submit(at.Who, at.Answers),

        // 5. Nobody answers.
        (S.Idle { LastVisit: not null }, E.TimedOut) => To(new S.Idle()),
        (S.ReadingCard or S.VerifyingPin or S.ReadingPhone, E.TimedOut) => End(new Ending.Refused(Failure.CardSilent)),
        (S.CheckingStaffCode at, E.TimedOut) => To(new S.VisualCheck(at.Who, 0, Failure.ReceptionUnreachable)),
        (S.EnteringPin { Typed: > 0 } or S.VisualCheck { Typed: > 0 } or S.TypingCardNumber { Typed: > 0 } or S.TypingPhonePin { Typed: > 0 }, E.TimedOut) => To(Paused(state), new A.WipeDigits()),
        (S.Submitting { Trouble: null } at, E.TimedOut) => To(at with { Trouble = Failure.ReceptionUnreachable }),
        (S.TakeCard at, E.TimedOut) => To(at with { Reminders = at.Reminders + 1 }),
        (S.StillThere, E.TimedOut) => End(new Ending.TimedOut()),
        (_, E.TimedOut) when IsUnderWay(state) => To(new S.StillThere(Paused(state))),

        // Everything else is late or stray news.
        _ => Stay(state),
    };

    /// <summary>What may happen at any moment, whatever the state.</summary>
    private static Step? Interrupt(VisitState state, VisitEvent happened) => (state, happened) switch
    {
        // The card is gone: the visit is over and nothing is kept. A phone is only held for a moment.
        (_, E.CardRemoved) when IsByPhone(state) => Stay(state),
        (_, E.CardRemoved) => To(new S.Idle(LastVisit(state)), new A.Forget()),
        (_, E.Crashed) => To(IsUnderWay(state) ? new S.TakeCard(new Ending.Refused(Failure.ProgramFault)) : new S.Idle(), new A.Forget()),
        (_, E.ReaderChanged { Why: not null }) when IsUnderWay(state) => To(new S.Idle(new Ending.TakenEarly()), new A.Forget()),

        // The case is open: whatever goes on here is not to be trusted.
        (_, E.TamperChanged { Open: true }) => new Step(IsUnderWay(state) && state is not S.TakeCard ? new S.TakeCard(new Ending.Refused(Failure.TamperOpened)) : state, [new A.RingDesk(Failure.TamperOpened)]),

        // Help is one press away from everywhere; so is the way out.
        (S.StaffCalled, E.CallStaff) => null,
        (S.StillThere { Under: VisitState under }, E.CallStaff) => To(new S.StaffCalled(under), new A.RingDesk(FailureShown(under))),
        (_, E.CallStaff) => To(new S.StaffCalled(Paused(state)), new A.RingDesk(FailureShown(state))),
        (S.TakeCard, E.Cancel) => null,
        (_, E.Cancel) when IsUnderWay(state) => End(new Ending.Cancelled()),

        // Under a question or a notice the visit goes on: a press lifts it, or is of no screen that is seen; news that changes the
        // screen lifts it too.
        (S.StillThere { Under: VisitState under }, E.GoOn or E.GoBack or E.Touched) => Resume(under),
        (S.StaffCalled { Under: VisitState under }, E.GoOn or E.GoBack) => Resume(under),
        (S.StaffCalled { Under: VisitState under }, E.TimedOut) => Resume(under),
        (S.StillThere or S.StaffCalled, E.Press) => null,
        (S.StillThere at, not E.TimedOut) => Beneath(at, at.Under, under => at with { Under = under }, happened),
        (S.StaffCalled at, _) => Beneath(at, at.Under, under => at with { Under = under }, happened),

        // The card failed, wherever the visit is.
        (S.ReadingCard or S.ReadingPhone or S.Unconfirmed or S.Submitting, E.CardFailed failed) => End(new Ending.Refused(failed.Why)),
        _ => null,
    };

    /// <summary>After every step: waiting screens follow the station, and the camera and the typed digits live only on their own screens.</summary>
    private static Step Settle(VisitState before, Step step)
    {
        Station station = step.State.Station;
        bool waits = step.State is S.Idle idle ? idle.LastVisit is null : IsWaiting(step.State);
        VisitState after = waits ? Waiting(station) : step.State;
        List<VisitAction> actions = [.. step.Actions];
        if (after is S.TakeCard { Ending: Ending told } && IsByPhone(before))
        {
            // Nothing of theirs lies there, or only the phone.
            Ending ending = told with { ByPhone = true };
            after = station.CardThere ? new S.TakeCard(ending, IsPhone: true) { Station = station } : new S.Idle(ending) { Station = station };
            if (!station.CardThere) actions.Add(new A.Forget());
        }
        if (before is S.MatchingFace && after is not S.MatchingFace) actions.Insert(0, new A.StopFace());
        if (HoldsDigits(before) && before.GetType() != after.GetType() && after is not (S.HoldingPhone or S.ReadingPhone) && !actions.Exists(UsesDigits)) actions.Insert(0, new A.WipeDigits());

        // Back in service while a card already lies there: its visit begins.
        if (after is S.Idle { LastVisit: null } && station.CardThere && before is not S.Idle { LastVisit: null })
            return new Step(Begin().State with { Station = station }, [.. actions, .. Begin().Actions]);
        return new Step(after, actions);
    }

    /// <summary>What a kiosk shows when nobody is served.</summary>
    private static VisitState Waiting(Station station) => station switch
    {
        { Tampered: true } => new S.OutOfService(Failure.TamperOpened) { Station = station },
        { Disaster: true } => new S.DisasterNotice { Station = station },
        { Maintenance: true } => new S.Maintenance { Station = station },
        { Reader: Failure reader } => new S.OutOfService(reader) { Station = station },
        { Link: Failure link } => new S.Offline(link) { Station = station },
        _ => new S.Idle { Station = station },
    };

    private static Station Note(Station station, VisitEvent happened) => happened switch
    {
        E.CardInserted => station with { CardThere = true },
        E.CardRemoved => station with { CardThere = false },
        E.ReaderChanged { Why: null } => station with { Reader = null },
        E.ReaderChanged lost => station with { Reader = lost.Why, CardThere = false },
        E.CameraChanged changed => station with { Camera = changed.Why },
        E.LinkChanged changed => station with { Link = changed.Why },
        E.TamperChanged changed => station with { CaseOpen = changed.Open, Tampered = station.Tampered || changed.Open },
        // Staff who end the maintenance have looked at the case.
        E.MaintenanceSet set => station with { Maintenance = set.On, Tampered = station.Tampered && (set.On || station.CaseOpen) },
        E.DisasterSet set => station with { Disaster = set.On },
        E.PolicySet set => station with { Policy = set.Policy },
        _ => station,
    };

    /// <summary>How long a state waits for an event; null = for ever. The shell may stretch it (audio, large text) where
    /// <see cref="CanStretchLimit"/>, never shorten it.</summary>
    public static TimeSpan? TimeLimit(VisitState state) => state switch
    {
        S.Idle { LastVisit.ShowsRenewal: true } => TimeSpan.FromSeconds(30),
        S.Idle { LastVisit: Ending.Accepted } => TimeSpan.FromSeconds(12),
        S.Idle { LastVisit: not null } => TimeSpan.FromSeconds(6),
        _ when IsWaiting(state) => null,
        S.ReadingCard => TimeSpan.FromSeconds(20),
        S.VerifyingPin or S.CheckingStaffCode => TimeSpan.FromSeconds(10),
        S.EnteringPin { Typed: > 0 } or S.VisualCheck { Typed: > 0 } or S.TypingCardNumber { Typed: > 0 } or S.TypingPhonePin { Typed: > 0 } => TimeSpan.FromSeconds(15),
        S.Submitting { Trouble: null } => TimeSpan.FromSeconds(20),
        S.TakeCard => TimeSpan.FromSeconds(10),
        S.StillThere => TimeSpan.FromSeconds(30),
        S.StaffCalled => TimeSpan.FromSeconds(120),
        _ => TimeSpan.FromSeconds(60),
    };

    /// <summary>The limit is the patient's, not a machine's; and neither how soon a card left behind is rung for, nor the seconds that StillThere names.</summary>
    public static bool CanStretchLimit(VisitState state) =>
        state is not (S.ReadingCard or S.VerifyingPin or S.CheckingStaffCode or S.ReadingPhone or S.Submitting { Trouble: null } or S.TakeCard or S.StillThere);

    /// <summary>Face is a choice: the site offers it, the camera works, the card's photo is there or on its way, comparisons are left.</summary>
    public static bool OffersFace(Station station, Visitor who) =>
        station is { FaceOffered: true, Camera: null } && who is { FaceTriesLeft: > 0, Card.Photo: PhotoStatus.Ready or PhotoStatus.Reading };

    /// <summary>Another movement than the head turn is a choice.</summary>
    public static bool OffersGesture(VisitState.MatchingFace at) => at is { Station.HeadTurn: true, Who.CannotTurn: false };

    /// <summary>Face is a choice once the number printed on the card is typed.</summary>
    public static bool OffersCardNumber(Station station, Visitor who) =>
        station is { FaceOffered: true, Camera: null } && who is { FaceTriesLeft: > 0, Card.Photo: PhotoStatus.NeedsNumber };

    /// <summary>A visit is going on: a card was taken in and not given back, or a phone was chosen.</summary>
    public static bool IsUnderWay(VisitState state) => state switch
    {
        S.StillThere over => IsUnderWay(over.Under),
        S.StaffCalled over => IsUnderWay(over.Under),
        _ => !IsWaiting(state),
    };

    private static bool IsWaiting(VisitState state) => state is S.Idle or S.OutOfService or S.Offline or S.Maintenance or S.DisasterNotice;

    private static Step Begin() => To(new S.ReadingCard(), new A.ReadCard());

    private static Step Received(VisitState state, Visitor who) => who.Card switch
    {
        { Kind: CardKind.AndroidPhone } when state.Station.Policy.Phones.HasFlag(Phones.Android) => who.Card.PinTries > 0
            ? To(new S.TypingPhonePin(0, who.Card.PinTries))
            : End(new Ending.Refused(Failure.PhonePinBlocked)),
        { Kind: CardKind.Iphone } when state.Station.Policy.Phones.HasFlag(Phones.Iphone) => Hold(new S.HoldingPhone(Phones.Iphone, false), state.Station.CardThere),
        { Kind: not CardKind.MyNumberCard } => End(new Ending.Refused(Failure.CardIsPhone)),
        { Certificate: CertificateStatus.Expired } => End(new Ending.Refused(Failure.CertificateExpired)),
        _ when state is S.ReadingCard { StaffId: string staff } => Consent(state, new Confirmed(who.Card, Method.Visual, StaffId: staff)),
        _ => Choose(who),
    };

    /// <summary>With one kind of phone there is nothing to choose.</summary>
    private static Step Phone(Phones which) => which switch
    {
        Phones.None => Leave(),
        Phones.Android => To(new S.TypingPhonePin(0), new A.BeginPhone()),
        Phones.Iphone => To(new S.HoldingPhone(Phones.Iphone, false), new A.BeginPhone()),
        _ => To(new S.ChoosingPhone()),
    };

    private static Step Hold(S.HoldingPhone hold, bool there) =>
        there ? To(new S.ReadingPhone(hold.Which, hold.Warned), new A.ReadPhone(hold.Warned)) : To(hold with { Notice = null });

    /// <summary>Back to waiting; nobody was confirmed and nothing is kept.</summary>
    private static Step Leave() => To(new S.Idle(), new A.Forget());

    private static Step Choose(Visitor who, Failure? notice = null) => To(new S.ChoosingMethod(who, notice));

    private static Step Face(Visitor who, params VisitAction[] before) =>
        To(new S.MatchingFace(who, FaceGuidance.OneMoment), [.. before, new A.StartFace(who.CannotTurn)]);

    private static Step Missed(Visitor who, FaceVerdict verdict) => who.FaceTriesLeft > 0
        ? To(new S.MatchingFace(who, FaceGuidance.TryAgain))
        : Choose(who, verdict.Live ? Failure.FaceNotMatched : Failure.FaceNotLive);

    private static Step Pin(Visitor who, Failure? notice = null) =>
        To(who.Card.PinTries == 1 ? new S.LastPinTry(who, notice) : new S.EnteringPin(who, 0, notice));

    /// <summary>A certificate in grace opens eligibility only: there is nothing to ask (MHLW newpage_50657).</summary>
    private static Step Consent(VisitState state, Confirmed who) => who.Card.Certificate is CertificateStatus.Grace
        ? Submit(who, Answers.All(state.Station.Policy, false))
        : Ask(who, Answers.None(state.Station.Policy));

    /// <summary>From the first question on; answers given before stay until they are answered anew.</summary>
    private static Step Ask(Confirmed who, Answers answers) =>
        To(answers.Asked.ItemByItem ? new S.AskingItem(who, 0, answers) : new S.AskingConsent(who, answers));

    private static Step AfterItem(S.AskingItem at, bool yes)
    {
        Answers answers = at.Answers.With(at.Index, yes);
        return at.Index + 1 < answers.Given.Count
            ? To(at with { Index = at.Index + 1, Answers = answers })
            : AfterConsents(at.Who, answers);
    }

    private static Step AfterConsents(Confirmed who, Answers answers) =>
        answers.Asked.AsksPmh ? To(new S.AskingPmh(who, answers)) : AfterPmh(who, answers);

    private static Step AfterPmh(Confirmed who, Answers answers) =>
        To(answers.Asked.AsksPrescription ? new S.AskingPrescription(who, answers) : new S.ReviewingConsent(who, answers));

    private static Step BackToConsents(Confirmed who, Answers answers) =>
        To(answers.Asked.ItemByItem ? new S.AskingItem(who, answers.Given.Count - 1, answers) : new S.AskingConsent(who, answers));

    private static Step Submit(Confirmed who, Answers answers) => To(new S.Submitting(who, answers), new A.Submit(who, answers));

    private static Step End(Ending ending) => To(new S.TakeCard(ending));

    private static Visitor Who(VisitState state) => ((S.Unconfirmed)state).Who;

    private static Visitor With(Visitor who, PhotoStatus photo) => who with { Card = who.Card with { Photo = photo } };

    private static Visitor With(Visitor who, int pinTries) => who with { Card = who.Card with { PinTries = pinTries } };

    /// <summary>A state as it stands under a question or notice: what was typed is gone.</summary>
    private static VisitState Paused(VisitState state) => state switch
    {
        S.EnteringPin at => at with { Typed = 0, Wiped = at.Wiped || at.Typed > 0 },
        S.VisualCheck at => at with { Typed = 0, Wiped = at.Wiped || at.Typed > 0 },
        S.TypingCardNumber at => at with { Typed = 0, Wiped = at.Wiped || at.Typed > 0 },
        S.TypingPhonePin at => at with { Typed = 0, Wiped = at.Wiped || at.Typed > 0 },
        S.HoldingPhone { Which: Phones.Android } => new S.TypingPhonePin(0, Wiped: true) { Station = state.Station },
        _ => state,
    };

    private static Step Resume(VisitState under) => under switch
    {
        S.MatchingFace at => To(under, new A.StartFace(at.Who.CannotTurn)),
        S.HoldingPhone hold => Hold(hold, under.Station.CardThere),
        _ => To(under),
    };

    /// <summary>News meets the state underneath; what is on top stays while the screen underneath stays.</summary>
    private static Step Beneath(VisitState top, VisitState under, Func<VisitState, VisitState> wrap, VisitEvent happened)
    {
        Step next = Next(under with { Station = top.Station }, happened);
        return next.State.GetType() == under.GetType() ? next with { State = wrap(next.State) } : next;
    }

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

    private static Ending? LastVisit(VisitState state) => state switch
    {
        S.TakeCard at => at.Ending,
        S.StaffCalled over => LastVisit(over.Under),
        S.StillThere over => LastVisit(over.Under),
        S.Idle idle => idle.LastVisit,
        _ => IsUnderWay(state) ? new Ending.TakenEarly() : null,
    };

    /// <summary>The visit is made with a phone, which need not lie there.</summary>
    public static bool IsByPhone(VisitState state) => state switch
    {
        S.StillThere over => IsByPhone(over.Under),
        S.StaffCalled over => IsByPhone(over.Under),
        S.ChoosingPhone or S.TypingPhonePin or S.HoldingPhone or S.ReadingPhone => true,
        S.Asking { Who.Method: Method.Phone } or S.Submitting { Who.Method: Method.Phone } => true,
        _ => false,
    };

    private static bool HoldsDigits(VisitState state) =>
        state is S.EnteringPin or S.VisualCheck or S.TypingCardNumber or S.TypingPhonePin or S.HoldingPhone or S.ReadingPhone;

    private static bool UsesDigits(VisitAction action) => action is A.VerifyPin or A.CheckStaffCode or A.ReadPhoto or A.Forget;

    private static Step To(VisitState state, params VisitAction[] actions) => new(state, actions);

    private static Step Stay(VisitState state) => new(state, []);
}
