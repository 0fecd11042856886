using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>Pairs NAME.pem + NAME.key in one folder. Never overwrites: a replaced CA would lock out every kiosk.</summary>
internal sealed class PkiFolder(string dir)
{
    public KnownPins Known { get; } = new(dir);

    public string Certificate(string name) => Path.GetFullPath(Path.Combine(dir, name + ".pem"));

    public string Key(string name) => Path.GetFullPath(Path.Combine(dir, name + ".key"));

    /// <summary>The pair on disk; made and written when neither file is there.</summary>
    public X509Certificate2 Pair(string name, Func<X509Certificate2> make)
    {
        bool certificate = File.Exists(Certificate(name)), key = File.Exists(Key(name));
        if (certificate != key)
            throw new StartException(certificate ? Key(name) : Certificate(name), "its other half exists: restore this file, or remove both to make new ones");
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
    public X509Certificate2 Existing(string name) =>
        Pair(name, () => throw new StartException(Certificate(name), "file not found; make it with \"reception pki\""));

    /// <summary>Pin of the server's next key, which is made when there is none: kiosks trust it before it is ever used.</summary>
    public string NextPin()
    {
        using ECDsa next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = Key("server-next");
        if (File.Exists(file)) next.ImportFromPem(File.ReadAllText(file));
        else WriteKey(file, next);
        return Convert.ToBase64String(SHA256.HashData(next.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>
    /// The next key becomes the present one, under a certificate with the old one's names; a new next key is made. Kiosks know the
    /// key since they heard of it as "next". Cut off half way, the next call ends what was begun.
    /// </summary>
    /// <param name="force">Also where a kiosk is not known to trust the next key: it is locked out until it is paired anew.</param>
    /// <returns>Pin of the key now in server.key.</returns>
    /// <exception cref="StartException">CA, server or next key is missing; a kiosk does not know the next key.</exception>
    public string Rotate(TimeProvider time, bool force = false)
    {
        try
        {
            string aside = Certificate("server") + ".new", next = Key("server-next");
            if (!IsPair(aside, Key("server")))
            {
                using X509Certificate2 ca = Existing("ca"), old = Existing("server");
                if (Known.Without(NextPin(), time.GetUtcNow()) is { Count: > 0 } kiosks && !force)
                {
                    throw new StartException(
                        "the server's next key", $"is not known to {string.Join(", ", kiosks)}: wait until each was connected once since the last change (with \"renewal\" a kiosk asks at its start and every six hours), or --force and pair them anew");
                }

                using ECDsa key = ECDsa.Create();
                key.ImportFromPem(File.ReadAllText(next));
                using X509Certificate2 made = ThrowAwayPki.Sign(
                    ca, old.Subject, old.Extensions["2.5.29.17"]!, LinkTrust.ServerPurpose, new PublicKey(key), ThrowAwayPki.Today(time), ThrowAwayPki.LeafDays);
                WriteCertificate(aside, made);
                File.Move(next, Key("server"), overwrite: true);
            }

            File.Move(aside, Certificate("server"), overwrite: true);
            NextPin();
            using X509Certificate2 now = Existing("server");
            return LinkTrust.Pin(now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartException(dir, "the server's key cannot be changed: " + e.Message, e);
        }
    }

    /// <summary>Ends a <see cref="Rotate"/> that was cut off between its two renames: a reception could not start on half of it.</summary>
    public void Finish()
    {
        string aside = Certificate("server") + ".new";
        if (IsPair(aside, Key("server"))) File.Move(aside, Certificate("server"), overwrite: true);
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

    /// <summary>Keeps a copy of what was issued, so that a stolen kiosk's pin can be found for <c>deniedKeys</c>.</summary>
    public void Note(string name, X509Certificate2 issued)
    {
        string folder = Path.GetFullPath(Path.Combine(dir, "issued"));
        Directory.CreateDirectory(folder);
        WriteCertificate(Path.Combine(folder, name + ".pem"), issued);
    }

    private static void WriteKey(string file, ECDsa key) => SecretFile.WriteNew(file, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));

    private static void WriteCertificate(string file, X509Certificate2 certificate) =>
        DurableFile.Replace(file, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));

    private void Save(string name, X509Certificate2 made)
    {
        SecretFile.MakeFolder(dir);
        using ECDsa key = made.GetECDsaPrivateKey()!;
        WriteKey(Key(name), key);
        WriteCertificate(Certificate(name), made);
    }
}
