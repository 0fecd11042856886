using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;

namespace Kiosk.Devices.FaceEngine.Recognition;

/// <summary>Selects the recogniser and its threshold.</summary>
public static class Matchers
{
    private const string Last = "dlib";

    /// <summary>
    /// Prefers the operator's recognisers in the order of the manifest, then a built-in one; dlib when there is no other.
    /// </summary>
    /// <param name="engine">Setting <c>face.engine</c>: a model id; null: the preferred one that is present.</param>
    /// <param name="profile">dev, staffed or unattended.</param>
    /// <exception cref="Core.Failures.FailureException">ModelMissing; ModelNotListed, also when the model is not approved for the
    /// profile.</exception>
    public static IFaceMatcher Open(ModelStore store, string? engine = null, string profile = "staffed")
    {
        string id = engine ?? Best(store, profile);
        ModelEntry model = store.Manifest.Of(id);
        if (model.Role != "recogniser") throw ModelRefusal.NotListed($"{id} is not a recogniser");
        if (!model.ApprovedFor.Contains(profile)) throw ModelRefusal.NotListed($"{id} is not approved for {profile}");
        ModelThreshold threshold = model.Thresholds.FirstOrDefault(t => t.Profile == profile)
            ?? throw ModelRefusal.NotListed($"{id} has no threshold for {profile}");
        FaceEngineFacts facts = new(id, model.Warning, threshold.Value, threshold.Averaged?.Value);
        return model.Metric switch
        {
            "l2-raw" => new DlibResNet(store, model, facts),
            "l2-unit" => new ArcFaceNet(store, model, facts),
            _ => throw ModelRefusal.NotListed($"{id}: metric {model.Metric}; known are l2-unit (ArcFace kind) and l2-raw (dlib kind)"),
        };
    }

    private static string Best(ModelStore store, string profile) => store.Manifest.Models
        .Where(m => m.Role == "recogniser" && m.Id != Last && store.Has(m.Id))
        .OrderByDescending(m => m.ApprovedFor.Contains(profile))
        .ThenByDescending(m => m.Status == "operator")
        .FirstOrDefault()?.Id ?? Last;
}
