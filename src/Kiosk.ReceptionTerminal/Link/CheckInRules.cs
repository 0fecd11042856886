using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.Core.Cards;
using CertificateStatus = Kiosk.Contract.CertificateStatus;
using EvidenceKey = Kiosk.Contract.EvidenceKey;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>Checks the fields of a check-in before anything is computed from them. Limits as in reception.proto.</summary>
internal static class CheckInRules
{
    private static readonly TimeSpan _longestConsent = TimeSpan.FromHours(24);
    private static readonly TimeSpan _longestVisit = TimeSpan.FromHours(1);
    private static readonly TimeSpan _clockSlack = TimeSpan.FromMinutes(15);

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT with the field's name; OUT_OF_RANGE for the clock.</exception>
    public static void Check(CheckInRequest r, DateTimeOffset now)
    {
        Id(r.IdempotencyKey, "idempotency_key");
        Evidence(r.Evidence);
        Method(r);
        if (r.CardFace is { } face) CardFace(face, r.Evidence.Key);
        Consents(r);
        Require(r.CertificateStatus is CertificateStatus.Valid or CertificateStatus.Expiring or CertificateStatus.Grace,
            "certificate_status");
        Require(Enum.IsDefined(r.PrescriptionForm), "prescription_form");
        Require(Enum.IsDefined(r.Pmh), "pmh");
        Aids(r);
        Documents(r);
        if ((At(r.CapturedAtUnixMs) - now).Duration() > _clockSlack) throw LinkErrors.Clock();
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static Guid Id(ByteString id, string field)
    {
        Require(id.Length == 16, field + " must have 16 bytes");
        return new(id.Span, bigEndian: true);
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT with the field's name.</exception>
    public static void Check(InsuranceRequest r)
    {
        Evidence(r.Evidence);
        Method(r.Method, r.StaffId, r.Evidence.Key);
        if (r.CardFace is { } face) CardFace(face, r.Evidence.Key);
    }

    private static void Evidence(Evidence? given)
    {
        Evidence e = given ?? throw LinkErrors.Invalid("evidence is missing");
        Id(e.VisitId, "evidence.visit_id");
        Require(e.Key is EvidenceKey.Authentication or EvidenceKey.CardFace, "evidence.key");
        Require(e.Certificate.Length is > 0 and <= 4096, "evidence.certificate must have 1 to 4,096 bytes");
        Require(e.PublicKey.Length is > 0 and <= 512, "evidence.public_key must have 1 to 512 bytes");
        // Which of the two goes with the key is judged with the evidence.
        Require(IsSignature(e.Signature), "evidence.signature must have 256 (RSA-2048) or 96 bytes (P-384)");
    }

    private static void Aids(CheckInRequest r)
    {
        Require(r.Aids.Count <= RecordLimits.Aids, $"aids must have at most {RecordLimits.Aids} entries");
        Require(r.Aids.Count == 0 || r.Pmh == Pmh.Unspecified, "pmh goes without aids, and only without them");
        Require(r.Aids.All(a => IsRecordId(a.Id)), "aids.id must have 1 to 32 of a-z 0-9 and hyphen");
        Require(r.Aids.All(a => a.Answer is Pmh.Use or Pmh.DoNotUse), "aids.answer");
        Require(r.Aids.Select(a => a.Id).Distinct().Count() == r.Aids.Count, "aids names a record twice");
    }

    private static void Documents(CheckInRequest r)
    {
        Require(r.Documents.Count <= 2 * RecordLimits.DocumentsOfAKind,
            $"documents must have at most {2 * RecordLimits.DocumentsOfAKind} entries");
        Require(r.Documents.All(d => IsRecordId(d.Id)), "documents.id must have 1 to 32 of a-z 0-9 and hyphen");
        Require(r.Documents.Select(d => d.Id).Distinct().Count() == r.Documents.Count, "documents names one twice");
        Require(r.CertificateStatus != CertificateStatus.Grace || r.Documents.Count == 0, "no documents in the grace period");
    }

    private static bool IsRecordId(string id) =>
        id.Length is > 0 and <= 32 && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static void Method(CheckInRequest r)
    {
        Method(r.Method, r.StaffId, r.Evidence.Key);
        Require(r.Face is not null == (r.Method == Contract.Method.Face), "face goes with METHOD_FACE, and only with it");
        if (r.Face is { } face)
        {
            Require(face.Live, "face.live must be true");
            Require(face.Band <= 4, "face.band must be 0 to 4");
            Require(face.EngineId.Length is > 0 and <= 64, "face.engine_id must have 1 to 64 characters");
        }
    }

    private static void Method(Method method, string staff, EvidenceKey key)
    {
        Require(method is Contract.Method.Face or Contract.Method.Pin or Contract.Method.Visual or Contract.Method.Phone, "method");
        Require(staff.Length > 0 == (method == Contract.Method.Visual), "staff_id goes with METHOD_VISUAL, and only with it");
        Require(staff.Length <= 32, "staff_id must have at most 32 characters");
        // Whether this site takes it is judged with the evidence.
        Require(EvidenceRules.Find(method, key, hasInstitution: false) is not null,
            "evidence.key must be the authentication key for METHOD_PIN and METHOD_PHONE");
    }

    private static void CardFace(CardFace face, EvidenceKey key)
    {
        Require(key == EvidenceKey.CardFace, "card_face goes with the card-face key, and only with it");
        Require(face.IssuerCertificate.Length is > 0 and <= CardFaceChain.MaxIssuer,
            "card_face.issuer_certificate must have 1 to 1,024 bytes");
        Require(face.Identity.Length is > 0 and <= CardFaceChain.MaxIdentity, "card_face.identity must have 1 to 512 bytes");
        Require(IsDigest(face.NameDigest) && IsDigest(face.PhotoDigest), "card_face: a digest must have 32 or 48 bytes");
        Require(IsSignature(face.Signature), "card_face.signature must have 256 (RSA-2048) or 96 bytes (P-384)");
    }

    private static bool IsSignature(ByteString signature) => signature.Length is 256 or 96;

    private static bool IsDigest(ByteString digest) => digest.Length is 32 or 48;

    private static void Consents(CheckInRequest r)
    {
        Consents c = r.Consents ?? throw LinkErrors.Invalid("consents is missing");
        Require(c.CatalogueVersion.Length is > 0 and <= 32, "consents.catalogue_version must have 1 to 32 characters");
        Require(c.Items.Count is > 0 and <= 32, "consents.items must have 1 to 32 entries");
        Require(c.Items.All(i => i.Code.Length is > 0 and <= 8 && i.Code.All(char.IsAsciiLetterOrDigit)),
            "consents.items.code must have 1 to 8 of A-Z 0-9");
        Require(c.Items.Select(i => i.Code).Distinct().Count() == c.Items.Count, "consents.items names a code twice");
        // Otherwise a consent dated in the future would stay valid for longer than 24 hours from now.
        Require(At(r.CapturedAtUnixMs) - At(c.GivenAtUnixMs) is var ago && ago >= TimeSpan.Zero
            && ago <= _longestVisit, "consents.given_at must be within an hour before captured_at");
        TimeSpan life = At(c.ValidUntilUnixMs) - At(c.GivenAtUnixMs);
        Require(life > TimeSpan.Zero && life <= _longestConsent, "consents.valid_until must be within 24 hours after given_at");
        // In the months of grace after its end a certificate gives eligibility only, no medical information (MHLW,
        // www.mhlw.go.jp/stf/newpage_50657.html).
        Require(r.CertificateStatus != CertificateStatus.Grace || c.Items.All(i => !i.Given), "no consent in the grace period");
    }

    private static DateTimeOffset At(long unixMs)
    {
        // 1970 to 2100: FromUnixTimeMilliseconds throws far outside.
        Require(unixMs is >= 0 and <= 4_102_444_800_000, "a time is out of range");
        return DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
    }

    private static void Require(bool good, string field)
    {
        if (!good) throw LinkErrors.Invalid(field);
    }
}
