using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine.Presentation;

namespace Kiosk.App.Composition;

/// <summary>The file of <c>face.light</c>.</summary>
internal static class LightLimitsFile
{
    /// <exception cref="FailureException">ConfigBroken: it cannot be read, or a value is wrong.</exception>
    public static LightLimits Read(string path)
    {
        const string Help = "`kiosk-lab bench pad-light --limits FILE` writes such a file";
        try
        {
            LightLimits limits = JsonFile.Read<LightLimits>(path, Help);
            return limits.Wrong() is not { } wrong ? limits : throw new FailureException(Failure.ConfigBroken, $"{path}: {wrong}; {Help}");
        }
        catch (JsonFileException wrong)
        {
            throw new FailureException(Failure.ConfigBroken, wrong.Message, wrong);
        }
    }
}
