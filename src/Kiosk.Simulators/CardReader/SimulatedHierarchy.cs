using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// Issuers of the virtual cards: a JPKI-like CA, a CV CA and its card face issuer, all with generated keys. The cards are signed with
/// these keys, and the kiosk gets them as trust anchors. No real card or kiosk knows them.
/// </summary>
/// <param name="directory">Folder where the keys are kept (mode 0700), so that another process makes the same cards; null: in
/// memory only.</param>
public sealed class SimulatedHierarchy(string? directory) : IDisposable
{
    private const string AuthorityName =
        "C=JP, O=JPKI, OU=JPKI for user authentication, OU=Simulated by the kiosk";

    private readonly ConcurrentDictionary<string, Lazy<RSA>> _keys = new(StringComparer.Ordinal);

    /// <summary>A key id in the form of a JPKI test card's (6000023 08 05 001). It is not a production id.</summary>
    internal static ReadOnlySpan<byte> CardFaceAuthorityId => "6000023\u0008\u0005001\0\0\0\0"u8;

    internal static ReadOnlySpan<byte> CardFaceIssuerId => "9299774\u0008\u0005001\0\0\0\0"u8;

    /// <summary>The issuer of cards that the kiosk must accept as genuine.</summary>
    internal CardIssuer Issuer => new(this, "");

    private Dictionary<string, byte[]> CardFaceAnchors =>
        new() { [Convert.ToHexString(CardFaceAuthorityId)] = Issuer.CardFaceAuthority.ExportSubjectPublicKeyInfo() };

    /// <summary>The trust anchors with which a kiosk accepts these cards as genuine.</summary>
    public CardTrust Trust(DateOnly today) => new(CardFaceAnchors, [AuthorityCertificate(today)]);

    /// <summary>Writes the same trust anchors as files for <see cref="CardTrustFolder"/>.</summary>
    public void SaveTrust(string folder, DateOnly today) =>
        CardTrustFolder.Save(folder, CardFaceAnchors, new Dictionary<string, byte[]> { ["simulated"] = AuthorityCertificate(today) });

    /// <summary>The CA's own certificate, DER. Each call makes a new certificate with the same key.</summary>
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

    /// <summary>A certificate like a 利用者証明用電子証明書: a name without meaning, valid for five years until <paramref name="lastDay"/>.</summary>
    /// <param name="holder">
    /// Birth date and sex, by which the simulated centre finds its person (<see cref="Centre.SimulatedCentre"/>); null: it takes the next
    /// one. A real certificate has nothing of the kind: the centre knows whose it is.
    /// </param>
    internal static byte[] Certificate(CardIssuer issuer, RSA subject, string name, DateOnly lastDay, PrintedFace? holder)
    {
        RSA authority = issuer.CertificateAuthority;
        string unit = holder is null ? "" : $", OU={Centre.SimulatedCentre.HolderUnit(holder.Birth, holder.Sex)}";
        CertificateRequest request = new($"C=JP{unit}, CN=SIMULATED{name}", subject, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
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

/// <summary>
/// Keys that sign a card. An untrusted issuer has the same names and key ids and different keys, as a forger could make them.
/// </summary>
/// <param name="Prefix">Empty, or the name of the untrusted issuer and a dash.</param>
internal sealed record CardIssuer(SimulatedHierarchy Hierarchy, string Prefix)
{
    public RSA CardFaceAuthority => Hierarchy.Key($"{Prefix}cv-ca");

    public RSA CardFaceIssuer => Hierarchy.Key($"{Prefix}cv-issuer");

    public RSA CertificateAuthority => Hierarchy.Key($"{Prefix}jpki-ca");
}
