using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>
/// Which keys of the server each kiosk trusts, as it reported or was given when paired: one small file for each kiosk. A kiosk refuses a
/// key that it does not know, so the server's key changes only when every kiosk knows the next one.
/// </summary>
/// <param name="dir">Folder of <c>reception pair</c>.</param>
internal sealed class KnownPins(string dir)
{
    private const int MaxPins = 4;
    private const int PinLength = 44;

    private readonly string _folder = Path.GetFullPath(Path.Combine(dir, "known"));

    /// <param name="pins">
    /// As the kiosk reported; what is not a pin is left out. Empty from an older kiosk that reports none: then nothing changes.
    /// </param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Record(string kiosk, IEnumerable<string> pins)
    {
        string file = Path.Combine(_folder, kiosk + ".pins");
        string text = string.Join('\n', pins.Where(p => p.Length is > 0 and <= PinLength && p.All(char.IsAscii)).Take(MaxPins));
        if (text.Length == 0) return;
        if (File.Exists(file) && File.ReadAllText(file) == text) return;
        Directory.CreateDirectory(_folder);
        DurableFile.Replace(file, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Ids, in order, of the kiosks that have a valid certificate and did not report this pin.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<string> KiosksWithout(string pin, DateTimeOffset now) =>
        [.. Kiosks(now).Where(kiosk => !PinsOf(kiosk).Contains(pin))];

    private string[] PinsOf(string kiosk) =>
        Path.Combine(_folder, kiosk + ".pins") is var file && File.Exists(file) ? File.ReadAllText(file).Split('\n') : [];

    private SortedSet<string> Kiosks(DateTimeOffset now)
    {
        SortedSet<string> all = new(StringComparer.Ordinal);
        // Certificates issued to a request, and those made by "reception pki --kiosk" whose kiosk has reported pins since.
        IEnumerable<string> made = Files("known", "*.pins")
            .Select(f => Path.Combine(dir, $"kiosk-{Path.GetFileNameWithoutExtension(f)}.pem"));
        IEnumerable<string> files = [.. Files("issued", "*.pem"), .. made.Where(File.Exists)];
        foreach (string file in files)
        {
            try
            {
                using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
                if (certificate.NotAfter.ToUniversalTime() > now.UtcDateTime && KioskIdentity.IdIn(certificate) is { } id) all.Add(id);
            }
            catch (CryptographicException)
            {
                // Not written by this program.
            }
        }

        return all;
    }

    private string[] Files(string folder, string pattern) =>
        Path.Combine(dir, folder) is var path && Directory.Exists(path) ? Directory.GetFiles(path, pattern) : [];
}
