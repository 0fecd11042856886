using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// Issuers of the virtual cards: a JPKI-like CA, a CV CA and its card face issuer, of each algorithm, all with generated keys. The cards
/// are signed with these keys, and the kiosk gets them as trust anchors. No real card or kiosk knows them.
/// </summary>
/// <param name="directory">Folder where the keys are kept (mode 0700), so that another process makes the same cards; null: in
/// memory only.</param>
public sealed class SimulatedHierarchy(string? directory) : IDisposable
{
    private const string AuthorityName =
        "C=JP, O=JPKI, OU=JPKI for user authentication, OU=Simulated by the kiosk";

    private readonly ConcurrentDictionary<string, Lazy<SimulatedKey>> _keys = new(StringComparer.Ordinal);

    internal static ReadOnlySpan<byte> CardFaceIssuerId => "9299774\u0008\u0005001\0\0\0\0"u8;

    /// <summary>The issuer of cards that the kiosk must accept as genuine.</summary>
    internal CardIssuer Issuer => new(this, "", SimulatedKey.Rsa2048);

    /// <summary>The same for the cards to come.</summary>
    internal CardIssuer NextIssuer => new(this, "", SimulatedKey.P384);

    private Dictionary<string, byte[]> CardFaceAnchors => new(((CardIssuer[])[Issuer, NextIssuer]).Select(issuer =>
        KeyValuePair.Create(Convert.ToHexString(issuer.CardFaceAuthorityId), issuer.CardFaceAuthority.X509.ExportSubjectPublicKeyInfo())));

    /// <summary>The trust anchors with which a kiosk accepts these cards as genuine.</summary>
    public CardTrust Trust(DateOnly today) => new(CardFaceAnchors, [.. AuthorityCertificates(today).Values]);

    /// <summary>Writes the same trust anchors as files for <see cref="CardTrustFolder"/>.</summary>
    public void SaveTrust(string folder, DateOnly today) =>
        CardTrustFolder.Save(folder, CardFaceAnchors, AuthorityCertificates(today));

    /// <summary>The CAs of all virtual cards, DER, by the name of their file. Whoever trusts the cards trusts each of them.</summary>
    public Dictionary<string, byte[]> AuthorityCertificates(DateOnly today) => new(StringComparer.Ordinal)
    {
        ["simulated"] = AuthorityCertificate(today),
        ["simulated-p384"] = AuthorityCertificate(NextIssuer, today),
    };

    /// <summary>The CA's own certificate, DER. Each call makes a new certificate with the same key.</summary>
    internal byte[] AuthorityCertificate(DateOnly today) => AuthorityCertificate(Issuer, today);

    internal static byte[] AuthorityCertificate(CardIssuer issuer, DateOnly today)
    {
        SimulatedKey key = issuer.CertificateAuthority;
        X500DistinguishedName name = new(AuthorityName);
        CertificateRequest request = new(name, key.X509, key.Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 authority =
            request.Create(name, key.Issuing, EndOf(today.AddYears(-7)), EndOf(today.AddYears(3)), Serial());
        return authority.RawData;
    }

    /// <summary>A certificate like a 利用者証明用電子証明書: a name without meaning, valid for five years until <paramref name="lastDay"/>.</summary>
    /// <param name="holder">
    /// Birth date and sex, by which the simulated centre finds its person (<see cref="Centre.SimulatedCentre"/>); null: it takes the next
    /// one. A real certificate has nothing of the kind: the centre knows whose it is.
    /// </param>
    internal static byte[] Certificate(CardIssuer issuer, SimulatedKey subject, string name, DateOnly lastDay, PrintedFace? holder)
    {
        SimulatedKey authority = issuer.CertificateAuthority;
        string unit = holder is null ? "" : $", OU={Centre.SimulatedCentre.HolderUnit(holder.Birth, holder.Sex)}";
        CertificateRequest request =
            new(new X500DistinguishedName($"C=JP{unit}, CN=SIMULATED{name}"), subject.X509, authority.Hash);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using X509Certificate2 leaf = request.Create(
            new X500DistinguishedName(AuthorityName),
            authority.Issuing,
            EndOf(lastDay.AddYears(-5)),
            EndOf(lastDay),
            Serial());
        return leaf.RawData;
    }

    /// <summary>The key of that name, made on first use (RSA-2048, 50 to 300 ms).</summary>
    internal RSA Key(string name) => ((SimulatedRsaKey)Key(name, SimulatedKey.Rsa2048)).Key;

    /// <summary>The key of that name and algorithm, made on first use.</summary>
    internal SimulatedKey Key(string name, string algorithm)
    {
        string full = algorithm == SimulatedKey.Rsa2048 ? name : $"{name}-{algorithm}";
        return _keys.GetOrAdd(full, n => new Lazy<SimulatedKey>(() => LoadOrMake(n, algorithm))).Value;
    }

    public void Dispose()
    {
        foreach (Lazy<SimulatedKey> key in _keys.Values.Where(k => k.IsValueCreated)) key.Value.Dispose();
    }

    private SimulatedKey LoadOrMake(string name, string algorithm)
    {
        if (directory is null) return SimulatedKey.Make(algorithm, null);
        string path = Path.Combine(directory, $"{name}.pem");
        if (File.Exists(path)) return SimulatedKey.Make(algorithm, File.ReadAllText(path));
        SimulatedKey key = SimulatedKey.Make(algorithm, null);
        if (key.ExportPrivateKey() is { } pem) File.WriteAllText(path, pem);
        return key;
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(4);
        serial[0] = 0x01;
        return serial;
    }

    /// <summary>23:59:59 in Japan.</summary>
    private static DateTimeOffset EndOf(DateOnly day) => new(day, new TimeOnly(23, 59, 59), JapanTime.Offset);
}

/// <summary>
/// Keys that sign a card. An untrusted issuer has the same names and key ids and different keys, as a forger could make them.
/// </summary>
/// <param name="Prefix">Empty, or the name of the untrusted issuer and a dash.</param>
/// <param name="Algorithm">RSA-2048 or P-384.</param>
internal sealed record CardIssuer(SimulatedHierarchy Hierarchy, string Prefix, string Algorithm)
{
    /// <summary>
    /// Key ids in the form of a JPKI test card's (6000023 08 05 001), one for each algorithm. They are not production ids.
    /// </summary>
    public ReadOnlySpan<byte> CardFaceAuthorityId =>
        Algorithm == SimulatedKey.P384 ? "6000023\u0008\u0005002\0\0\0\0"u8 : "6000023\u0008\u0005001\0\0\0\0"u8;

    public SimulatedKey CardFaceAuthority => Hierarchy.Key($"{Prefix}cv-ca", Algorithm);

    public SimulatedKey CardFaceIssuer => Hierarchy.Key($"{Prefix}cv-issuer", Algorithm);

    public SimulatedKey CertificateAuthority => Hierarchy.Key($"{Prefix}jpki-ca", Algorithm);
}
