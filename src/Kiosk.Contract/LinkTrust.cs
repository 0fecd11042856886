using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kiosk.Contract;

/// <summary>How each side checks the certificate of the other: one private CA, no CA of the system, no requests to the network.</summary>
public static class LinkTrust
{
    /// <summary>id-kp-serverAuth, RFC 5280 section 4.2.1.12.</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>id-kp-clientAuth, RFC 5280 section 4.2.1.12.</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <summary>Prefix of the URI in the subject alternative name of a kiosk's certificate; the id of the kiosk follows.</summary>
    public const string KioskUrn = "urn:kiosk:";

    /// <summary>Checks chain, purpose, and validity at <paramref name="now"/>.</summary>
    /// <param name="leaf">The other side's certificate.</param>
    /// <param name="roots">CA certificates of the facility. No other CA is trusted.</param>
    /// <param name="purpose">
    /// <see cref="ServerPurpose"/> or <see cref="ClientPurpose"/>. A certificate without any purpose is refused.
    /// </param>
    /// <returns>NoError, or all that is wrong. NotTimeValid may mean that a clock is wrong.</returns>
    public static X509ChainStatusFlags Judge(X509Certificate2 leaf, X509Certificate2Collection roots, string purpose, DateTimeOffset now)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        // A facility has no revocation service. The reception has a list of denied keys instead.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        if (!chain.Build(leaf)) return chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        // ApplicationPolicy alone accepts a certificate without the extension.
        bool hasPurpose = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages[purpose] is not null);
        return hasPurpose ? X509ChainStatusFlags.NoError : X509ChainStatusFlags.NotValidForUsage;
    }

    /// <summary>Pin of a key: base64 of SHA-256 over the SubjectPublicKeyInfo (RFC 7469 section 2.4), 44 characters.</summary>
    public static string Pin(X509Certificate2 certificate) => Pin(certificate.PublicKey);

    /// <inheritdoc cref="Pin(X509Certificate2)"/>
    public static string Pin(PublicKey key) => Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
}
