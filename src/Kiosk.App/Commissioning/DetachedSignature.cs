using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Failures;

namespace Kiosk.App.Commissioning;

/// <summary>
/// A signature by the kiosk's own key in a file of its own, as <c>openssl dgst -verify</c> reads it: ECDSA in DER, or RSA PKCS#1 v1.5;
/// SHA-256.
/// </summary>
internal static class DetachedSignature
{
    /// <param name="certificate">PEM file of the kiosk's certificate.</param>
    /// <param name="key">PEM file of its private key.</param>
    /// <exception cref="FailureException">CertificateFileBroken: a file is missing, or key and certificate do not belong
    /// together.</exception>
    public static byte[] Sign(byte[] data, string certificate, string key)
    {
        try
        {
            using X509Certificate2 own = X509Certificate2.CreateFromPemFile(certificate, key);
            using ECDsa? curve = own.GetECDsaPrivateKey();
            if (curve is not null) return curve.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            using RSA rsa = own.GetRSAPrivateKey() ?? throw new CryptographicException("neither EC nor RSA");
            return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.CertificateFileBroken, $"{certificate}, {key}: {wrong.Message}", wrong);
        }
    }

    /// <summary>SHA-256 of the certificate, hex.</summary>
    public static string Fingerprint(string certificate)
    {
        using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(certificate);
        return own.GetCertHashString(HashAlgorithmName.SHA256);
    }
}
