using Kiosk.App.Screens;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Screens;

/// <summary>Every screen a patient can meet, by name; shared with the browser tests and the contact sheet.</summary>
public static class Samples
{
    private static readonly DateOnly Ends = new(2027, 1, 15);

    private static readonly CardFacts Card = new(CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Ready, Ends);

    private static readonly MedicalAid[] Aids = [new("aid-1", "子ども医療費助成", "見本市"), new("aid-2", "指定難病の医療費助成", "模擬県")];

    private static readonly PendingDocument[] Documents =
    [
        new(DocumentKind.Letter, "letter-1", "模擬総合病院", new(2026, 11, 23)),
        new(DocumentKind.Letter, "letter-2", "見本市立　見本医療センター", new(2026, 11, 9)),
        new(DocumentKind.Letter, "letter-3", "医療法人社団　例示会　例示内科・循環器内科クリニック", new(2026, 11, 27)),
        new(DocumentKind.Prescription, "prescription-1", "模擬総合病院", new(2026, 11, 29), new(2026, 12, 2)),
        new(DocumentKind.Prescription, "prescription-3", "医療法人社団　例示会　例示内科・循環器内科クリニック", new(2026, 11, 27),
            new(2026, 11, 30)),
    ];

    private static readonly Visitor Who = new(Card);

    private static readonly Visitor NoPin = new(Card with { PinTries = 0 });

    private static readonly Confirmed Person = new(Card, Method.Pin);

    private static readonly Answers Mixed = Answers.All(SitePolicy.Default, true).With(1, false);

    /// <summary>A site that asks all there is to ask.</summary>
    private static readonly Answers Full =
        Answers.All(SitePolicy.Default with { AsksPmh = true, AsksPrescription = true }, true) with
        {
            Pmh = false,
            Prescription = PrescriptionForm.Paper
        };

    private static readonly SitePolicy Clinic = SitePolicy.Default with { AnswersInsurance = true, AsksLetters = true };

    private static readonly SitePolicy Pharmacy = SitePolicy.Default with { AnswersInsurance = true, DispensesPrescriptions = true };

    /// <summary>特定疾病 is asked too.</summary>
    private static readonly SitePolicy FiveQuestions = SitePolicy.Default with
    {
        Consents = new("2026-11", [.. ConsentCatalogue.Embedded.Items, new("TSR")], 24),
    };

    public static IReadOnlyList<(string Name, S State)> All { get; } = [.. List()];

    /// <summary>Laid over another screen, not a state of their own.</summary>
    public static IReadOnlyList<(string Name, S State, Overlay Overlay)> Overlays { get; } =
        [("looks", new S.Idle(), Overlay.Looks), ("languages", new S.ChoosingMethod(Who), Overlay.Languages)];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(sample => sample.Name), .. Overlays.Select(sample => sample.Name)];

    /// <summary>The dark screen of whoever does not need one; over everything, so nothing else is measured on it.</summary>
    public static UiView Curtain(string language = "ja")
    {
        UiView view = View("choosing", language);
        return view with { Display = view.Display with { Curtain = true } };
    }

    public static UiView View(string name, string language = "ja", TextSize size = TextSize.Normal, Contrast contrast = Contrast.Standard,
        PinKeys? pad = null)
    {
        (S state, Overlay overlay) = Overlays.Where(o => o.Name == name).Select(o => (o.State, o.Overlay))
            .Append((All.FirstOrDefault(s => s.Name == name).State, Overlay.None)).First();
        return new(1, new VisitView(1, state), new Display(language, size, contrast, Overlay: overlay), pad ?? PinKeys.Usual);
    }

    private static IEnumerable<(string, S)> List()
    {
        yield return ("idle", new S.Idle());
        yield return ("idle-nocamera", new S.Idle { Station = Station.Ready with { Camera = Failure.CameraMissing } });
        yield return ("idle-accepted", new S.Idle(Accepted(InsuranceState.Valid)));
        yield return ("idle-early", new S.Idle(new Ending.TakenEarly()));
        yield return ("out-of-service", new S.OutOfService(Failure.ReaderMissing));
        yield return ("offline", new S.Offline(Failure.ReceptionUnreachable));
        yield return ("offline-card", new S.Offline(Failure.ReceptionUnreachable) { Station = Station.Ready with { CardThere = true } });
        yield return ("maintenance", new S.Maintenance());
        yield return ("disaster", new S.DisasterNotice());
        yield return ("reading", new S.ReadingCard());

        yield return ("choosing", new S.ChoosingMethod(Who));
        yield return ("choosing-number", new S.ChoosingMethod(new Visitor(Card with { Photo = PhotoStatus.NeedsNumber })));
        yield return ("choosing-nopin", new S.ChoosingMethod(NoPin));
        yield return ("choosing-face-missed", new S.ChoosingMethod(Who, Failure.FaceNotMatched));
        yield return ("choosing-no-photo",
            new S.ChoosingMethod(new Visitor(Card with { Photo = PhotoStatus.Unavailable }), Failure.PhotoUnreadable));
        yield return ("choosing-absent-photo",
            new S.ChoosingMethod(new Visitor(Card with { Photo = PhotoStatus.Absent }), Failure.PhotoAbsent));
        yield return ("choosing-staff-only", new S.ChoosingMethod(NoPin with { FaceTriesLeft = 0 }, Failure.FaceNotLive));
        foreach (FaceGuidance guidance in Enum.GetValues<FaceGuidance>())
            yield return ($"face-{guidance}", new S.MatchingFace(Who, guidance));
        yield return ("face-nopin", new S.MatchingFace(NoPin, FaceGuidance.LookHere, Chosen: false));
        yield return ("number-0", new S.TypingCardNumber(Who));
        foreach (TrayContent tray in (TrayContent[])[TrayContent.Nothing, TrayContent.OtherCard, TrayContent.Unsure])
            yield return ($"number-tray-{tray}", new S.TypingCardNumber(Who with { Tray = tray }));
        yield return ("number-staff", new S.TypingCardNumber(new(Card with { IsResidenceCard = true }), ForStaff: true));
        yield return ("number-wiped", new S.TypingCardNumber(Who) { Wiped = true });
        yield return ("number-8", new S.TypingCardNumber(Who) { Typed = 8 });
        yield return ("number-12", new S.TypingCardNumber(Who) { Typed = 12 });
        yield return ("pin-0", new S.EnteringPin(Who));
        yield return ("pin-2", new S.EnteringPin(Who) { Typed = 2 });
        yield return ("pin-wrong", new S.EnteringPin(Tries(2), Failure.PinWrong));
        yield return ("pin-wiped", new S.EnteringPin(Tries(2), Failure.PinWrong) { Wiped = true });
        yield return ("pin-last", new S.EnteringPin(Tries(1)) { Typed = 1 });
        yield return ("last-try", new S.LastPinTry(Tries(1), Failure.PinWrong));
        yield return ("last-try-no-face", new S.LastPinTry(Tries(1) with { FaceTriesLeft = 0 }));
        yield return ("verifying", new S.VerifyingPin(Who));
        yield return ("pin-blocked", new S.PinBlocked(NoPin));
        yield return ("pin-blocked-no-face", new S.PinBlocked(NoPin with { FaceTriesLeft = 0 }));
        yield return ("pin-blocked-number", new S.PinBlocked(new Visitor(NoPin.Card with { Photo = PhotoStatus.NeedsNumber })));
        yield return ("visual", new S.VisualCheck(Who));
        yield return ("visual-wrong", new S.VisualCheck(Who, Failure.StaffCodeWrong) { Typed = 3 });
        yield return ("visual-wiped", new S.VisualCheck(Who) { Wiped = true });
        yield return ("visual-offline", new S.VisualCheck(Who, Failure.ReceptionUnreachable));
        yield return ("checking", new S.CheckingStaffCode(Who));

        Station phones = Station.Ready with { Policy = SitePolicy.Default with { Phones = Phones.Android | Phones.Iphone } };
        yield return ("idle-phones", new S.Idle { Station = phones });
        yield return ("idle-android",
            new S.Idle { Station = phones with { Policy = SitePolicy.Default with { Phones = Phones.Android } } });
        yield return ("idle-iphone", new S.Idle { Station = phones with { Policy = SitePolicy.Default with { Phones = Phones.Iphone } } });
        yield return ("phone", new S.ChoosingPhone { Station = phones });
        yield return ("phone-pin-0", new S.TypingPhonePin());
        yield return ("phone-pin-wrong", new S.TypingPhonePin(2, Failure.PinWrong));
        yield return ("phone-pin-wiped", new S.TypingPhonePin { Wiped = true });
        yield return ("phone-pin-last", new S.TypingPhonePin(1) { Typed = 1 });
        yield return ("phone-hold-android", new S.HoldingPhone(Phones.Android, false));
        yield return ("phone-hold-iphone", new S.HoldingPhone(Phones.Iphone, false));
        yield return ("phone-hold-locked", new S.HoldingPhone(Phones.Iphone, false, Failure.PhoneLocked));
        yield return ("phone-hold-moved", new S.HoldingPhone(Phones.Android, false, Failure.CardMoved));
        yield return ("phone-reading", new S.ReadingPhone(Phones.Android, false));
        yield return ("phone-take", new S.TakeCard(Accepted(InsuranceState.Valid), IsPhone: true));
        yield return ("phone-take-expiring",
            new S.TakeCard(
                new Ending.Accepted(108, CertificateStatus.Expiring, Ends, InsuranceState.Valid) { ByPhone = true }, IsPhone: true));
        foreach (Failure failure in new[] { Failure.CardSilent, Failure.CardUnreadable, Failure.CardUnknown, Failure.CardHasNoCertificate,
            Failure.CardNotGenuine, Failure.CardAlgorithmUnknown, Failure.CertificateExpired })
            yield return ($"phone-take-{failure}", new S.TakeCard(new Ending.Refused(failure) { ByPhone = true }, IsPhone: true));
        yield return ("phone-cancelled", new S.Idle(new Ending.Cancelled() { ByPhone = true }));
        yield return ("phone-timed-out", new S.Idle(new Ending.TimedOut() { ByPhone = true }));
        yield return ("phone-submitting", new S.Submitting(Person with { Method = Method.Phone }, Mixed));
        yield return ("phone-left", new S.TakeCard(Accepted(InsuranceState.Valid), 2, IsPhone: true));

        yield return ("consent", new S.AskingConsent(Person, Answers.None(SitePolicy.Default)));
        for (int i = 0; i < ConsentCatalogue.Embedded.Items.Count; i++)
            yield return ($"item-{i + 1}", new S.AskingItem(Person, i, Answers.None(SitePolicy.Default)));
        yield return ("item-new", NewItem());
        yield return ("consent-TSR", new S.AskingConsent(Person, Answers.None(FiveQuestions)));
        yield return ("item-TSR", new S.AskingItem(Person, 4, Answers.None(FiveQuestions)));
        yield return ("letters", new S.AskingDocuments(Person, With(Clinic, Documents), DocumentKind.Letter));
        yield return ("letter", new S.AskingDocument(Person, With(Clinic, Documents[2..3]), 0));
        yield return ("letter-of-several", new S.AskingDocument(Person, With(Clinic, Documents), 2));
        yield return ("prescriptions", new S.AskingDocuments(Person, With(Pharmacy, Documents), DocumentKind.Prescription));
        yield return ("dispensing", new S.AskingDocument(Person, With(Pharmacy, Documents[4..]), 0));
        yield return ("item-first", new S.AskingItem(Person, 0, Answers.None(SitePolicy.Default with { ItemByItem = true })));
        yield return ("pmh", new S.AskingPmh(Person, Mixed));
        yield return ("pmh-phone", new S.AskingPmh(Person with { Method = Method.Phone }, Mixed));
        yield return ("aid", new S.AskingPmh(Person, Mixed.AskingFor(Aids)));
        yield return ("aid-phone", new S.AskingPmh(Person with { Method = Method.Phone }, Mixed.AskingFor(Aids[..1])));
        yield return ("registration", new S.AskingRegistration(Person, Mixed));
        yield return ("registration-phone", new S.AskingRegistration(Person with { Method = Method.Phone }, Mixed));
        yield return ("registration-lapsed",
            new S.AskingRegistration(Person with { Insurance = new(InsuranceState.Lapsed, []) }, Mixed));
        yield return ("registering", new S.Registering(Person, Mixed));
        yield return ("registering-phone", new S.Registering(Person with { Method = Method.Phone }, Mixed));
        yield return ("prescription", new S.AskingPrescription(Person, Mixed));
        yield return ("review", new S.ReviewingConsent(Person, Mixed));
        yield return ("review-all", new S.ReviewingConsent(Person, Full));
        yield return ("review-aids", new S.ReviewingConsent(Person, Mixed.AskingFor(Aids).WithAid(0, true).WithAid(1, false)));
        yield return ("review-documents",
            new S.ReviewingConsent(Person, With(Clinic, Documents).WithAll(true).WithAllOf(DocumentKind.Letter, false)));
        yield return ("review-letters",
            new S.ReviewingConsent(Person, With(Clinic, Documents).With(1, false)
                .WithAllOf(DocumentKind.Letter, true).WithDocument(1, false)
                .AskingFor(Aids).WithAid(0, true).WithAid(1, false) with
            { Prescription = PrescriptionForm.Paper }));
        yield return ("review-most", new S.ReviewingConsent(Person,
            With(Clinic with { Consents = FiveQuestions.Consents }, Documents).WithAll(true).WithDocument(0, true).WithDocument(1, false)
                .WithDocument(2, false).AskingFor([.. Aids, .. Aids]).WithAid(0, true).WithAid(1, false) with
            { Prescription = PrescriptionForm.Paper }));
        yield return ("review-prescriptions",
            new S.ReviewingConsent(Person, With(Pharmacy, Documents).WithAll(true).WithDocument(0, true).WithDocument(1, false)));
        yield return ("review-electronic", new S.ReviewingConsent(Person, Mixed with { Prescription = PrescriptionForm.Electronic }));

        yield return ("submitting", new S.Submitting(Person, Mixed));
        yield return ("submitting-trouble", new S.Submitting(Person, Mixed, Failure.ReceptionUnreachable));
        yield return ("submitting-refused", new S.Submitting(Person, Mixed, Failure.ReceptionRefused));
        yield return ("awaiting", new S.AwaitingInsurance(Person, Mixed, 12));
        yield return ("take-accepted", new S.TakeCard(Accepted(InsuranceState.Valid)));
        yield return ("take-ticket", new S.TakeCard(Accepted(InsuranceState.Valid)) { Station = Then(AfterCheckIn.TakeTicket) });
        yield return ("take-tell-desk", new S.TakeCard(Accepted(InsuranceState.Valid)) { Station = Then(AfterCheckIn.TellDesk) });
        yield return ("take-own-words", new S.TakeCard(Accepted(InsuranceState.Valid))
        {
            Station = Station.Ready with
            {
                Policy = SitePolicy.Default with { NextTexts = Texts.Languages.ToDictionary(l => l, _ => "２階の内科へお進みください。") },
            },
        });
        yield return ("take-tell-desk-phone",
            new S.TakeCard(Accepted(InsuranceState.Valid) with { ByPhone = true }, IsPhone: true)
            {
                Station = Then(AfterCheckIn.TellDesk),
            });
        yield return ("take-site", new S.TakeCard(Accepted(InsuranceState.Valid) with { Site = new("内科", "A-12", false) }));
        yield return ("take-site-longest", new S.TakeCard(Accepted(InsuranceState.NoAnswer) with
        {
            Site = new("２階　総合診療センター　循環器内科・糖尿病内分泌内科　第三診察室前の待合", "WWWW-8888-WW", false),
            PrescriptionAtDesk = true,
        }));
        yield return ("take-site-staff", new S.TakeCard(Accepted(InsuranceState.Valid) with { Site = new("", "", true) }));
        yield return ("take-site-tell-desk", new S.TakeCard(Accepted(InsuranceState.Valid) with { Site = new("内科", "", false) })
        {
            Station = Then(AfterCheckIn.TellDesk),
        });
        yield return ("take-site-insurance-None", new S.TakeCard(Accepted(InsuranceState.None) with { Site = new("内科", "12", false) }));
        yield return ("take-site-expiring", new S.TakeCard(
            new Ending.Accepted(108, CertificateStatus.Expiring, Ends, InsuranceState.Valid) { Site = new("内科", "A-12", false) }));
        yield return ("take-site-printed", new S.TakeCard(Accepted(InsuranceState.Valid) with
        {
            Site = new("内科", "A-12", false),
            HasTicket = true,
        }));
        yield return ("take-site-tell-desk-printed", new S.TakeCard(Accepted(InsuranceState.None) with { HasTicket = true }));
        yield return ("idle-site", new S.Idle(Accepted(InsuranceState.Valid) with { Site = new("内科", "A-12", false) }));
        yield return ("take-received", new S.TakeCard(Accepted(InsuranceState.NoAnswer)));
        yield return ("take-received-tell-desk",
            new S.TakeCard(Accepted(InsuranceState.NoAnswer)) { Station = Then(AfterCheckIn.TellDesk) });
        foreach (InsuranceState state in new[] { InsuranceState.None, InsuranceState.Revoked, InsuranceState.Unregistered,
            InsuranceState.Lapsed })
            yield return ($"take-insurance-{state}", new S.TakeCard(Accepted(state)));
        yield return ("take-not-registered", new S.TakeCard(Accepted(InsuranceState.Unregistered) with { Registers = true }));
        yield return ("take-unregistered-grace",
            new S.TakeCard(new Ending.Accepted(7, CertificateStatus.Grace, Ends, InsuranceState.Unregistered)));
        yield return ("take-prescription", new S.TakeCard(Accepted(InsuranceState.Valid) with { PrescriptionAtDesk = true }));
        yield return ("take-received-prescription", new S.TakeCard(Accepted(InsuranceState.NoAnswer) with { PrescriptionAtDesk = true }));
        yield return ("idle-insurance-None", new S.Idle(Accepted(InsuranceState.None)));
        yield return ("take-expiring", new S.TakeCard(new Ending.Accepted(108, CertificateStatus.Expiring, Ends, InsuranceState.Valid)));
        yield return ("take-grace", new S.TakeCard(new Ending.Accepted(7, CertificateStatus.Grace, Ends, InsuranceState.Valid)));
        yield return ("take-cancelled", new S.TakeCard(new Ending.Cancelled()));
        yield return ("take-timed-out", new S.TakeCard(new Ending.TimedOut()));
        yield return ("take-reminded-1", new S.TakeCard(Accepted(InsuranceState.Valid), 1));
        yield return ("take-reminded-3", new S.TakeCard(new Ending.Cancelled(), 5));
        foreach (Failure failure in Enum.GetValues<Failure>())
            yield return ($"take-{failure}", new S.TakeCard(new Ending.Refused(failure)));
        yield return ("still-there", new S.StillThere(new S.ChoosingMethod(Who)));
        yield return ("staff-called", new S.StaffCalled(new S.ChoosingMethod(Who)));
        yield return ("staff-called-idle", new S.StaffCalled(new S.Idle()));
    }

    private static Ending.Accepted Accepted(InsuranceState insurance) => new(12, CertificateStatus.Valid, Ends, insurance);

    private static Station Then(AfterCheckIn next) => Station.Ready with { Policy = SitePolicy.Default with { Next = next } };

    private static Answers With(SitePolicy site, PendingDocument[] documents) => Answers.None(site).AskingFor(documents);

    private static Visitor Tries(int left) => new(Card with { PinTries = left });

    /// <summary>A question newer than this program.</summary>
    private static S.AskingItem NewItem()
    {
        SitePolicy newer = SitePolicy.Default with { Consents = new("2099-01", [new("ZZZ")], 24) };
        return new(Person, 0, Answers.None(newer));
    }
}
