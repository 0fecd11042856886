using System.Security.Cryptography;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.CardReader;

/// <summary>What a folder of trust anchors contains.</summary>
/// <param name="Certificates">Number of different JPKI CA certificates.</param>
/// <param name="CardFaceKeys">Number of CV CA keys.</param>
/// <param name="NotUsed">Files, and parts of files, that are no trust anchor: shown to the technician.</param>
public sealed record TrustFiles(CardTrust Trust, int Certificates, int CardFaceKeys, IReadOnlyList<string> NotUsed);

/// <summary>
/// Trust anchors of a deployment, from a folder: <c>jpki-*</c>, the 利用者証明用 CA certificates of all generations in use, and
/// <c>cv-KEYID</c>, CV CA public keys (SubjectPublicKeyInfo), named by their 16-byte key id in hex. Endings: <c>.pem</c>, <c>.crt</c>,
/// <c>.cer</c>, <c>.der</c>, <c>.p7b</c>, <c>.p7c</c>. Whether a file is PEM or DER is decided by its content (<see cref="TrustFile"/>).
/// </summary>
public static class CardTrustFolder
{
    private static readonly string[] Endings = [".pem", ".crt", ".cer", ".der", ".p7b", ".p7c"];

    /// <exception cref="FailureException">CertificateFileBroken, with the file's or the folder's name.</exception>
    public static CardTrust Load(string folder) => Read(folder).Trust;

    /// <exception cref="FailureException">CertificateFileBroken, with the file's or the folder's name.</exception>
    public static TrustFiles Read(string folder)
    {
        string current = folder;
        try
        {
            List<byte[]> authorities = [];
            Dictionary<string, byte[]> cardFace = new(StringComparer.OrdinalIgnoreCase);
            List<string> notUsed = [];
            foreach (string file in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
            {
                current = file;
                string name = Path.GetFileNameWithoutExtension(file);
                bool isAuthority = name.StartsWith("jpki-", StringComparison.OrdinalIgnoreCase);
                bool isCardFace = name.StartsWith("cv-", StringComparison.OrdinalIgnoreCase);
                bool hasEnding = Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
                if (!hasEnding || !(isAuthority || isCardFace) || Directory.Exists(file))
                {
                    notUsed.Add(Path.GetFileName(file));
                    continue;
                }

                // A mistake in a file is found here, so that the failure names the file.
                TrustFile content = TrustFile.Parse(File.ReadAllBytes(file));
                if (isAuthority)
                {
                    if (content.Certificates.Count == 0) throw new InvalidDataException("no certificate");
                    _ = new CardTrust([], content.Certificates);
                    foreach (byte[] certificate in content.Certificates)
                        if (!authorities.Exists(known => known.AsSpan().SequenceEqual(certificate))) authorities.Add(certificate);
                    if (content.PublicKeys.Count > 0) notUsed.Add($"{Path.GetFileName(file)} (PUBLIC KEY)");
                }
                else
                {
                    // The name holds one key id, so the file can hold one key.
                    byte[] key = content.PublicKeys is [byte[] only] ? only : throw new InvalidDataException("not one public key");
                    string keyId = name["cv-".Length..];
                    _ = new CardTrust([new(keyId, key)], []);
                    if (!cardFace.TryAdd(keyId, key) && !cardFace[keyId].AsSpan().SequenceEqual(key))
                        throw new InvalidDataException("two keys of one id");
                    if (content.Certificates.Count > 0) notUsed.Add($"{Path.GetFileName(file)} (CERTIFICATE)");
                }

                notUsed.AddRange(content.Others.Select(label => $"{Path.GetFileName(file)} ({label})"));
            }

            current = folder;
            return new(new(cardFace, authorities), authorities.Count, cardFace.Count, notUsed);
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
}
