using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>Where <see cref="FacilityPki.Write"/> put the files.</summary>
/// <param name="Ca">ca.pem: goes to the reception and to each kiosk.</param>
/// <param name="ServerCertificate">server.pem, stays with <paramref name="ServerKey"/> server.key at the reception.</param>
/// <param name="KioskCertificate">kiosk-ID.pem, goes with <paramref name="KioskKey"/> kiosk-ID.key to that kiosk.</param>
/// <param name="ServerPin">Pin of the server's key for the kiosk's configuration.</param>
public sealed record PkiFiles(
    string Ca, string ServerCertificate, string ServerKey, string KioskCertificate, string KioskKey, string ServerPin);

/// <summary>
/// Makes the facility's private CA and the certificates of the server and of kiosks, as files. The CA's key stays in ca.key so that
/// another kiosk can be added. Who has that file can make kiosks, so it should be kept off the machine.
/// </summary>
public static class FacilityPki
{
    /// <summary>Days that a server's or kiosk's certificate is valid. It is renewed after two thirds of them.</summary>
    public const int LeafDays = 90;

    private const int CaDays = 3650;

    /// <summary>Makes what is missing in <paramref name="dir"/>; files that exist are kept and used.</summary>
    /// <param name="dir">Created if need be, for its owner only.</param>
    /// <param name="names">DNS names and IP addresses by which kiosks call the reception; at least one.</param>
    /// <param name="kiosk">Kiosk id, 1 to 32 of a-z 0-9 and hyphen.</param>
    /// <param name="time">Validity begins five minutes before now.</param>
    /// <exception cref="StartException">
    /// A certificate without its key, an id that cannot be used, a folder that cannot be written.
    /// </exception>
    public static PkiFiles Write(string dir, IReadOnlyList<string> names, string kiosk, TimeProvider time)
    {
        if (!KioskIdentity.IsId(kiosk)) throw new StartException($"kiosk id \"{kiosk}\"", "use 1 to 32 of a-z, 0-9 and -");
        PkiFolder folder = new(dir);
        using X509Certificate2 ca = folder.LoadOrMake("ca", () => MakeCa(time));
        using X509Certificate2 server = folder.LoadOrMake("server", () => MakeServer(ca, names, time));
        using X509Certificate2 client = folder.LoadOrMake($"kiosk-{kiosk}", () => MakeKiosk(ca, kiosk, time));
        return new(
            folder.Certificate("ca"), folder.Certificate("server"), folder.Key("server"),
            folder.Certificate($"kiosk-{kiosk}"), folder.Key($"kiosk-{kiosk}"), LinkTrust.Pin(server));
    }

    /// <summary>CA and server only, for kiosks that are paired and make their keys themselves.</summary>
    /// <returns>The folder, and the server's certificate.</returns>
    internal static (PkiFolder Folder, X509Certificate2 Server) WriteReception(string dir, IReadOnlyList<string> names, TimeProvider time)
    {
        PkiFolder folder = new(dir);
        using X509Certificate2 ca = folder.LoadOrMake("ca", () => MakeCa(time));
        return (folder, folder.LoadOrMake("server", () => MakeServer(ca, names, time)));
    }

    /// <summary>A self-signed CA, path length 0.</summary>
    public static X509Certificate2 MakeCa(TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=Kiosk link CA {RandomNumberGenerator.GetHexString(8)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = time.GetUtcNow();
        // A day back: CertificateRequest refuses a certificate that begins before its issuer's.
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(CaDays));
    }

    public static X509Certificate2 MakeServer(X509Certificate2 ca, IReadOnlyList<string> names, TimeProvider time)
    {
        SubjectAlternativeNameBuilder san = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address)) san.AddIpAddress(address);
            else san.AddDnsName(name);
        }

        return MakeLeaf(ca, $"CN={names[0]}", san, LinkTrust.ServerPurpose, ValidFrom(time), LeafDays);
    }

    public static X509Certificate2 MakeKiosk(X509Certificate2 ca, string kiosk, TimeProvider time) =>
        MakeLeaf(ca, $"CN={kiosk}", KioskName(kiosk), LinkTrust.ClientPurpose, ValidFrom(time), LeafDays);

    /// <summary>The general form, for tests of what must be refused.</summary>
    public static X509Certificate2 MakeLeaf(
        X509Certificate2 ca, string subject, SubjectAlternativeNameBuilder san, string purpose, DateTimeOffset from, double days)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = Sign(ca, subject, san, purpose, new PublicKey(key), from, days);
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate for a public key; its private key stays where it was made.</summary>
    public static X509Certificate2 Sign(
        X509Certificate2 ca, string subject, SubjectAlternativeNameBuilder san, string purpose, PublicKey key, DateTimeOffset from,
        double days) =>
        Sign(ca, subject, san.Build(), purpose, key, from, days);

    /// <param name="san">Subject alternative name.</param>
    internal static X509Certificate2 Sign(
        X509Certificate2 ca, string subject, X509Extension san, string purpose, PublicKey key, DateTimeOffset from, double days)
    {
        CertificateRequest request = new(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, true, false));
        request.CertificateExtensions.Add(san);
        return request.Create(ca, from, from.AddDays(days), RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>The name by which the reception knows a kiosk.</summary>
    public static SubjectAlternativeNameBuilder KioskName(string kiosk)
    {
        SubjectAlternativeNameBuilder san = new();
        san.AddUri(new Uri(LinkTrust.KioskUrn + kiosk));
        return san;
    }

    // Five minutes back: clocks on a LAN differ by minutes.
    internal static DateTimeOffset ValidFrom(TimeProvider time) => time.GetUtcNow().AddMinutes(-5);
}
