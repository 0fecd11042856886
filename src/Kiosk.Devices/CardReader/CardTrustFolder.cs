using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.CardReader;

/// <summary>
/// Trust anchors of a deployment, from a folder: <c>jpki-*.pem</c>, the 利用者証明用 CA certificates of all generations in
/// use, and <c>cv-KEYID.pem</c>, CV CA public keys (SubjectPublicKeyInfo), named by their 16-byte key id in hex.
/// </summary>
public static class CardTrustFolder
{
    /// <exception cref="FailureException">CertificateFileBroken, with the file's or the folder's name.</exception>
    public static CardTrust Load(string folder)
    {
        string current = folder;
        try
        {
            List<byte[]> authorities = [];
            Dictionary<string, byte[]> cardFace = [];
            foreach (string file in Directory.EnumerateFiles(folder, "*.pem").Order(StringComparer.Ordinal))
            {
                current = file;
                string name = Path.GetFileNameWithoutExtension(file);
                if (name.StartsWith("jpki-", StringComparison.Ordinal)) authorities.Add(Certificate(file));
                else if (name.StartsWith("cv-", StringComparison.Ordinal)) cardFace.Add(name["cv-".Length..], PublicKey(file));
            }

            return new(cardFace, authorities);
        }
        catch (Exception broken) when (
            broken is IOException or UnauthorizedAccessException or CryptographicException or InvalidDataException or ArgumentException)
        {
            throw new FailureException(Failure.CertificateFileBroken, Path.GetFileName(current), broken);
        }
    }

    /// <summary>Writes anchors in the same form, for simulated cards whose kiosk runs in another process.</summary>
    /// <param name="cardFaceAuthorities">Key id in hex to SubjectPublicKeyInfo.</param>
    /// <param name="jpkiCertificates">DER, by file name part.</param>
    public static void Save(
        string folder, IReadOnlyDictionary<string, byte[]> cardFaceAuthorities, IReadOnlyDictionary<string, byte[]> jpkiCertificates)
    {
        foreach ((string keyId, byte[] key) in cardFaceAuthorities)
            File.WriteAllText(Path.Combine(folder, $"cv-{keyId}.pem"), PemEncoding.WriteString("PUBLIC KEY", key));
        foreach ((string name, byte[] certificate) in jpkiCertificates)
            File.WriteAllText(Path.Combine(folder, $"jpki-{name}.pem"), PemEncoding.WriteString("CERTIFICATE", certificate));
    }

    private static byte[] Certificate(string file)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return certificate.RawData;
    }

    private static byte[] PublicKey(string file)
    {
        using RSA key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return key.ExportSubjectPublicKeyInfo();
    }
}
