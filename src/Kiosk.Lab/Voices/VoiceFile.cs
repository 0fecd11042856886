using System.Security.Cryptography;

namespace Kiosk.Lab.Voices;

/// <summary>
/// The HTS voice for Open JTalk: tohoku-f01-neutral, Tohoku University, CC BY 4.0. It is looked up like the face models: a given file or
/// folder, <c>artifacts/voice</c> (fetched by <c>./dev voices add</c>), <c>shared/voices</c> beside the repository.
/// </summary>
internal static class VoiceFile
{
    public const string Name = "tohoku-f01-neutral.htsvoice";
    public const string Source = "github.com/icn-lab/htsvoice-tohoku-f01";
    public const string Commit = "8e3306021db135c265f5eda5f062dc489707ddf8";

    /// <summary>Whom the licence asks to name, in THIRD-PARTY-NOTICES and on the notice page of the image.</summary>
    public const string Terms = "HTS voice tohoku-f01, Intelligent Communication Network (Ito-Nose) Laboratory, Tohoku University\n"
        + "  licence: CC BY 4.0 (attribution)\n  source: https://" + Source + " at " + Commit;

    private const string Sha256 = "ded6acb4243b93cc50896199d67b00a7c487662bfcdcd3f9f30a4fb0444b0b46";

    /// <param name="given">A file, a folder, or empty.</param>
    /// <param name="root">The repository.</param>
    /// <returns>The file; null: not found, or not the file that the digest names (said on standard error).</returns>
    public static string? Find(string given, string root)
    {
        string[] places = given.Length > 0 ? [given, Path.Combine(given, Name)]
            : [Path.Combine(Added(root), Name), .. Above(root).Select(folder => Path.Combine(folder, "shared", "voices", Name))];
        foreach (string place in places.Where(File.Exists))
        {
            if (IsGenuine(File.ReadAllBytes(place))) return place;
            Console.Error.WriteLine($"{place}: SHA-256 differs from the pinned voice; it is not used");
        }
        return null;
    }

    /// <summary>Fetches the voice at its pinned commit. Call only after a person agreed to <see cref="Terms"/>.</summary>
    /// <exception cref="HttpRequestException">GitHub cannot be reached.</exception>
    /// <exception cref="InvalidOperationException">The digest differs; nothing is kept.</exception>
    public static async Task<string> FetchAsync(string root, CancellationToken stop)
    {
        using HttpClient http = new();
        Uri address = new($"https://raw.githubusercontent.com/{Source["github.com/".Length..]}/{Commit}/{Name}");
        byte[] voice = await http.GetByteArrayAsync(address, stop);
        if (!IsGenuine(voice)) throw new InvalidOperationException($"{address}: SHA-256 differs from the pinned voice; nothing was kept");
        Directory.CreateDirectory(Added(root));
        string path = Path.Combine(Added(root), Name);
        await File.WriteAllBytesAsync(path, voice, stop);
        return path;
    }

    internal static bool IsGenuine(byte[] voice) => Convert.ToHexStringLower(SHA256.HashData(voice)) == Sha256;

    private static string Added(string root) => Path.Combine(root, "artifacts", "voice");

    private static IEnumerable<string> Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent) yield return at.FullName;
    }
}
