using System.Security.Cryptography;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.FaceEngine.Models;

/// <summary>A listed model and how it stands on this machine.</summary>
/// <param name="Path">Where it was found; null when missing or refused.</param>
/// <param name="Trouble">Null when usable.</param>
public sealed record ModelState(ModelEntry Model, string? Path, FailureException? Trouble);

/// <summary>Compares the models on this machine with the digests of the manifest: <c>kiosk models list|verify</c>.</summary>
public static class ModelCheck
{
    /// <summary>Every listed model with its digests compared.</summary>
    public static IReadOnlyList<ModelState> List(ModelStore? store = null)
    {
        store ??= new();
        return [.. store.Manifest.Models.Select(m => StateOf(store, m))];
    }

    /// <summary>True when every built-in model is there and unaltered, and no operator model is altered.</summary>
    public static bool Verify(ModelStore? store = null) =>
        List(store).All(s => s.Trouble is null || (s.Trouble.Failure == Failure.ModelMissing && s.Model.Status == "operator"));

    /// <summary>How one model stands.</summary>
    public static ModelState StateOf(ModelStore store, ModelEntry model)
    {
        try
        {
            return new(model, store.Locate(model.Id), null);
        }
        catch (FailureException e)
        {
            return new(model, null, e);
        }
    }

    /// <exception cref="FailureException">ModelNotListed: the digest differs.</exception>
    internal static void CheckDigest(ModelFile listed, byte[] bytes)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (digest != listed.Sha256) throw ModelRefusal.NotListed($"{listed.Name}: sha256 {digest}, listed {listed.Sha256}");
    }
}
