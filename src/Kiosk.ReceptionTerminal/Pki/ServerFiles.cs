using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Cards;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>Reads the certificates named in the configuration, with one clear line when something is wrong.</summary>
internal static class ServerFiles
{
    /// <summary>The server's certificate with its key.</summary>
    public static X509Certificate2 Server(ReceptionOptions options)
    {
        X509Certificate2 pem = Read(options.CertificateFile, () =>
        {
            if (!File.Exists(options.KeyFile)) throw new StartException(options.KeyFile, "file not found; make it with \"reception pki\"");
            return X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        });
        if (!pem.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages[LinkTrust.ServerPurpose] is not null))
            throw new StartException(options.CertificateFile, "is not a server's certificate; name server.pem");
        if (!OperatingSystem.IsWindows()) return pem;
        // SChannel cannot use a key that was never in a key store: through PFX it gets one.
        using (pem) return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The facility's CA: one certificate, or two while it is being replaced.</summary>
    public static X509Certificate2Collection Roots(string file) => Read(file, () =>
    {
        X509Certificate2Collection all = [];
        all.ImportFromPemFile(file);
        return all.Count > 0 ? all : throw new CryptographicException("no certificate inside");
    });

    /// <summary>PEM or DER, one or more per file.</summary>
    public static X509Certificate2Collection Jpki(IEnumerable<string> files)
    {
        X509Certificate2Collection all = [];
        foreach (string file in files)
        {
            all.AddRange(Read(file, () =>
                File.ReadAllBytes(file) is [0x30, ..] der ? new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(der))
                    : Roots(file)));
        }

        return all;
    }

    /// <summary>
    /// Anchors of the card-face record, as the kiosk takes them: PEM public keys in files <c>cv-KEYID.pem</c>, named by the 16-byte key id
    /// in hex.
    /// </summary>
    /// <returns>Null: none are named.</returns>
    public static CardTrust? CardFace(IReadOnlyList<string> files)
    {
        if (files.Count == 0) return null;
        Dictionary<string, byte[]> keys = new(StringComparer.OrdinalIgnoreCase);
        foreach (string file in files)
        {
            string id = Path.GetFileNameWithoutExtension(file);
            if (!id.StartsWith("cv-", StringComparison.Ordinal) || id.Length != 35 || !id[3..].All(char.IsAsciiHexDigit))
                throw new StartException(file, "must be named cv-KEYID.pem, with the 32 hex digits of the key id of the card-face CA");
            keys[id[3..]] = Read(file, () =>
            {
                string pem = File.ReadAllText(file);
                PemFields block = PemEncoding.Find(pem);
                return pem[block.Label] == "PUBLIC KEY" ? Convert.FromBase64String(pem[block.Base64Data])
                    : throw new CryptographicException("not a PUBLIC KEY");
            });
        }

        try
        {
            return new(keys, []);
        }
        catch (InvalidDataException e)
        {
            throw new StartException("cardFaceCaFiles", "must hold public keys of RSA-2048 or P-384 (" + e.Message + ")", e);
        }
    }

    private static T Read<T>(string file, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartException(file, File.Exists(file)
                ? "cannot be used: " + e.Message : "file not found; make it with \"reception pki\"", e);
        }
    }
}
