using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kiosk.Contract;

/// <summary>How both ends judge the other's certificate: one private CA, no system trust, no look-ups on the net.</summary>
public static class LinkTrust
{
    /// <summary>id-kp-serverAuth, RFC 5280 section 4.2.1.12.</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>id-kp-clientAuth.</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <summary>The kiosk's name as a URI in its certificate's subject alternative name; the id follows.</summary>
    public const string KioskUrn = "urn:kiosk:";

    /// <summary>Chain, validity at <paramref name="now"/> and purpose.</summary>
    /// <param name="leaf">The other side's certificate.</param>
    /// <param name="roots">The facility's CA certificates; nothing else is trusted.</param>
    /// <param name="purpose"><see cref="ServerPurpose"/> or <see cref="ClientPurpose"/>; a certificate that names no purpose is refused.</param>
    /// <returns>NoError, or what is wrong; NotTimeValid points at a clock.</returns>
    public static X509ChainStatusFlags Judge(X509Certificate2 leaf, X509Certificate2Collection roots, string purpose, DateTimeOffset now)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        // A facility has no revocation service; the reception keeps a deny list of keys instead.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        if (!chain.Build(leaf)) return chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        // ApplicationPolicy alone lets a certificate without the extension pass.
        bool named = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages[purpose] is not null);
        return named ? X509ChainStatusFlags.NoError : X509ChainStatusFlags.NotValidForUsage;
    }

    /// <summary>Pin: base64 of SHA-256 over the SubjectPublicKeyInfo (RFC 7469 section 2.4), 44 characters.</summary>
    public static string Pin(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
}
