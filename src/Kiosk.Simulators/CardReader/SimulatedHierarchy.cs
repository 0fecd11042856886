using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Devices.CardReader;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// Issuers of the virtual cards: a JPKI-like CA, a CV CA and its card face issuer, all keys of our own making. Hands the
/// same keys to the cards and, as trust anchors, to the kiosk; nothing of it is known to any real card or kiosk.
/// </summary>
/// <param name="directory">Where keys are kept (0700), so that another process makes the same cards; null: in memory only.</param>
public sealed class SimulatedHierarchy(string? directory) : IDisposable
{
    private const string AuthorityName =
        "C=JP, O=JPKI, OU=JPKI for user authentication, OU=Simulated by the kiosk";

    private readonly ConcurrentDictionary<string, Lazy<RSA>> _keys = new(StringComparer.Ordinal);

    /// <summary>Form of a JPKI test card's key id (6000023 08 05 001): no production id.</summary>
    internal static ReadOnlySpan<byte> CardFaceAuthorityId => "6000023\u0008\u0005001\0\0\0\0"u8;

    internal static ReadOnlySpan<byte> CardFaceIssuerId => "9299774\u0008\u0005001\0\0\0\0"u8;

    /// <summary>Who issues cards that are to be taken for genuine.</summary>
    internal CardIssuer Issuer => new(this, "");

    private Dictionary<string, byte[]> CardFaceAnchors =>
        new() { [Convert.ToHexString(CardFaceAuthorityId)] = Issuer.CardFaceAuthority.ExportSubjectPublicKeyInfo() };

    /// <summary>What a kiosk must be given to take these cards for genuine.</summary>
    public CardTrust Trust(DateOnly today) => new(CardFaceAnchors, [AuthorityCertificate(today)]);

    /// <summary>The same as files of <see cref="CardTrustFolder"/>.</summary>
    public void SaveTrust(string folder, DateOnly today) =>
        CardTrustFolder.Save(folder, CardFaceAnchors, new Dictionary<string, byte[]> { ["simulated"] = AuthorityCertificate(today) });

    /// <summary>The CA's own certificate, DER; another one with the same key on each call.</summary>
    internal byte[] AuthorityCertificate(DateOnly today) => AuthorityCertificate(Issuer, today);

    internal static byte[] AuthorityCertificate(CardIssuer issuer, DateOnly today)
    {
        CertificateRequest request = new(AuthorityName, issuer.CertificateAuthority, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 authority = request.CreateSelfSigned(EndOf(today.AddYears(-7)), EndOf(today.AddYears(3)));
        return authority.RawData;
    }

    /// <summary>A 利用者証明用-like certificate: an opaque name, five years, ending with <paramref name="lastDay"/>.</summary>
    internal static byte[] Certificate(CardIssuer issuer, RSA subject, string name, DateOnly lastDay)
    {
        RSA authority = issuer.CertificateAuthority;
        CertificateRequest request = new($"C=JP, CN=SIMULATED{name}", subject, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        byte[] serial = RandomNumberGenerator.GetBytes(4);
        serial[0] = 0x01;
        using X509Certificate2 leaf = request.Create(
            new X500DistinguishedName(AuthorityName),
            X509SignatureGenerator.CreateForRSA(authority, RSASignaturePadding.Pkcs1),
            EndOf(lastDay.AddYears(-5)),
            EndOf(lastDay),
            serial);
        return leaf.RawData;
    }

    /// <summary>The key of that name, made on first use (RSA-2048, 50 to 300 ms).</summary>
    internal RSA Key(string name) =>
        _keys.GetOrAdd(name, n => new Lazy<RSA>(() => LoadOrMake(n))).Value;

    public void Dispose()
    {
        foreach (Lazy<RSA> key in _keys.Values.Where(k => k.IsValueCreated)) key.Value.Dispose();
    }

    private RSA LoadOrMake(string name)
    {
        RSA key = RSA.Create(2048);
        if (directory is null) return key;
        string path = Path.Combine(directory, $"{name}.pem");
        if (File.Exists(path)) key.ImportFromPem(File.ReadAllText(path));
        else File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        return key;
    }

    /// <summary>23:59:59 in Japan.</summary>
    private static DateTimeOffset EndOf(DateOnly day) => new(day, new TimeOnly(23, 59, 59), JapanTime.Offset);
}

/// <summary>Keys that sign a card. The stranger's names and key ids are the same, only the keys differ: what a forger can do.</summary>
/// <param name="Prefix">Empty, or the stranger's name and a dash.</param>
internal sealed record CardIssuer(SimulatedHierarchy Hierarchy, string Prefix)
{
    public RSA CardFaceAuthority => Hierarchy.Key($"{Prefix}cv-ca");

    public RSA CardFaceIssuer => Hierarchy.Key($"{Prefix}cv-issuer");

    public RSA CertificateAuthority => Hierarchy.Key($"{Prefix}jpki-ca");
}
