using System.Diagnostics;
using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;

namespace Kiosk.Devices.Reception;

/// <summary>Converts between the types of Core and of reception.proto. It contains no rules.</summary>
internal static class Wire
{
    private const int LongestText = 200;

    public static ByteString ToBytes(Guid id) => ByteString.CopyFrom(id.ToByteArray(bigEndian: true));

    public static Guid ToGuid(ByteString id) => id.Length == 16 ? new(id.Span, bigEndian: true) : Guid.Empty;

    public static Core.Reception.Receipt ToCore(Contract.Receipt r) => new(ToGuid(r.IdempotencyKey), r.Number, r.Duplicate);

    public static Contract.KioskHealth ToContract(Core.Reception.KioskHealth h)
    {
        Contract.KioskHealth health =
            new() { Version = Cut(h.Version, 32), EngineId = Cut(h.Engine, 64), EngineWarning = Cut(h.EngineWarning, LongestText) };
        health.Devices.AddRange(h.Devices.Take(32).Select(d => new Contract.DeviceHealth
        {
            Name = d.Name,
            FailureCode = d.Why is { } why ? FailureCatalogue.EntryFor(why).Code : "",
            Detail = Cut(d.Detail, LongestText),
        }));
        if (h.Image is { } i)
            health.Image = new() { Version = Cut(i.Version, 32), Slot = i.Slot, RollbackReason = Cut(i.RollbackReason, LongestText) };
        health.Visits.AddRange(
            (h.Visits ?? []).Take(128).Select(v => new Contract.VisitCount { Outcome = v.Outcome, FailureCode = v.Code, Count = v.Count }));
        health.Stages.AddRange(
            (h.Stages ?? []).Take(64).Select(s => new Contract.StageTime { Stage = s.Stage, Count = s.Count, SumMs = s.SumMs }));
        return health;
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];

    public static CheckInRequest ToContract(CheckIn c)
    {
        CheckInRequest request = new()
        {
            IdempotencyKey = ToBytes(c.Key),
            CapturedAtUnixMs = c.CapturedAt.ToUnixTimeMilliseconds(),
            Method = ToContract(c.Method),
            Evidence = ToContract(c.Evidence, c.Visit),
            CertificateLastDay = c.Card.ExpiresOn.Year * 10000 + c.Card.ExpiresOn.Month * 100 + c.Card.ExpiresOn.Day,
            CertificateStatus = ToContract(c.Card.Certificate),
            Consents = ConsentsOf(c),
            StaffId = c.StaffId ?? "",
            PrescriptionForm = ToContract(c.Answers.Prescription),
            Pmh = c.Answers.Pmh switch { null => Pmh.Unspecified, true => Pmh.Use, false => Pmh.DoNotUse },
        };
        request.Aids.AddRange((c.Answers.Aids ?? []).Where(a => a.Yes is not null).Select(a => new Contract.AidAnswer
        {
            Id = a.Record.Id,
            Answer = a.Yes == true ? Pmh.Use : Pmh.DoNotUse,
        }));
        request.Documents.AddRange((c.Answers.Documents ?? []).Where(d => d.Yes is not null)
            .Select(d => new Contract.DocumentAnswer { Id = d.Document.Id, Given = d.Yes == true }));
        // A reception that does not announce the comparison would keep these fields.
        if (c.Answers.Asked.ComparesCardFace && c.Evidence.CardFace is { } chain) request.CardFace = ToContract(chain);
        if (c.Face is { } face) request.Face = new() { Band = (uint)face.Band, EngineId = face.Engine, Live = face.Live };
        return request;
    }

    public static InsuranceRequest ToContract(PreQuestion q)
    {
        InsuranceRequest request = new()
        {
            Method = ToContract(q.Method),
            Evidence = ToContract(q.Evidence, q.Visit),
            StaffId = q.StaffId ?? "",
        };
        if (q.WithCardFace && q.Evidence.CardFace is { } chain) request.CardFace = ToContract(chain);
        return request;
    }

    private static Evidence ToContract(CardEvidence e, Guid visit) => new()
    {
        Key = e.Key switch
        {
            Core.Cards.EvidenceKey.Authentication => Contract.EvidenceKey.Authentication,
            Core.Cards.EvidenceKey.CardFace => Contract.EvidenceKey.CardFace,
        },
        Certificate = ByteString.CopyFrom(e.Certificate),
        PublicKey = ByteString.CopyFrom(e.PublicKey),
        Signature = ByteString.CopyFrom(e.Signature),
        VisitId = ToBytes(visit),
    };

    private static Contract.CardFace ToContract(CardFaceChain c) => new()
    {
        IssuerCertificate = ByteString.CopyFrom(c.Issuer),
        Identity = ByteString.CopyFrom(c.Identity),
        NameDigest = ByteString.CopyFrom(c.NameDigest),
        PhotoDigest = ByteString.CopyFrom(c.PhotoDigest),
        Signature = ByteString.CopyFrom(c.Signature),
    };

    public static Contract.Method ToContract(Core.Reception.Method method) => method switch
    {
        Core.Reception.Method.Face => Contract.Method.Face,
        Core.Reception.Method.Pin => Contract.Method.Pin,
        Core.Reception.Method.Visual => Contract.Method.Visual,
        Core.Reception.Method.Phone => Contract.Method.Phone,
    };

    private static Contract.CertificateStatus ToContract(Core.Cards.CertificateStatus status) => status switch
    {
        Core.Cards.CertificateStatus.Valid => Contract.CertificateStatus.Valid,
        Core.Cards.CertificateStatus.Expiring => Contract.CertificateStatus.Expiring,
        Core.Cards.CertificateStatus.Grace => Contract.CertificateStatus.Grace,
        Core.Cards.CertificateStatus.Expired => throw new UnreachableException("a visit with an expired certificate is never handed over"),
    };

    private static Contract.PrescriptionForm ToContract(Core.Consents.PrescriptionForm? form) => form is not { } chosen
        ? Contract.PrescriptionForm.Unspecified
        : chosen switch
        {
            Core.Consents.PrescriptionForm.Electronic => Contract.PrescriptionForm.Electronic,
            Core.Consents.PrescriptionForm.Paper => Contract.PrescriptionForm.Paper,
        };

    /// <returns>Null if it names no question: the kiosk then keeps its own.</returns>
    public static Core.Consents.ConsentCatalogue? ToCore(ConsentCatalogue? c) => c is { Codes.Count: > 0 }
        ? new(c.Version, [.. c.Codes.Select(code => new Core.Consents.ConsentItem(code))], c.ValidHours)
        : null;

    /// <returns>Null: a newer reception sends longer texts, or nothing that this program can show.</returns>
    public static Core.Reception.SiteAnswer? ToCore(ArrivalAnswer a) =>
        Core.Reception.SiteAnswer.From(a.Department, a.QueueNumber, a.SeeStaff);

    public static Core.Consents.SitePolicy ToCore(SitePolicy p) => new(
        ToCore(p.Consents) ?? Core.Consents.ConsentCatalogue.Embedded,
        p.ItemByItem,
        p.AsksPmh,
        p.AsksPrescriptionForm,
        (p.TakesAndroid ? Core.Consents.Phones.Android : 0) | (p.TakesIphone ? Core.Consents.Phones.Iphone : 0),
        p.TextSize is >= 1 and <= 4 ? p.TextSize - 1 : Core.Consents.SitePolicy.Default.TextSize,
        p.Sound is >= 1 and <= 4 ? p.Sound - 1 : Core.Consents.SitePolicy.Default.Sound,
        Core.Consents.SitePolicy.IsPage(p.RenewalPage) ? p.RenewalPage : Core.Consents.SitePolicy.OfficialRenewalPage,
        p.SignsWithoutPin,
        p.ComparesCardFace,
        p.AnswersInsurance,
        p.InsuranceSeconds switch
        {
            0 => Core.Consents.SitePolicy.UsualInsuranceSeconds,
            < 0 => 0,
            _ => Math.Min(p.InsuranceSeconds, Core.Consents.SitePolicy.MostInsuranceSeconds),
        },
        p.AfterCheckIn switch
        {
            Contract.AfterCheckIn.TellDesk => Core.Consents.AfterCheckIn.TellDesk,
            Contract.AfterCheckIn.TakeTicket => Core.Consents.AfterCheckIn.TakeTicket,
            _ => Core.Consents.AfterCheckIn.Wait,
        },
        p.AfterCheckInTexts.Where(t => t.Text.Length is > 0 and <= Core.Consents.SitePolicy.LongestNextText)
            .DistinctBy(t => t.Language).ToDictionary(t => t.Language, t => t.Text) is { Count: > 0 } texts ? texts : null)
    {
        Start = p.StartsWithChoice ? Core.Consents.VisitStart.Choice : Core.Consents.VisitStart.Face,
        AsksLetters = p.AsksLetters,
        DispensesPrescriptions = p.DispensesPrescriptions,
    };

    private static Contract.Consents ConsentsOf(CheckIn c)
    {
        Contract.Consents consents = new()
        {
            CatalogueVersion = c.Answers.Catalogue.Version,
            GivenAtUnixMs = c.CapturedAt.ToUnixTimeMilliseconds(),
            ValidUntilUnixMs = c.CapturedAt.AddHours(c.Answers.Catalogue.ValidHours).ToUnixTimeMilliseconds(),
        };
        // A question without an answer counts as no consent.
        consents.Items.AddRange(
            c.Answers.Catalogue.Items.Select((item, i) => new Consent { Code = item.Code, Given = c.Answers.Given[i] ?? false }));
        return consents;
    }
}
