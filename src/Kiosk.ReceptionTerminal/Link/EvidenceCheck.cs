using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Logging;
using CertificateStatus = Kiosk.Contract.CertificateStatus;
using EvidenceKey = Kiosk.Contract.EvidenceKey;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Checks that a card signed this reception's challenge for this kiosk and visit, by the rules of the contract
/// (<see cref="EvidenceRules"/>). A signature by the authentication key proves the card of the certificate. One by the card-face key proves
/// a genuine card; that it is the same card is shown only by the comparison of <see cref="CardHolders"/> with the centre's answer.
/// </summary>
/// <param name="jpki">JPKI CA certificates for user authentication; empty when the facility does not have them.</param>
/// <param name="cardFace">Anchors of the card-face record; null when the facility does not have them.</param>
/// <param name="hasInstitution">The site has an institution: a face needs the authentication key.</param>
internal sealed class EvidenceCheck(
    Challenges challenges, X509Certificate2Collection jpki, CardTrust? cardFace, bool hasInstitution, ILogger log)
{
    /// <param name="r">Checked by <see cref="CheckInRules"/>.</param>
    /// <returns>
    /// Whether the card's certificate chains to a JPKI CA (false when no CA is configured: "chain not checked"), and the holder of the card
    /// whose card-face key signed (null: not known, or not needed).
    /// </returns>
    /// <exception cref="Grpc.Core.RpcException">
    /// FAILED_PRECONDITION, or INVALID_ARGUMENT when a field contradicts the certificate.
    /// </exception>
    public (bool ChainChecked, CardFaceHolder? Holder) Check(string kiosk, CheckInRequest r) =>
        Check(kiosk, r.Method, r.Evidence, r.CardFace, certificate => CheckDates(r, certificate));

    /// <summary>The same for a question before the check-in.</summary>
    /// <param name="today">The day in Japan.</param>
    /// <returns>The holder of the card whose card-face key signed; null: not known, or not needed.</returns>
    public CardFaceHolder? Check(string kiosk, InsuranceRequest r, DateOnly today) =>
        Check(kiosk, r.Method, r.Evidence, r.CardFace, certificate =>
        {
            if (Status(JapanTime.DateOf(certificate.NotAfter), today.AddDays(-1)) is CertificateStatus.Unspecified)
                throw LinkErrors.NotAccepted("the card's certificate has ended");
        }).Holder;

    private (bool ChainChecked, CardFaceHolder? Holder) Check(
        string kiosk, Method method, Evidence e, CardFace? face, Action<X509Certificate2> checkDates)
    {
        EvidenceRule rule = EvidenceRules.Find(method, e.Key, hasInstitution)
            ?? throw LinkErrors.NotAccepted("at this site the authentication key must sign (特定機関認証); use the PIN, or update the kiosk");
        using X509Certificate2 certificate = Load(e);
        RequireKnown(e);
        CardPublicKey signer = Signer(e);
        if (e.Key == EvidenceKey.Authentication && !SameKey(signer, certificate))
            throw LinkErrors.NotAccepted("evidence.public_key is not the certificate's");
        byte[] signature = e.Signature.ToByteArray();
        if (signature.Length != signer.SignatureLength)
            throw LinkErrors.Invalid($"evidence.signature is not one of {signer.Name}: it must have {signer.SignatureLength} bytes");
        Guid visit = new(e.VisitId.Span, bigEndian: true);
        switch (challenges.Judge(kiosk, visit, c => signer.Verifies(c, signature)))
        {
            case Challenges.Age.Expired:
                throw LinkErrors.NotAccepted("the challenge has expired; read the card again");
            case Challenges.Age.Unknown:
                throw LinkErrors.NotAccepted("the signature is not over a challenge of this kiosk and visit");
            case Challenges.Age.Current:
                break;
        }

        checkDates(certificate);
        return (CheckChain(certificate), rule.NeedsComparison ? Holder(kiosk, face, signer) : null);
    }

    /// <returns>Null: the check-in is accepted, and stays "card not proven".</returns>
    private CardFaceHolder? Holder(string kiosk, CardFace? face, CardPublicKey signer)
    {
        if (cardFace is null || face is null) return null;
        try
        {
            CardFaceHolder holder = new CardFaceChain(face.IssuerCertificate.ToByteArray(), face.Identity.ToByteArray(),
                face.NameDigest.ToByteArray(), face.PhotoDigest.ToByteArray(), face.Signature.ToByteArray()).Verified(cardFace);
            if (SameKey(signer, holder.Key)) return holder;
            Log.CardFaceNotVerified(log, kiosk, "the challenge was signed by the key of another card");
        }
        catch (InvalidDataException e)
        {
            Log.CardFaceNotVerified(log, kiosk, e.Message);
        }

        return null;
    }

    private bool CheckChain(X509Certificate2 certificate)
    {
        if (jpki.Count == 0) return false;
        return Chains(certificate) ? true : throw LinkErrors.NotAccepted("the card's certificate is not from a configured JPKI CA");
    }

    private static X509Certificate2 Load(Evidence e)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(e.Certificate.Span);
        }
        catch (CryptographicException)
        {
            throw LinkErrors.Invalid("evidence.certificate is not a certificate");
        }
    }

    /// <summary>The kiosk refuses such a card by name (K112). Here it says whether this reception is older than the card.</summary>
    private static void RequireKnown(Evidence e)
    {
        try
        {
            if (JpkiCertificate.Parse(e.Certificate.Span).UnknownAlgorithm is { } name)
                throw LinkErrors.NotAccepted($"this reception cannot verify the card's certificate ({name})");
        }
        catch (InvalidDataException)
        {
            throw LinkErrors.Invalid("evidence.certificate is not a certificate");
        }
    }

    private static CardPublicKey Signer(Evidence e)
    {
        try
        {
            CardPublicKey key = CardPublicKey.FromSubjectPublicKeyInfo(e.PublicKey.Span);
            if (key.IsKnown) return key;
        }
        catch (InvalidDataException)
        {
            // Continues below: one answer for everything that is no key of a card.
        }

        throw LinkErrors.Invalid("evidence.public_key is neither an RSA-2048 nor a P-384 key");
    }

    private static bool SameKey(CardPublicKey signer, X509Certificate2 certificate)
    {
        try
        {
            return SameKey(signer, CardPublicKey.FromSubjectPublicKeyInfo(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool SameKey(CardPublicKey signer, CardPublicKey other) =>
        signer.IsKnown && signer.SubjectPublicKeyInfo.AsSpan().SequenceEqual(other.SubjectPublicKeyInfo);

    // The dates in the message are shown and stored: they must be those of the certificate.
    private static void CheckDates(CheckInRequest r, X509Certificate2 certificate)
    {
        DateOnly lastDay = JapanTime.DateOf(certificate.NotAfter);
        if (r.CertificateLastDay != lastDay.Year * 10000 + lastDay.Month * 100 + lastDay.Day)
            throw LinkErrors.Invalid("certificate_last_day is not the certificate's");
        DateOnly today = JapanTime.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(r.CapturedAtUnixMs));
        // A visit may begin before midnight and end after it.
        if (Status(lastDay, today) != r.CertificateStatus && Status(lastDay, today.AddDays(-1)) != r.CertificateStatus)
            throw LinkErrors.Invalid("certificate_status contradicts the certificate");
    }

    private static CertificateStatus Status(DateOnly lastDay, DateOnly today) => CertificateRule.StatusOn(lastDay, today) switch
    {
        Core.Cards.CertificateStatus.Valid => CertificateStatus.Valid,
        Core.Cards.CertificateStatus.Expiring => CertificateStatus.Expiring,
        Core.Cards.CertificateStatus.Grace => CertificateStatus.Grace,
        Core.Cards.CertificateStatus.Expired => CertificateStatus.Unspecified,
    };

    private bool Chains(X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(jpki);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // Dates have their own rule: three months of grace, and CA certificates of 2015 that have ended signed cards still in use.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate);
    }
}
