using System.Globalization;
using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;

namespace Kiosk.App.Watchers;

/// <summary>Finds out whether a camera is connected, without opening it.</summary>
public interface ICameraPresence
{
    /// <returns>Null if it is connected, else CameraMissing and details for staff.</returns>
    (Failure? Why, string Detail) Look();
}

/// <summary>Looks for the camera's device file. Windows has no such file; there a missing camera shows when it is opened.</summary>
/// <param name="address">As in <c>face.camera</c>: an index, a device path or a recording.</param>
internal sealed class DeviceFilePresence(string address) : ICameraPresence
{
    private readonly string _path = address.StartsWith(FileCamera.Prefix, StringComparison.Ordinal)
        ? address[FileCamera.Prefix.Length..]
        : int.TryParse(address, CultureInfo.InvariantCulture, out int index) ? $"/dev/video{index}" : address;

    public (Failure? Why, string Detail) Look() =>
        OperatingSystem.IsWindows() || Path.Exists(_path) ? (null, "") : (Failure.CameraMissing, _path);
}
