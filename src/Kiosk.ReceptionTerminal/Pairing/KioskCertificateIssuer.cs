using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Pairing;

/// <summary>
/// Makes a kiosk's certificate from its request. Only the public key is taken from the request; the reception decides the id and
/// everything else.
/// </summary>
/// <param name="pki">Folder with ca.pem, ca.key, server.pem; a copy of each issued certificate goes into its folder <c>issued</c>.</param>
/// <param name="address">https://HOST:PORT by which kiosks call the link.</param>
internal sealed class KioskCertificateIssuer(PkiFolder pki, string address, TimeProvider time)
{
    private const int MaxRequest = 4096;

    /// <summary>For pairing: the kiosk takes address, CA and pins from the answer too.</summary>
    /// <exception cref="StartException">The request cannot be used, and why.</exception>
    public (SignedProvisioning Answer, X509Certificate2 Certificate) Pair(string kiosk, byte[] csr)
    {
        (SignedProvisioning Answer, X509Certificate2 Certificate) issued = Issue(kiosk, csr);
        using X509Certificate2 server = pki.Load("server");
        pki.Known.Record(kiosk, [LinkTrust.Pin(server), pki.NextPin()]);
        return issued;
    }

    /// <param name="kiosk">Id, checked by the caller.</param>
    /// <param name="csr">PKCS#10, DER or PEM.</param>
    /// <exception cref="StartException">The request cannot be used, and why.</exception>
    public (SignedProvisioning Answer, X509Certificate2 Certificate) Issue(string kiosk, byte[] csr)
    {
        PublicKey key = KeyOf(csr);
        using X509Certificate2 ca = pki.Load("ca");
        X509Certificate2 certificate = FacilityPki.Sign(
            ca, $"CN={kiosk}", FacilityPki.KioskName(kiosk), LinkTrust.ClientPurpose, key, FacilityPki.ValidFrom(time),
            FacilityPki.LeafDays);
        pki.KeepIssued(kiosk, time.GetUtcNow(), certificate);
        return (AnswerWith(kiosk, certificate.ExportCertificatePem()), certificate);
    }

    /// <summary>The answer with a certificate that was issued before, when the first answer was lost.</summary>
    /// <param name="certificate">PEM.</param>
    public SignedProvisioning AnswerWith(string kiosk, string certificate)
    {
        using X509Certificate2 ca = pki.Load("ca"), server = pki.Load("server");
        using ECDsa caKey = ca.GetECDsaPrivateKey()!;
        return SignedProvisioning.Sign(
            new(kiosk, address, ca.ExportCertificatePem(), certificate, [LinkTrust.Pin(server), pki.NextPin()]), caKey);
    }

    /// <exception cref="StartException">It is not a request with an ECDSA P-256 key.</exception>
    public static PublicKey KeyOf(byte[] csr)
    {
        try
        {
            if (csr.Length is 0 or > MaxRequest) throw new CryptographicException("empty, or larger than 4,096 bytes");
            // Loading checks the request's own signature: the sender has the private key.
            CertificateRequest request = csr is [0x30, ..]
                ? CertificateRequest.LoadSigningRequest(csr, HashAlgorithmName.SHA256)
                : CertificateRequest.LoadSigningRequestPem(System.Text.Encoding.ASCII.GetString(csr), HashAlgorithmName.SHA256);
            using ECDsa? key = request.PublicKey.GetECDsaPublicKey();
            return key?.KeySize == 256 ? request.PublicKey : throw new CryptographicException("the key is not ECDSA P-256");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StartException("certificate request",
                "cannot be used; make it with \"kiosk enroll --request FILE\" (" + e.Message + ")", e);
        }
    }
}
