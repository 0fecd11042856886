using Kiosk.Core;

namespace Kiosk.Devices.FaceEngine.Models;

/// <summary>The one place where a model is turned down.</summary>
internal static class ModelRefusal
{
    public static FailureException Missing(string file, string remedy) => new(Failure.ModelMissing, $"{file}: {remedy}");

    public static FailureException NotListed(string detail, Exception? inner = null) => new(Failure.ModelNotListed, detail, inner);
}
