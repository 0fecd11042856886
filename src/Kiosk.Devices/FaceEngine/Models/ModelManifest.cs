using System.Text.Json.Nodes;
using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.FaceEngine.Models;

/// <summary>One file with the digest it must have.</summary>
/// <param name="Name">File name, or path inside the package; forward slashes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record ModelFile(string Name, string Sha256);

/// <summary>Where the weights come from: an npm package, or a file of a repository at a fixed commit.</summary>
/// <param name="Npm">Package name; null when <paramref name="Repository"/> is given.</param>
/// <param name="Version">Exact package version.</param>
/// <param name="Integrity">The registry's sha512 of the tarball, <c>sha512-BASE64</c>.</param>
/// <param name="Repository">For example <c>github.com/foamliu/MobileFaceNet</c>.</param>
/// <param name="Commit">40 hex digits.</param>
/// <param name="Files">The files to read.</param>
public sealed record ModelSource(string? Npm, string? Version, string? Integrity, string? Repository, string? Commit,
    IReadOnlyList<ModelFile> Files);

/// <summary>The input of a model.</summary>
/// <param name="Shape">0 stands for the batch.</param>
/// <param name="Order">Channel order, RGB or BGR.</param>
/// <param name="Range">Values after mean and divisor, in words.</param>
/// <param name="Align">The crop the figures were measured with; for a network of the ArcFace kind one of
/// <see cref="ChipAlignment.Names"/>.</param>
/// <param name="Mean">Of each channel in <paramref name="Order"/>, on the scale 0 to 255: subtracted. Only for recognisers of the ArcFace
/// kind.</param>
/// <param name="Std">Of each channel: the divisor after the subtraction.</param>
public sealed record ModelInput(
    string Name, IReadOnlyList<int> Shape, string Layout, string Order, string Range, string Align, IReadOnlyList<float>? Mean = null,
    IReadOnlyList<float>? Std = null);

/// <summary>The output of a recogniser or of a network of role pad.</summary>
/// <param name="Dim">Values in a template; classes of a pad network, before softmax.</param>
/// <param name="Live">Pad network only: number of the class that is a live face.</param>
public sealed record ModelOutput(string Name, int Dim, int? Live = null);

/// <summary>
/// The threshold for the mean template of several frames. Averaging also brings strangers nearer, so it has its own value.
/// </summary>
/// <param name="Frames">Frames averaged in the measurement. The value is used for two frames or more.</param>
/// <param name="Value">Largest distance that still counts as the same person.</param>
/// <param name="Fmr">As in <see cref="ModelThreshold"/>, with means.</param>
/// <param name="Fnmr">Of all people, with means.</param>
public sealed record ModelAveraged(int Frames, double Value, double Fmr, IReadOnlyList<double> FmrBounds, double Fnmr,
    IReadOnlyList<double> FnmrBounds);

/// <summary>A threshold and the error rates measured at it.</summary>
/// <param name="Profile"><c>dev</c>, <c>staffed</c> or <c>unattended</c>.</param>
/// <param name="Value">Largest distance that still counts as the same person; of a pad network the least mean score of a live face.</param>
/// <param name="DataSet">The pictures and the protocol of the measurement.</param>
/// <param name="Fmr">False match rate it was set for, inside the group named by <paramref name="DataSet"/>.</param>
/// <param name="FmrBounds">95 % of that rate, people drawn with replacement: low and high.</param>
/// <param name="Fnmr">False non-match rate of all people there, single live picture.</param>
/// <param name="FnmrBounds">95 % of that rate.</param>
/// <param name="Averaged">For mean templates; null: the same value.</param>
public sealed record ModelThreshold(
    string Profile, double Value, string DataSet, double Fmr, IReadOnlyList<double> FmrBounds, double Fnmr,
    IReadOnlyList<double> FnmrBounds, DateOnly Date,
    ModelAveraged? Averaged = null);

/// <summary>All facts about a model that are needed before it may be used.</summary>
/// <param name="Role">detector, mesh, recogniser or pad (presentation attacks).</param>
/// <param name="Status">builtin: made by <c>models build</c>; operator: added by the operator.</param>
/// <param name="Converter">Name and version of the converter; empty when the files are used as published.</param>
/// <param name="Files">The files at run time; the first is the one to open.</param>
/// <param name="Output">Of a recogniser; null for the others.</param>
/// <param name="Metric">Of a recogniser: l2-unit (ArcFace kind: vectors of length one) or l2-raw (dlib kind); else empty.</param>
/// <param name="ApprovedFor">Profiles it may be used in.</param>
/// <param name="Warning">A warning for staff (Japanese); empty: none.</param>
public sealed record ModelEntry(
    string Id,
    string Role,
    string Status,
    ModelSource Source,
    string Converter,
    IReadOnlyList<ModelFile> Files,
    string Licence,
    string TrainingData,
    string LicenceRisk,
    ModelInput Input,
    ModelOutput? Output,
    string Metric,
    IReadOnlyList<ModelThreshold> Thresholds,
    IReadOnlyList<string> ApprovedFor,
    string Warning);

/// <summary><c>models/manifest.json</c>: the only list of models this product uses.</summary>
public sealed record ModelManifest(int Schema, IReadOnlyList<ModelEntry> Models)
{
    private const string Help = "compare models/manifest.json, models/README.md describes it";

    /// <param name="path">The manifest's path.</param>
    /// <exception cref="FailureException">ModelNotListed: the list itself is absent or broken.</exception>
    public static ModelManifest Read(string path)
    {
        ModelManifest manifest = Listed(() => JsonFile.Read<ModelManifest>(path, Help));
        if (manifest.Schema != 1) throw ModelRefusal.NotListed($"{path}: schema: {manifest.Schema} is not allowed; allowed: 1; {Help}");
        for (int i = 0; i < manifest.Models.Count; i++) Check(path, $"models[{i}].", manifest.Models[i]);
        return manifest;
    }

    /// <summary>Reads a file with one entry, which is not yet in the list.</summary>
    /// <exception cref="FailureException">ModelNotListed: the file is absent or broken.</exception>
    internal static ModelEntry ReadEntry(string path)
    {
        ModelEntry entry = Listed(() => JsonFile.Read<ModelEntry>(path, Help));
        Check(path, "", entry);
        return entry;
    }

    /// <summary>A file of the two kinds as it is written, to change the list.</summary>
    /// <exception cref="FailureException">ModelNotListed: the file is absent or broken.</exception>
    internal static JsonObject ReadText(string path) => Listed(() => JsonFile.ReadObject(path, Help));

    private static T Listed<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonFileException wrong)
        {
            throw ModelRefusal.NotListed(wrong.Message, wrong);
        }
    }

    /// <summary>What the program relies on and the shape of the JSON does not say.</summary>
    private static void Check(string path, string key, ModelEntry entry)
    {
        Require(entry.Id.Length > 0 && !entry.Id.Contains(','), "id", "a name without commas");
        Require(entry.Role is "detector" or "mesh" or "recogniser" or "pad", "role", "detector, mesh, recogniser or pad");
        Require(entry.Status is "builtin" or "operator", "status", "builtin or operator");
        Require(entry.Files.Count > 0, "files", "at least one file");
        for (int i = 0; i < entry.Files.Count; i++)
        {
            Require(Path.GetFileName(entry.Files[i].Name) == entry.Files[i].Name && entry.Files[i].Name.Length > 0, $"files[{i}].name",
                "the name of a file, without folders");
            Require(entry.Files[i].Sha256 is { Length: 64 } digest && digest.All(char.IsAsciiHexDigitLower), $"files[{i}].sha256",
                "64 lower-case hex digits");
        }
        Require(entry.Role is not ("recogniser" or "pad") || entry.Output is not null, "output", "an object; this role needs it");
        Require(entry.Output is null or { Dim: > 0 }, "output.dim", "1 or more");

        void Require(bool good, string part, string rule)
        {
            if (!good) throw ModelRefusal.NotListed($"{path}: {key}{part}: allowed: {rule}; {Help}");
        }
    }

    /// <exception cref="FailureException">ModelNotListed.</exception>
    public ModelEntry Of(string id) =>
        Models.FirstOrDefault(m => m.Id == id) ?? throw ModelRefusal.NotListed($"{id} is not in manifest.json");
}
