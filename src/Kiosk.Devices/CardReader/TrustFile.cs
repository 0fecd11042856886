using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kiosk.Devices.CardReader;

/// <summary>
/// Everything in one file of certificates or public keys: PEM with any number of blocks (RFC 7468; text around them, a byte order mark and
/// UTF-16 are accepted), a DER certificate, a DER SubjectPublicKeyInfo, or the certificates of a PKCS #7 file (RFC 2315 section 9.1).
/// </summary>
/// <param name="Certificates">DER, in the order of the file.</param>
/// <param name="PublicKeys">SubjectPublicKeyInfo, DER.</param>
/// <param name="Others">Labels of PEM blocks of another kind, for example PRIVATE KEY.</param>
public sealed record TrustFile(IReadOnlyList<byte[]> Certificates, IReadOnlyList<byte[]> PublicKeys, IReadOnlyList<string> Others)
{
    private const string Begin = "-----BEGIN ";
    private const string SignedData = "1.2.840.113549.1.7.2";

    /// <exception cref="CryptographicException">Neither PEM nor DER of a known kind, or a block that is damaged.</exception>
    public static TrustFile Parse(byte[] bytes)
    {
        List<byte[]> certificates = [];
        List<byte[]> keys = [];
        List<string> others = [];
        string text = Text(bytes);
        if (text.Contains(Begin, StringComparison.Ordinal)) ReadPem(text);
        else ReadDer(bytes);
        return new(certificates, keys, others);

        void ReadPem(string pem)
        {
            ReadOnlySpan<char> rest = pem;
            int found = 0;
            for (; PemEncoding.TryFind(rest, out PemFields block); found++, rest = rest[block.Location.End..])
            {
                string label = rest[block.Label].ToString();
                byte[] content = new byte[block.DecodedDataLength];
                _ = Convert.TryFromBase64Chars(rest[block.Base64Data], content, out _);
                switch (label)
                {
                    case "CERTIFICATE" or "X509 CERTIFICATE":
                        certificates.Add(Certificate(content));
                        break;
                    case "PKCS7" or "PKCS #7 SIGNED DATA" or "CMS":
                        certificates.AddRange(OfPkcs7(content));
                        break;
                    case "PUBLIC KEY":
                        keys.Add(PublicKey(content));
                        break;
                    default:
                        others.Add(label);
                        break;
                }
            }

            // TryFind skips a damaged block. A CA that is left out in silence would make its cards look forged.
            if (found != pem.Split(Begin).Length - 1) throw new CryptographicException("a PEM block is damaged");
        }

        void ReadDer(byte[] der)
        {
            try
            {
                certificates.Add(Certificate(der));
            }
            catch (CryptographicException)
            {
                if (IsPkcs7(der)) certificates.AddRange(OfPkcs7(der));
                else keys.Add(PublicKey(der));
            }
        }
    }

    /// <summary>Byte order marks: UTF-8, UTF-16. Without one the bytes are read as Latin-1, which keeps every byte of a DER file.</summary>
    private static string Text(byte[] bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetString(bytes.AsSpan(3)),
        [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes.AsSpan(2)),
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2)),
        _ => Encoding.Latin1.GetString(bytes),
    };

    private static byte[] Certificate(byte[] der)
    {
        if (IsPkcs7(der)) throw new CryptographicException("PKCS #7");
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        return certificate.RawData;
    }

    private static byte[] PublicKey(byte[] der)
    {
        // Of any algorithm: whether cards can be verified with it is decided by CardTrust.
        return System.Security.Cryptography.X509Certificates.PublicKey.CreateFromSubjectPublicKeyInfo(der, out _)
            .ExportSubjectPublicKeyInfo();
    }

    private static bool IsPkcs7(byte[] der)
    {
        try
        {
            return new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier() == SignedData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>ContentInfo { signedData, [0] SignedData { version, digestAlgorithms, contentInfo, [0] certificates … } }.</summary>
    private static List<byte[]> OfPkcs7(byte[] der)
    {
        try
        {
            AsnReader content = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            if (content.ReadObjectIdentifier() != SignedData) throw new CryptographicException("PKCS #7 without signed data");
            AsnReader signed = content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
            for (int i = 0; i < 3; i++) signed.ReadEncodedValue();
            AsnReader set = signed.ReadSetOf(skipSortOrderValidation: true, new Asn1Tag(TagClass.ContextSpecific, 0));
            List<byte[]> certificates = [];
            while (set.HasData) certificates.Add(Certificate(set.ReadEncodedValue().ToArray()));
            return certificates;
        }
        catch (AsnContentException broken)
        {
            throw new CryptographicException("PKCS #7", broken);
        }
    }
}
