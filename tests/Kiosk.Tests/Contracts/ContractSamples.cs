using Google.Protobuf;
using Kiosk.Contract;

namespace Kiosk.Tests.Contracts;

/// <summary>
/// Messages as kiosks and receptions send them, every field filled; of a oneof one sample a case. <c>tests/golden/contract</c>
/// keeps their bytes for good. The times, keys and the certificate's bytes are invented.
/// </summary>
internal static class ContractSamples
{
    /// <summary>2026-11-25 09:00 in Japan: when the invented check-in was captured.</summary>
    public const long At = 1_795_564_800_000;

    private const long Hour = 3_600_000;

    private static readonly ByteString s_visit = Bytes(0x10, 16);
    private static readonly ByteString s_key = Bytes(0x20, 16);

    private static Receipt Receipt => new() { IdempotencyKey = s_key, Duplicate = true, Number = 42 };

    private static ConsentCatalogue Catalogue => new() { Version = "2025-01", Codes = { "SRJ", "SHJ", "YZK", "TKK" }, ValidHours = 24 };

    private static CheckInRequest CheckIn => new()
    {
        IdempotencyKey = s_key,
        CapturedAtUnixMs = At,
        CertificateLastDay = 20270218,
        CertificateStatus = CertificateStatus.Expiring,
        Consents = new()
        {
            CatalogueVersion = "2025-01",
            Items = { new Consent { Code = "SRJ", Given = true }, new Consent { Code = "TKK" } },
            GivenAtUnixMs = At,
            ValidUntilUnixMs = At + (24 * Hour),
        },
        PrescriptionForm = PrescriptionForm.Paper,
        Pmh = Pmh.DoNotUse,
    };

    /// <summary>By file name: the message's name, and behind a hyphen which case of it.</summary>
    public static IReadOnlyDictionary<string, IMessage> All { get; } = new SortedDictionary<string, IMessage>(StringComparer.Ordinal)
    {
        ["OpenVisitRequest"] = new OpenVisitRequest { VisitId = s_visit },
        ["OpenVisitReply"] = new OpenVisitReply { Challenge = Bytes(0x30, 32), ExpiresAtUnixMs = At + (Hour / 6) },
        ["CheckInRequest-face"] = With(r =>
        {
            (r.Method, r.Evidence) = (Method.Face, Evidence(EvidenceKey.CardFace));
            r.Face = new() { Band = 3, EngineId = "mobilefacenet", Live = true };
            r.CardFace = new()
            {
                IssuerCertificate = Bytes(0xC0, 568),
                Identity = Bytes(0xD0, 290),
                NameDigest = Bytes(0xE0, 32),
                PhotoDigest = Bytes(0xF0, 32),
                Signature = Bytes(0x00, 256),
            };
        }),
        ["CheckInRequest-pin"] = With(r => (r.Method, r.Evidence) = (Method.Pin, Evidence(EvidenceKey.Authentication))),
        ["CheckInRequest-visual"] = With(r =>
        (r.Method, r.Evidence, r.StaffId) = (Method.Visual, Evidence(EvidenceKey.CardFace), "tanaka")),
        ["CheckInRequest-phone"] = With(r =>
        (r.Method, r.Evidence, r.PrescriptionForm, r.Pmh) = (Method.Phone, Evidence(EvidenceKey.Authentication),
        PrescriptionForm.Electronic, Pmh.Use)),
        ["CheckInRequest-aids"] = With(r =>
        {
            (r.Method, r.Evidence, r.Pmh) = (Method.Pin, Evidence(EvidenceKey.Authentication), Pmh.Unspecified);
            r.Aids.Add(new AidAnswer { Id = "aid-1", Answer = Pmh.Use });
        }),
        ["CheckInRequest-documents"] = With(r =>
        {
            (r.Method, r.Evidence) = (Method.Pin, Evidence(EvidenceKey.Authentication));
            r.Documents.Add(new DocumentAnswer { Id = "letter-1", Given = true });
        }),
        ["InsuranceRequest"] = new InsuranceRequest
        {
            Method = Method.Visual,
            Evidence = Evidence(EvidenceKey.CardFace),
            StaffId = "tanaka",
            CardFace = new()
            {
                IssuerCertificate = Bytes(0xC0, 568),
                Identity = Bytes(0xD0, 290),
                NameDigest = Bytes(0xE0, 32),
                PhotoDigest = Bytes(0xF0, 32),
                Signature = Bytes(0x00, 256),
            },
        },
        ["InsuranceReply"] = new InsuranceReply
        {
            State = InsuranceState.Valid,
            Aids = { new MedicalAid { Id = "aid-1", Name = "子ども医療費助成", Municipality = "見本市" } },
            Letters = { new PendingDocument { Id = "letter-1", Issuer = "模擬総合病院", Issued = 20261123 } },
            Prescriptions =
            {
                new PendingDocument { Id = "prescription-1", Issuer = "例示内科", Issued = 20261127, LastDay = 20261130 },
            },
        },
        ["RegisterCardRequest"] = new RegisterCardRequest { VisitId = s_visit },
        ["Receipt"] = Receipt,
        ["FindCheckInRequest"] = new FindCheckInRequest { IdempotencyKey = s_key },
        ["FindCheckInReply"] = new FindCheckInReply { Found = true, Receipt = Receipt },
        ["CheckStaffCodeRequest"] = new CheckStaffCodeRequest { VisitId = s_visit, Code = ByteString.CopyFromUtf8("123456") },
        ["CheckStaffCodeReply"] = new CheckStaffCodeReply { Accepted = true, StaffId = "tanaka" },
        ["RelayAnswer-visit"] = new RelayAnswer { VisitId = s_visit },
        ["RelayAnswer-answer"] = new RelayAnswer { Answer = Bytes(0x40, 8).Concat(0x90, 0x00) },
        ["RelayBlock-block"] = new RelayBlock { Block = Bytes(0x50, 24) },
        ["RelayBlock-signed"] = new RelayBlock { Signed = new() { Challenge = Bytes(0x30, 32), Signature = Bytes(0x60, 256) } },
        ["RelayBlock-refused"] = new RelayBlock { Refused = new() },
        ["NameImage"] = new NameImage { VisitId = s_visit, Png = Bytes(0x89, 70) },
        ["NameImageReply"] = new NameImageReply(),
        ["RenewRequest"] = new RenewRequest { Csr = Bytes(0x70, 300), KnownPins = { "present-pin", "next-pin" } },
        ["RenewReply"] = new RenewReply
        {
            Pins = { "present-pin", "next-pin" },
            Content = ByteString.CopyFromUtf8("{}"),
            Signature = Bytes(0x80, 64)
        },
        ["CallStaffRequest"] = new CallStaffRequest { FailureCode = "K301" },
        ["CallStaffReply"] = new CallStaffReply(),
        ["KioskMessage-hello"] = new KioskMessage { Hello = new() { Version = "1.0.0", LastEpoch = 0x1122_3344_5566_7788, LastSeq = 300 } },
        ["KioskMessage-ack"] = new KioskMessage { Ack = new() { Epoch = 0x1122_3344_5566_7788, Seq = 301 } },
        ["KioskMessage-health"] = new KioskMessage
        {
            Health = new()
            {
                Version = "1.0.0",
                Devices = { new DeviceHealth { Name = "reader", FailureCode = "K604", Detail = "no reader is plugged in" } },
                EngineId = "mobilefacenet",
                EngineWarning = "staffed only",
                Image = new() { Version = "2026.11", Slot = "B", RollbackReason = "health check failed" },
                Visits = { new VisitCount { Outcome = "Refused", FailureCode = "K301", Count = 2 } },
                Stages = { new StageTime { Stage = "ReadingCard", Count = 3, SumMs = 2190.5 } },
            },
        },
        ["Command-visual"] = Command(c => c.VisualGranted = new() { VisitId = s_visit, StaffId = "tanaka" }),
        ["Command-answer"] = Command(c => c.ArrivalAnswer = new()
        {
            VisitId = s_visit,
            Department = "内科",
            QueueNumber = "A-12",
            SeeStaff = true,
        }),
        ["Command-maintenance"] = Command(c => c.Maintenance = new() { On = true }),
        ["Command-disaster"] = Command(c => c.Disaster = new() { On = true }),
        ["Command-consents"] = Command(c => c.Consents = Catalogue),
        ["Command-site"] = Command(c => c.SitePolicy = new()
        {
            Consents = Catalogue,
            ItemByItem = true,
            AsksPmh = true,
            AsksPrescriptionForm = true,
            TakesAndroid = true,
            TakesIphone = true,
            TextSize = 3,
            Sound = 4,
            RenewalPage = "https://example.jp/renewal",
            SignsWithoutPin = true,
            ComparesCardFace = true,
            AnswersInsurance = true,
            InsuranceSeconds = 5,
            AfterCheckIn = AfterCheckIn.TellDesk,
            AfterCheckInTexts = { new LocalText { Language = "en", Text = "Please go to the second floor." } },
            StartsWithChoice = true,
            AsksLetters = true,
            DispensesPrescriptions = true,
        }),
    };

    private static Evidence Evidence(EvidenceKey key) => new()
    {
        Key = key,
        Certificate = Bytes(0x90, 900),
        PublicKey = Bytes(0xA0, 294),
        Signature = Bytes(0xB0, 256),
        VisitId = s_visit,
    };

    private static CheckInRequest With(Action<CheckInRequest> how)
    {
        CheckInRequest request = CheckIn;
        how(request);
        return request;
    }

    private static Command Command(Action<Command> body)
    {
        Command command = new() { Epoch = 0x1122_3344_5566_7788, Seq = 301 };
        body(command);
        return command;
    }

    /// <summary>Bytes that count up, so that none is equal to its neighbour.</summary>
    private static ByteString Bytes(int from, int length) => ByteString.CopyFrom([.. Enumerable.Range(from, length).Select(i => (byte)i)]);

    private static ByteString Concat(this ByteString bytes, params byte[] more) => ByteString.CopyFrom([.. bytes.Span, .. more]);
}
