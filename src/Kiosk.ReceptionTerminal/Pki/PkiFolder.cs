using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>
/// Certificates NAME.pem and keys NAME.key in one folder. Existing ones are never replaced: a new CA would lock out every kiosk.
/// </summary>
internal sealed class PkiFolder(string dir)
{
    public KnownPins Known { get; } = new(dir);

    public string Certificate(string name) => Path.GetFullPath(Path.Combine(dir, name + ".pem"));

    public string Key(string name) => Path.GetFullPath(Path.Combine(dir, name + ".key"));

    /// <summary>Reads certificate and key; makes and writes them when neither file is there.</summary>
    /// <exception cref="StartException">Only one of the two files is there, or they cannot be read or written.</exception>
    public X509Certificate2 LoadOrMake(string name, Func<X509Certificate2> make)
    {
        bool certificate = File.Exists(Certificate(name)), key = File.Exists(Key(name));
        if (certificate != key)
        {
            string missing = certificate ? Key(name) : Certificate(name);
            throw new StartException(missing,
                "certificate and key belong together and only the other file is there: restore this one, or remove both");
        }

        try
        {
            if (certificate) return X509Certificate2.CreateFromPemFile(Certificate(name), Key(name));
            X509Certificate2 made = make();
            Save(name, made);
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartException(Certificate(name), e.Message, e);
        }
    }

    /// <exception cref="StartException">It is not there.</exception>
    public X509Certificate2 Load(string name) =>
        LoadOrMake(name, () => throw new StartException(Certificate(name), "file not found; make it with \"reception pki\""));

    /// <summary>
    /// Pin of the server's next key. The key is made when there is none. Kiosks trust it before it is used for the first time.
    /// </summary>
    public string NextPin()
    {
        using ECDsa next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = Key("server-next");
        if (File.Exists(file)) next.ImportFromPem(File.ReadAllText(file));
        else WriteKey(file, next);
        return Convert.ToBase64String(SHA256.HashData(next.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>
    /// Makes the next key the present one, with a certificate that has the old one's names, and makes a new next key. Kiosks know the
    /// key already, as "next". A call that was interrupted is completed by the following one.
    /// </summary>
    /// <param name="force">Also when a kiosk has not reported that it trusts the next key: such a kiosk must be paired again.</param>
    /// <returns>Pin of the key now in server.key.</returns>
    /// <exception cref="StartException">CA, server or next key is missing; a kiosk does not know the next key.</exception>
    public string Rotate(TimeProvider time, bool force = false)
    {
        try
        {
            string pending = Certificate("server") + ".new", next = Key("server-next");
            if (!IsPair(pending, Key("server")))
            {
                using X509Certificate2 ca = Load("ca"), old = Load("server");
                if (Known.KiosksWithout(NextPin(), time.GetUtcNow()) is { Count: > 0 } kiosks && !force)
                {
                    throw new StartException(
                        "the server's next key",
                        $"is not known to {string.Join(", ", kiosks)}: wait until each has connected since the last change (with "
                            + $"\"renewal\" a kiosk "
                        + "asks at its start and every six hours), or use --force and pair them again");
                }

                using ECDsa key = ECDsa.Create();
                key.ImportFromPem(File.ReadAllText(next));
                using X509Certificate2 made = FacilityPki.Sign(
                    ca, old.Subject, old.Extensions["2.5.29.17"]!, LinkTrust.ServerPurpose, new PublicKey(key),
                    FacilityPki.ValidFrom(time), FacilityPki.LeafDays);
                WriteCertificate(pending, made);
                File.Move(next, Key("server"), overwrite: true);
            }

            File.Move(pending, Certificate("server"), overwrite: true);
            NextPin();
            using X509Certificate2 now = Load("server");
            return LinkTrust.Pin(now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartException(dir, "the server's key cannot be changed: " + e.Message, e);
        }
    }

    /// <summary>
    /// Completes a <see cref="Rotate"/> that was interrupted between its two renames: a reception could not start with those files.
    /// </summary>
    public void CompleteRotation()
    {
        string pending = Certificate("server") + ".new";
        if (IsPair(pending, Key("server"))) File.Move(pending, Certificate("server"), overwrite: true);
    }

    private static bool IsPair(string certificate, string key)
    {
        if (!File.Exists(certificate)) return false;
        try
        {
            X509Certificate2.CreateFromPemFile(certificate, key).Dispose();
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// Keeps a copy of what was issued, so that a stolen kiosk's pin can be found for <c>deniedKeys</c>. Each has a name of its own:
    /// KIOSK-TIME-SERIAL. An existing file is never replaced.
    /// </summary>
    /// <exception cref="IOException">It cannot be written; then the certificate must not be given out.</exception>
    public void KeepIssued(string kiosk, DateTimeOffset now, X509Certificate2 issued)
    {
        string folder = Path.GetFullPath(Path.Combine(dir, "issued"));
        Directory.CreateDirectory(folder);
        string name = $"{kiosk}-{now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}-{issued.SerialNumber}.pem";
        DurableFile.Create(Path.Combine(folder, name), Pem(issued));
    }

    private static void WriteKey(string file, ECDsa key) =>
        SecretFile.WriteNew(file, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));

    private static void WriteCertificate(string file, X509Certificate2 certificate) =>
        DurableFile.Replace(file, Pem(certificate));

    private static byte[] Pem(X509Certificate2 certificate) => Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n");

    private void Save(string name, X509Certificate2 made)
    {
        SecretFile.MakeFolder(dir);
        using ECDsa key = made.GetECDsaPrivateKey()!;
        WriteKey(Key(name), key);
        WriteCertificate(Certificate(name), made);
    }
}
