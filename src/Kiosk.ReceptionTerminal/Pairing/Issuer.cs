using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Pairing;

/// <summary>Makes a kiosk's certificate from its request. The id and everything else in it is the reception's word; of the request only the key is taken.</summary>
/// <param name="pki">Folder with ca.pem, ca.key, server.pem; each issued certificate is noted in its <c>issued</c>.</param>
/// <param name="address">https://HOST:PORT by which kiosks call the link.</param>
internal sealed class Issuer(PkiFolder pki, string address, TimeProvider time)
{
    private const int LongestRequest = 4096;

    /// <summary>For a kiosk that takes everything else from the answer too.</summary>
    /// <exception cref="StartException">The request cannot be used, and why.</exception>
    public (SignedProvisioning Answer, X509Certificate2 Certificate) Pair(string kiosk, byte[] csr)
    {
        (SignedProvisioning Answer, X509Certificate2 Certificate) issued = Issue(kiosk, csr);
        using X509Certificate2 server = pki.Existing("server");
        pki.Known.Note(kiosk, [LinkTrust.Pin(server), pki.NextPin()]);
        return issued;
    }

    /// <param name="kiosk">Id, checked by the caller.</param>
    /// <param name="csr">PKCS#10, DER or PEM.</param>
    /// <exception cref="StartException">The request cannot be used, and why.</exception>
    public (SignedProvisioning Answer, X509Certificate2 Certificate) Issue(string kiosk, byte[] csr)
    {
        PublicKey key = KeyOf(csr);
        using X509Certificate2 ca = pki.Existing("ca"), server = pki.Existing("server");
        X509Certificate2 certificate = ThrowAwayPki.Sign(ca, $"CN={kiosk}", ThrowAwayPki.KioskName(kiosk), LinkTrust.ClientPurpose, key, ThrowAwayPki.Today(time), ThrowAwayPki.LeafDays);
        pki.Note($"{kiosk}-{time.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}", certificate);
        using ECDsa caKey = ca.GetECDsaPrivateKey()!;
        Provisioning content = new(kiosk, address, ca.ExportCertificatePem(), certificate.ExportCertificatePem(), [LinkTrust.Pin(server), pki.NextPin()]);
        return (SignedProvisioning.Sign(content, caKey), certificate);
    }

    /// <exception cref="StartException">It is no request by an ECDSA P-256 key.</exception>
    public static PublicKey KeyOf(byte[] csr)
    {
        try
        {
            if (csr.Length is 0 or > LongestRequest) throw new CryptographicException("empty, or larger than 4,096 bytes");
            // Loading checks the request's own signature: whoever asks has the private key.
            CertificateRequest request = csr is [0x30, ..]
                ? CertificateRequest.LoadSigningRequest(csr, HashAlgorithmName.SHA256)
                : CertificateRequest.LoadSigningRequestPem(System.Text.Encoding.ASCII.GetString(csr), HashAlgorithmName.SHA256);
            using ECDsa? key = request.PublicKey.GetECDsaPublicKey();
            return key?.KeySize == 256 ? request.PublicKey : throw new CryptographicException("the key is not ECDSA P-256");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StartException("certificate request", "cannot be used; make it with \"kiosk enroll --request FILE\" (" + e.Message + ")", e);
        }
    }
}
