using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Link;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>
/// Which keys of the server each kiosk trusts, as it said itself or was given when paired: one small file a kiosk. A key that a kiosk does
/// not know locks it out, so the server's key changes only when every kiosk knows the next one.
/// </summary>
/// <param name="dir">Folder of <c>reception pair</c>.</param>
internal sealed class KnownPins(string dir)
{
    private const int Most = 4;
    private const int PinLength = 44;

    private readonly string _folder = Path.GetFullPath(Path.Combine(dir, "known"));

    /// <param name="pins">As the kiosk said; what is no pin is left out. None: an older kiosk, which says nothing of it; what was known stays.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Note(string kiosk, IEnumerable<string> pins)
    {
        string file = Path.Combine(_folder, kiosk + ".pins"), text = string.Join('\n', pins.Where(p => p.Length is > 0 and <= PinLength && p.All(char.IsAscii)).Take(Most));
        if (text.Length == 0) return;
        if (File.Exists(file) && File.ReadAllText(file) == text) return;
        Directory.CreateDirectory(_folder);
        DurableFile.Replace(file, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Kiosks with a certificate that is still valid which were not heard to know this key, in order.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<string> Without(string pin, DateTimeOffset now) =>
        [.. Kiosks(now).Where(kiosk => Path.Combine(_folder, kiosk + ".pins") is var file && (!File.Exists(file) || !File.ReadAllText(file).Split('\n').Contains(pin)))];

    private SortedSet<string> Kiosks(DateTimeOffset now)
    {
        SortedSet<string> all = new(StringComparer.Ordinal);
        // What was issued to a request, and what "reception pki --kiosk" made and somebody used since.
        IEnumerable<string> files = [.. Files("issued", "*.pem"), .. Files("known", "*.pins").Select(f => Path.Combine(dir, $"kiosk-{Path.GetFileNameWithoutExtension(f)}.pem")).Where(File.Exists)];
        foreach (string file in files)
        {
            try
            {
                using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
                if (certificate.NotAfter.ToUniversalTime() > now.UtcDateTime && KioskIdentity.Of(certificate) is { } id) all.Add(id);
            }
            catch (CryptographicException)
            {
                // Not written by this program.
            }
        }

        return all;
    }

    private string[] Files(string folder, string pattern) => Path.Combine(dir, folder) is var path && Directory.Exists(path) ? Directory.GetFiles(path, pattern) : [];
}
