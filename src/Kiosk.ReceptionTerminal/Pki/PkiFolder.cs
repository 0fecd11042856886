using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>Pairs NAME.pem + NAME.key in one folder. Never overwrites: a replaced CA would lock out every kiosk.</summary>
internal sealed class PkiFolder(string dir)
{
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

    private void Save(string name, X509Certificate2 made)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(dir);
        else Directory.CreateDirectory(dir, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using ECDsa key = made.GetECDsaPrivateKey()!;
        FileStreamOptions secret = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) secret.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (StreamWriter file = new(Key(name), secret)) file.Write(key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Certificate(name), made.ExportCertificatePem() + "\n");
    }
}
