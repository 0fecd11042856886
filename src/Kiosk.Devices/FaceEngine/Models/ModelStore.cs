using System.Security.Cryptography;
using Kiosk.Core.Failures;
using Kiosk.Devices.Pictures;

namespace Kiosk.Devices.FaceEngine.Models;

/// <summary>
/// Finds the files of listed models and refuses a file with another digest. Looks in <c>models/build</c>,
/// then in the folder of setting <c>face.models</c>, $KIOSK_MODELS, and <c>shared/models</c> beside the repository.
/// </summary>
public sealed class ModelStore
{
    private readonly List<string> _folders;

    /// <param name="home">Folder of manifest.json; null: searched for from the program's folder upwards.</param>
    /// <param name="extra">Setting <c>face.models</c>; null when not set.</param>
    /// <exception cref="FailureException">ModelNotListed: no manifest.</exception>
    public ModelStore(string? home = null, string? extra = null)
    {
        Home = home ?? FindHome();
        Manifest = ModelManifest.Read(Path.Combine(Home, "manifest.json"));
        string root = Path.GetDirectoryName(Path.GetFullPath(Home))!;
        _folders = [BuildFolder];
        if (extra is not null) _folders.Add(extra);
        if (Environment.GetEnvironmentVariable("KIOSK_MODELS") is { Length: > 0 } given) _folders.Add(given);
        _folders.AddRange(ParentFolders.Folders(root, Path.Combine("shared", "models")));
    }

    /// <summary>Folder of manifest.json.</summary>
    public string Home { get; }

    /// <summary>Where <c>kiosk-lab models build</c> writes; not in git.</summary>
    public string BuildFolder => Path.Combine(Home, "build");

    public ModelManifest Manifest { get; }

    /// <summary>Whether all files of a listed model can be found. Does not check their digests.</summary>
    public bool Has(string id) => Manifest.Models.Any(m => m.Id == id && m.Files.All(f => Find(f.Name) is not null));

    /// <summary>Finds all files of a model in one folder, checks their digests, and returns the path of the first.</summary>
    /// <exception cref="FailureException">ModelMissing names file and remedy; ModelNotListed.</exception>
    public string Locate(string id)
    {
        ModelEntry model = Manifest.Of(id);
        string first = Find(model.Files[0].Name) ?? throw ModelRefusal.Missing(model.Files[0].Name, Remedy(model));
        string folder = Path.GetDirectoryName(first)!;
        foreach (ModelFile file in model.Files)
        {
            string path = Path.Combine(folder, file.Name);
            if (!File.Exists(path)) throw ModelRefusal.Missing(path, Remedy(model));
            string digest = Sha256(path);
            if (digest != file.Sha256) throw ModelRefusal.NotListed($"{path}: sha256 {digest}, listed {file.Sha256}");
        }

        return first;
    }

    /// <summary>Lower-case hex.</summary>
    internal static string Sha256(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Remedy(ModelEntry model) => model.Status == "builtin"
        ? "./dev models build"
        : $"./dev models add {model.Id} (shows the terms, then fetches it), or --from the folder that holds it";

    private static string FindHome() =>
        ParentFolders.Above(AppContext.BaseDirectory, Path.Combine("models", "manifest.json")) is { } manifest
            ? Path.GetDirectoryName(manifest)!
            : throw ModelRefusal.NotListed($"no models/manifest.json above {AppContext.BaseDirectory}");

    private string? Find(string name) => _folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
}
