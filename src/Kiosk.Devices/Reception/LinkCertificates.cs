using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Reception;

/// <summary>The kiosk's certificate with its key, and the CA that it trusts. Read once; disposed with the link.</summary>
internal sealed class LinkCertificates : IDisposable
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private LinkCertificates(X509Certificate2 own, X509Certificate2Collection roots)
    {
        Own = own;
        Roots = roots;
    }

    public X509Certificate2 Own { get; }

    public X509Certificate2Collection Roots { get; }

    /// <exception cref="FailureException">CertificateFileBroken, with the file, what is wrong and what to do.</exception>
    public static LinkCertificates Load(ReceptionLinkOptions options)
    {
        X509Certificate2Collection roots = Read(options.CaFile, () =>
        {
            X509Certificate2Collection all = [];
            all.ImportFromPemFile(options.CaFile);
            return all.Count > 0 ? all : throw new CryptographicException("no certificate inside");
        });
        X509Certificate2 own = Read(options.CertificateFile, () => LoadOwn(options));
        if (!own.HasPrivateKey)
            throw Broken(options.CertificateFile, "no private key inside; name the key file");
        if (!own.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages[LinkTrust.ClientPurpose] is not null))
            throw Broken(options.CertificateFile, "not a kiosk's certificate; use the kiosk-….pem made by the reception");
        return new(own, roots);
    }

    public void Dispose()
    {
        Own.Dispose();
        foreach (X509Certificate2 root in Roots) root.Dispose();
    }

    private static X509Certificate2 LoadOwn(ReceptionLinkOptions options)
    {
        if (Path.GetExtension(options.CertificateFile) is ".pfx" or ".p12")
            return X509CertificateLoader.LoadPkcs12FromFile(options.CertificateFile, null);
        if (options.KeyFile is not { } keyFile) return X509CertificateLoader.LoadCertificateFromFile(options.CertificateFile);
        string key = Read(keyFile, () => File.ReadAllText(keyFile));
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(keyFile) & Others) != 0)
            throw Broken(keyFile, "other users can read it; chmod 600");
        string certificate = File.ReadAllText(options.CertificateFile);
        // A renewal was interrupted between certificate and key: the key is still in the file beside.
        if (File.Exists(keyFile + ".new") && IsKeyOf(certificate, File.ReadAllText(keyFile + ".new")))
        {
            File.Move(keyFile + ".new", keyFile, overwrite: true);
            key = File.ReadAllText(keyFile);
        }

        X509Certificate2 pem = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows()) return pem;
        // SChannel can use only keys from a key store. Importing as PFX puts the key into one.
        using (pem) return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static bool IsKeyOf(string certificate, string key)
    {
        try
        {
            X509Certificate2.CreateFromPem(certificate, key).Dispose();
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The key of an open request, or an incomplete file.
            return false;
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
            throw Broken(file, File.Exists(file) ? e.Message : "file not found", e);
        }
    }

    private static FailureException Broken(string file, string what, Exception? inner = null) =>
        new(Failure.CertificateFileBroken, $"{Path.GetFullPath(file)}: {what}", inner);
}
