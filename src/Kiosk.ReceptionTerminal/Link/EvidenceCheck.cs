using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using CertificateStatus = Kiosk.Contract.CertificateStatus;
using EvidenceKey = Kiosk.Contract.EvidenceKey;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Checks that a card signed this reception's challenge for this kiosk and visit. With the authentication key this proves the
/// holder's card. With the card-face key the reception trusts the kiosk that the key is the card's: its certificate (a CV
/// certificate over the card's data) is checked in the kiosk only.
/// </summary>
/// <param name="jpki">JPKI CA certificates for user authentication; empty when the facility does not have them.</param>
internal sealed class EvidenceCheck(Challenges challenges, X509Certificate2Collection jpki)
{
    /// <returns>True when the card's certificate chains to a JPKI CA; false when no CA is configured ("chain not checked").</returns>
    /// <exception cref="Grpc.Core.RpcException">
    /// FAILED_PRECONDITION, or INVALID_ARGUMENT when a field contradicts the certificate.
    /// </exception>
    public bool Check(string kiosk, CheckInRequest r)
    {
        Evidence e = r.Evidence;
        using X509Certificate2 certificate = Load(e);
        if (e.PublicKey.IsEmpty && r.Method == Method.Visual) return CheckCertificate(r, certificate);
        using RSA signer = Signer(e);
        if (e.Key == EvidenceKey.Authentication && !SameKey(signer, certificate))
            throw LinkErrors.NotAccepted("evidence.public_key is not the certificate's");
        byte[] signature = e.Signature.ToByteArray();
        Guid visit = new(e.VisitId.Span, bigEndian: true);
        switch (challenges.Judge(kiosk, visit, c => signer.VerifyData(c, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))
        {
            case Challenges.Age.Expired:
                throw LinkErrors.NotAccepted("the challenge has expired; read the card again");
            case Challenges.Age.Unknown:
                throw LinkErrors.NotAccepted("the signature is not over a challenge of this kiosk and visit");
            case Challenges.Age.Current:
                break;
        }

        return CheckCertificate(r, certificate);
    }

    private bool CheckCertificate(CheckInRequest r, X509Certificate2 certificate)
    {
        CheckDates(r, certificate);
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

    private static RSA Signer(Evidence e)
    {
        RSA key = RSA.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(e.PublicKey.Span, out int read);
            if (read == e.PublicKey.Length && key.KeySize == 2048) return key;
        }
        catch (CryptographicException)
        {
            // Continues below: one answer for everything that is no RSA-2048 key.
        }

        key.Dispose();
        throw LinkErrors.Invalid("evidence.public_key is not an RSA-2048 key");
    }

    private static bool SameKey(RSA signer, X509Certificate2 certificate)
    {
        using RSA? certified = certificate.GetRSAPublicKey();
        if (certified is null) return false;
        RSAParameters a = signer.ExportParameters(false), b = certified.ExportParameters(false);
        return a.Modulus.AsSpan().SequenceEqual(b.Modulus) && a.Exponent.AsSpan().SequenceEqual(b.Exponent);
    }

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
