using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;

namespace Kiosk.App.Watchers;

/// <summary>Finds out whether a camera is connected, without opening it.</summary>
public interface ICameraPresence
{
    /// <returns>Null if it is connected, else the failure and details for staff.</returns>
    (Failure? Why, string Detail) Look();
}

/// <summary>Looks for the camera's device file. Windows has no such file; there a missing camera shows when it is opened.</summary>
/// <param name="address">As in <c>face.camera</c>: an index, a device path or a recording.</param>
/// <param name="finder">Finds the device file of an address that is no recording.</param>
internal sealed class DeviceFilePresence(string address, CameraFinder finder) : ICameraPresence
{
    private readonly string? _recording =
        address.StartsWith(FileCamera.Prefix, StringComparison.Ordinal) ? address[FileCamera.Prefix.Length..] : null;

    public (Failure? Why, string Detail) Look()
    {
        if (_recording is not null) return Path.Exists(_recording) ? (null, "") : (Failure.CameraMissing, _recording);
        return !OperatingSystem.IsWindows() && finder.Look() is { } missing ? (missing.Failure, missing.Detail) : (null, "");
    }
}
