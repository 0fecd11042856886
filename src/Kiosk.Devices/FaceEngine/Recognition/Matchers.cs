using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;

namespace Kiosk.Devices.FaceEngine.Recognition;

/// <summary>Picks the recogniser and its working point.</summary>
public static class Matchers
{
    /// <summary>In the order of preference.</summary>
    private static readonly string[] Known = ["mobilefacenet", "dlib"];

    /// <param name="engine">Setting <c>face.engine</c>: a model id, or null for the best one present.</param>
    /// <param name="profile">dev, staffed or unattended.</param>
    /// <exception cref="Kiosk.Core.FailureException">ModelMissing; ModelNotListed, also when the model is not approved for the profile.</exception>
    public static IFaceMatcher Open(ModelStore store, string? engine = null, string profile = "staffed")
    {
        string id = engine ?? Known.FirstOrDefault(store.Has) ?? Known[^1];
        ModelEntry model = store.Manifest.Of(id);
        if (!model.ApprovedFor.Contains(profile)) throw ModelRefusal.NotListed($"{id} is not approved for {profile}");
        ModelThreshold threshold = model.Thresholds.FirstOrDefault(t => t.Profile == profile)
            ?? throw ModelRefusal.NotListed($"{id} has no threshold for {profile}");
        FaceEngineFacts facts = new(id, model.Warning, threshold.Value);
        return id switch
        {
            "mobilefacenet" => new MobileFaceNet(store, facts),
            "dlib" => new DlibResNet(store, facts),
            _ => throw ModelRefusal.NotListed($"{id} is not a recogniser"),
        };
    }
}
