using System.Reflection;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>At least one of every state and event. The diagram and the random visits are made of them.</summary>
internal static class VisitSamples
{
    public static CardFacts Card { get; } =
        new(CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Ready, new DateOnly(2030, 4, 9));

    public static Visitor Who { get; } = new(Card);

    public static Visitor LastTry { get; } = new(Card with { PinTries = 1 });

    public static Visitor Locked { get; } = new(Card with { PinTries = 0 });

    public static Visitor NeedsNumber { get; } = new(Card with { Photo = PhotoStatus.NeedsNumber });

    public static Confirmed Confirmed { get; } = new(Card, Method.Pin);

    private static Answers AllYes { get; } = Answers.All(SitePolicy.Default, true);

    /// <summary>A site with every question switched on, that takes every phone.</summary>
    public static SitePolicy AsksAll { get; } =
        SitePolicy.Default with
        {
            AsksPmh = true,
            AsksPrescription = true,
            Phones = Phones.Android | Phones.Iphone,
            AnswersInsurance = true,
            AsksLetters = true,
            DispensesPrescriptions = true,
        };

    public static PendingDocument Letter(int number) =>
        new(DocumentKind.Letter, $"letter-{number}", "模擬総合病院", new(2026, 11, number));

    public static PendingDocument Prescription(int number) =>
        new(DocumentKind.Prescription, $"prescription-{number}", "例示内科", new(2026, 11, 20 + number), new(2026, 11, 23 + number));

    public static PreAnswer Valid { get; } =
        new(InsuranceState.Valid, [new("aid-1", "子ども医療費助成", "見本市"), new("aid-2", "指定難病の医療費助成", "模擬県")])
        {
            Documents = [Letter(1), Letter(2), Prescription(1)],
        };

    private static PreAnswer Unregistered { get; } = new(InsuranceState.Unregistered, []);

    private static PreAnswer Lapsed { get; } = new(InsuranceState.Lapsed, []);

    private static PreAnswer Invalid { get; } = new(InsuranceState.Invalid, []);

    private static Answers YesToEverything { get; } = Answers.All(AsksAll, true);

    /// <summary>A site where the choice of method follows the card.</summary>
    private static Station ChoiceFirst { get; } = Station.Ready with { Policy = SitePolicy.Default with { Start = VisitStart.Choice } };

    private static Station TakesPhones { get; } = Station.Ready with { Policy = AsksAll };

    public static Confirmed ByPhone { get; } =
        new(Card with { Kind = CardKind.AndroidPhone, Photo = PhotoStatus.Unavailable }, Method.Phone);

    public static IReadOnlyList<VisitState> States { get; } =
    [
        new S.Idle(),
        new S.Idle(new Ending.Accepted(7, CertificateStatus.Valid, Card.ExpiresOn)),
        new S.OutOfService(Failure.ReaderMissing) { Station = Station.Ready with { Reader = Failure.ReaderMissing } },
        new S.OutOfService(Failure.ScreenMissing) { Station = Station.Ready with { Screen = Failure.ScreenMissing } },
        new S.Offline(Failure.ReceptionUnreachable) { Station = Station.Ready with { Link = Failure.ReceptionUnreachable } },
        new S.Maintenance { Station = Station.Ready with { Maintenance = true } },
        new S.DisasterNotice { Station = Station.Ready with { Disaster = true } },
        new S.ReadingCard(CameraOpens: true),
        new S.ReadingCard { Station = ChoiceFirst },
        new S.ChoosingMethod(Who),
        new S.ChoosingMethod(NeedsNumber),
        new S.ChoosingMethod(LastTry, Failure.FaceNotMatched),
        new S.MatchingFace(Who, FaceGuidance.LookHere, Chosen: false),
        new S.MatchingFace(Who, FaceGuidance.ComeCloser),
        new S.MatchingFace(Who with { FaceTriesLeft = 1 }, FaceGuidance.LookHere),
        new S.TypingCardNumber(NeedsNumber) { Typed = 13 },
        new S.TypingCardNumber(NeedsNumber, ForStaff: true),
        new S.ChoosingMethod(Who with { FaceLimit = FaceLimit.Wait }, Failure.FaceMustWait),
        new S.EnteringPin(Who),
        new S.EnteringPin(Who, Failure.PinWrong) { Typed = 3 },
        new S.LastPinTry(LastTry),
        new S.VerifyingPin(Who),
        new S.PinBlocked(Locked),
        new S.VisualCheck(Who),
        new S.VisualCheck(Who) { Typed = 5 },
        new S.CheckingStaffCode(Who),
        new S.ChoosingPhone { Station = TakesPhones },
        new S.TypingPhonePin { Station = TakesPhones },
        new S.TypingPhonePin(1, Failure.PinWrong) { Typed = 2, Station = TakesPhones },
        new S.HoldingPhone(Phones.Android, false) { Station = TakesPhones },
        new S.HoldingPhone(Phones.Iphone, false, Failure.PhoneLocked) { Station = TakesPhones },
        new S.ReadingPhone(Phones.Android, false) { Station = TakesPhones },
        new S.AskingConsent(ByPhone, Answers.None(SitePolicy.Default)),
        new S.AskingConsent(Confirmed, Answers.None(SitePolicy.Default)),
        new S.AskingItem(Confirmed, 0, Answers.None(SitePolicy.Default)),
        new S.AskingItem(Confirmed, 3, AllYes),
        new S.AskingPmh(Confirmed, YesToEverything),
        new S.AskingPmh(Confirmed with { Insurance = Valid }, YesToEverything.AskingFor(Valid.Aids)),
        new S.AskingPmh(Confirmed with { Insurance = Valid }, YesToEverything.AskingFor(Valid.Aids), 1),
        new S.AskingDocuments(Confirmed with { Insurance = Valid }, YesToEverything.AskingFor(Valid.Documents), DocumentKind.Letter),
        new S.AskingDocument(Confirmed with { Insurance = Valid }, YesToEverything.AskingFor(Valid.Documents), 0),
        new S.AskingDocument(Confirmed with { Insurance = Valid }, YesToEverything.AskingFor(Valid.Documents), 2),
        new S.AskingPrescription(Confirmed, YesToEverything),
        new S.AskingPrescription(Confirmed, YesToEverything with { Pmh = false }),
        new S.AskingRegistration(Confirmed with { Insurance = Unregistered }, AllYes),
        new S.Registering(Confirmed with { Insurance = Unregistered }, AllYes with { Registers = true }),
        new S.ReviewingConsent(Confirmed, AllYes),
        new S.ReviewingConsent(Confirmed, YesToEverything),
        new S.Submitting(Confirmed, AllYes),
        new S.Submitting(Confirmed, AllYes, Failure.ReceptionUnreachable),
        new S.Submitting(Confirmed with { AwaitsInsurance = true }, AllYes),
        new S.AwaitingInsurance(Confirmed with { AwaitsInsurance = true }, AllYes, 7),
        new S.TakeCard(new Ending.Accepted(7, CertificateStatus.Valid, Card.ExpiresOn)),
        new S.TakeCard(new Ending.Accepted(7, CertificateStatus.Valid, Card.ExpiresOn, InsuranceState.Valid)),
        new S.TakeCard(new Ending.Accepted(7, CertificateStatus.Valid, Card.ExpiresOn, InsuranceState.None)),
        new S.Idle(new Ending.Accepted(7, CertificateStatus.Valid, Card.ExpiresOn, InsuranceState.None)),
        new S.TakeCard(new Ending.Refused(Failure.CardUnreadable)),
        new S.TakeCard(new Ending.Cancelled(), 2),
        new S.StillThere(new S.AskingConsent(Confirmed, AllYes)),
        new S.StillThere(new S.MatchingFace(Who, FaceGuidance.NoFace)),
        new S.StaffCalled(new S.ChoosingMethod(Who)),
        new S.StaffCalled(new S.Idle()),
    ];

    private static FaceVerdict Verdict(bool same, bool live = true) => new(same, live, same ? 3 : 0, "sample", 100);

    public static IReadOnlyList<VisitEvent> Events { get; } =
    [
        new E.ChoseFace(), new E.CannotTurn(), new E.ChosePin(), new E.ChoseVisual(), new E.Typed(2), new E.Typed(0), new E.TypedAll(),
        new E.AnsweredAll(true), new E.AnsweredAll(false), new E.ChoseOneByOne(), new E.Answered(true), new E.Answered(false),
        new E.ChosePrescription(PrescriptionForm.Paper),
        new E.WantsChange(), new E.ConfirmedAnswers(), new E.GoOn(), new E.GoBack(), new E.Cancel(), new E.CallStaff(), new E.Touched(),
        new E.CardInserted(), new E.CardRemoved(),
        new E.CardRead(Card), new E.CardRead(Card with { Certificate = CertificateStatus.Expired }),
        new E.CardRead(Card with { Kind = CardKind.Iphone }), new E.CardRead(Card with { Kind = CardKind.AndroidPhone }),
        new E.CardRead(Card with { Kind = CardKind.AndroidPhone, PinTries = 1 }),
        new E.ChosePhone(Phones.Android | Phones.Iphone), new E.ChosePhone(Phones.Android), new E.ChosePhone(Phones.Iphone),
        new E.PhoneRead(ByPhone.Card), new E.PhoneRead(ByPhone.Card with { Certificate = CertificateStatus.Expired }),
        new E.PhoneFailed(Failure.PhoneLocked),
        new E.CardFailed(Failure.CardMoved),
        new E.PhotoChanged(PhotoStatus.Ready), new E.PhotoChanged(PhotoStatus.NeedsNumber), new E.PhotoChanged(PhotoStatus.Unavailable),
        new E.PhotoChanged(PhotoStatus.Absent), new E.SubmitFailed(Failure.PhotoAbsent),
        new E.PinChecked(new PinAnswer.Accepted()), new E.PinChecked(new PinAnswer.Wrong(2)), new E.PinChecked(new PinAnswer.Wrong(1)),
        new E.PinChecked(new PinAnswer.Blocked()),
        new E.FaceGuided(FaceGuidance.HoldStill), new E.FaceJudged(Verdict(true)), new E.FaceJudged(Verdict(false)),
        new E.FaceJudged(Verdict(true, live: false)), new E.FaceFailed(Failure.CameraMissing),
        new E.FaceJudged(Verdict(false), FaceLimit.Wait), new E.FaceJudged(Verdict(false), FaceLimit.Spent),
        new E.FaceLimitChanged(FaceLimit.Wait), new E.FaceLimitChanged(FaceLimit.None),
        new E.StaffCodeChecked("nurse-1"), new E.StaffCodeChecked(null), new E.StaffCodeFailed(Failure.ReceptionUnreachable),
        new E.VisualGranted("nurse-1"),
        new E.InsuranceCame(Valid), new E.InsuranceCame(Unregistered), new E.InsuranceCame(Lapsed),
        new E.InsuranceCame(Invalid), new E.InsuranceCame(PreAnswer.None), new E.InsuranceLate(),
        new E.SiteAnswered(new("内科", "A-12", false)), new E.SiteAnswered(new("", "", true)),
        new E.TicketPrinted(7),
        new E.ReceiptCame(new Receipt(Guid.Empty, 7, false)), new E.SubmitFailed(Failure.ReceptionUnreachable),
        new E.SubmitFailed(Failure.CardNotProven), new E.SubmitFailed(Failure.CardNotGenuine),
        new E.SubmitFailed(Failure.CardAlgorithmUnknown),
        new E.ReaderChanged(Failure.ReaderMissing), new E.ReaderChanged(null),
        new E.CameraChanged(Failure.CameraMissing), new E.CameraChanged(null),
        new E.ScreenChanged(Failure.ScreenMissing), new E.ScreenChanged(null),
        new E.LinkChanged(Failure.ReceptionUnreachable), new E.LinkChanged(null),
        new E.TamperChanged(true), new E.TamperChanged(false), new E.MaintenanceSet(true), new E.MaintenanceSet(false),
        new E.DisasterSet(true), new E.DisasterSet(false),
        new E.PolicySet(SitePolicy.Default), new E.PolicySet(AsksAll), new E.PolicySet(AsksAll with { ItemByItem = true }),
        new E.PolicySet(SitePolicy.Default with { Start = VisitStart.Choice }),
        new E.TimedOut(), new E.Crashed(),
    ];

    /// <summary>The cases of a hierarchy, by name.</summary>
    public static IReadOnlyList<Type> CasesOf(Type hierarchy) => [.. hierarchy.GetNestedTypes(BindingFlags.Public)
        .Where(t => t.IsSubclassOf(hierarchy) && !t.IsAbstract)
        .OrderBy(t => t.Name, StringComparer.Ordinal)];
}
