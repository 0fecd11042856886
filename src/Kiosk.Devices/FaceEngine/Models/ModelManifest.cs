using System.Text.Json;
using System.Text.Json.Serialization;
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
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <param name="path">The manifest's path.</param>
    /// <exception cref="FailureException">ModelNotListed: the list itself is absent or broken.</exception>
    public static ModelManifest Read(string path)
    {
        try
        {
            ModelManifest manifest = Parse(File.ReadAllText(path));
            return manifest.Schema == 1 ? manifest : throw ModelRefusal.NotListed($"{path}: schema {manifest.Schema}");
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            throw ModelRefusal.NotListed($"{path}: {e.Message}", e);
        }
    }

    /// <exception cref="JsonException">Not the manifest's schema.</exception>
    internal static ModelManifest Parse(string json) => JsonSerializer.Deserialize<ModelManifest>(json, Json)!;

    /// <exception cref="FailureException">ModelNotListed.</exception>
    public ModelEntry Of(string id) =>
        Models.FirstOrDefault(m => m.Id == id) ?? throw ModelRefusal.NotListed($"{id} is not in manifest.json");
}
