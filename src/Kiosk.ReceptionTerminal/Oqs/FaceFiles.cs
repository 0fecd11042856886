using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// The folder レセコン take face results from. They take a file as soon as they see its name: it is written under a name no
/// pattern fits, synced, noted in the database, and only then renamed; after a crash in between it is renamed at the next start.
/// </summary>
internal sealed class FaceFiles(string folder, string institution)
{
    private const string Aside = "writing-";

    /// <summary>Process code 0: by card at the counter.</summary>
    private const char Process = '0';

    public string Institution => institution;

    /// <param name="no">Of the arrival: the same name whenever it is written again.</param>
    public string Name(long no, DateTimeOffset at) => string.Create(
        CultureInfo.InvariantCulture, $"OQSsiquc01res_face_{institution}{Process}{no:D17}_{FaceXml.Stamp(at)}.xml");

    /// <summary>ArbitraryFileIdentifier: 16 characters that look like base64, the same for the same name.</summary>
    public static string IdOf(string name) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(name)))[..16];

    /// <summary>On the disk when it returns, not to be seen yet.</summary>
    /// <exception cref="IOException">Folder missing, disk full.</exception>
    public void WriteAside(string name, byte[] content)
    {
        using FileStream file = new(AsideOf(name), FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Shows it. A file that is there already is the same one.</summary>
    public void Publish(string name)
    {
        if (File.Exists(AsideOf(name))) File.Move(AsideOf(name), Path.Combine(folder, name), overwrite: true);
    }

    /// <summary>Another reception has written it to its folder.</summary>
    public void Drop(string name) => File.Delete(AsideOf(name));

    /// <summary>What a crash left: noted ones are published, the others are written anew in their turn.</summary>
    /// <param name="noted">Does the database say that it was written?</param>
    public void Recover(Func<string, bool> noted)
    {
        Directory.CreateDirectory(folder);
        foreach (string left in Directory.GetFiles(folder, Aside + "*"))
        {
            string name = Path.GetFileName(left)[Aside.Length..] + ".xml";
            if (noted(name)) Publish(name);
            else File.Delete(left);
        }
    }

    // Without the ending: a pattern that is not anchored must not fit either.
    private string AsideOf(string name) => Path.Combine(folder, Aside + Path.GetFileNameWithoutExtension(name));
}
