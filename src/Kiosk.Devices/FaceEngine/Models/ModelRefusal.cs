using Kiosk.Core.Failures;

namespace Kiosk.Devices.FaceEngine.Models;

/// <summary>The failures by which a model is refused.</summary>
internal static class ModelRefusal
{
    public static FailureException Missing(string file, string remedy) => new(Failure.ModelMissing, $"{file}: {remedy}");

    public static FailureException NotListed(string detail, Exception? inner = null) => new(Failure.ModelNotListed, detail, inner);
}
