using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// The folder from which レセコン take face results. They take a file as soon as they see its name. So it is written under a
/// temporary name that none of their patterns matches, synced, noted in the database, and only then renamed; after a crash in
/// between it is renamed at the next start.
/// </summary>
internal sealed class FaceResultFolder(string folder, string institution)
{
    private const string TemporaryPrefix = "writing-";

    /// <summary>Process code 0: by card at the counter.</summary>
    private const char Process = '0';

    /// <summary>保険医療機関コード, 10 digits.</summary>
    public string Institution => institution;

    /// <summary>OQSsiquc01res_face_INSTITUTION PROCESS COUNTER_yyyyMMddHHmmss.xml, without the spaces.</summary>
    /// <param name="no">Of the arrival: the name is the same whenever the file is written again.</param>
    public string Name(long no, DateTimeOffset at) => string.Create(
        CultureInfo.InvariantCulture, $"OQSsiquc01res_face_{institution}{Process}{no:D17}_{ResultXml.Stamp(at)}.xml");

    /// <summary>ArbitraryFileIdentifier: 16 characters that look like base64, the same for the same name.</summary>
    public static string FileIdentifier(string name) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(name)))[..16];

    /// <summary>On the disk when it returns, but not visible to レセコン yet.</summary>
    /// <exception cref="IOException">Folder missing, disk full.</exception>
    public void WriteTemporary(string name, byte[] content) => PlainFile.WriteNew(TemporaryName(name), content);

    /// <summary>Makes it visible. A file of this name that is there already has the same content.</summary>
    public void Publish(string name)
    {
        // A link or a pipe of this name is not ours: レセコン would follow it.
        if (PlainFile.IsRegular(TemporaryName(name))) File.Move(TemporaryName(name), Path.Combine(folder, name), overwrite: true);
    }

    /// <summary>For when another reception has written it to its own folder.</summary>
    public void DeleteTemporary(string name) => File.Delete(TemporaryName(name));

    /// <summary>After a crash: publishes temporary files that were noted and deletes the others, which are then written again.</summary>
    /// <param name="isNoted">Does the database say that this file was written?</param>
    public void Recover(Func<string, bool> isNoted)
    {
        Directory.CreateDirectory(folder);
        foreach (string left in Directory.GetFiles(folder, TemporaryPrefix + "*"))
        {
            string name = Path.GetFileName(left)[TemporaryPrefix.Length..] + ".xml";
            if (isNoted(name) && PlainFile.IsRegular(left)) Publish(name);
            else File.Delete(left);
        }
    }

    // Without ".xml": some readers look for their pattern anywhere in the name.
    private string TemporaryName(string name) => Path.Combine(folder, TemporaryPrefix + Path.GetFileNameWithoutExtension(name));
}
