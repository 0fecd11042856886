using System.Globalization;
using Kiosk.Core;
using Kiosk.Devices.Camera;

namespace Kiosk.App.Watchers;

/// <summary>Whether a camera is there at all; cheap, opens nothing.</summary>
public interface ICameraPresence
{
    /// <returns>Null when it is there, else CameraMissing and what staff need to know.</returns>
    (Failure? Why, string Detail) Look();
}

/// <summary>Looks for the camera's device file. On Windows there is none to look for: an opening that fails tells it there.</summary>
/// <param name="address">As in <c>face.camera</c>: an index, a device path or a recording.</param>
internal sealed class DeviceFilePresence(string address) : ICameraPresence
{
    private readonly string _path = address.StartsWith(FileCamera.Prefix, StringComparison.Ordinal)
        ? address[FileCamera.Prefix.Length..]
        : int.TryParse(address, CultureInfo.InvariantCulture, out int index) ? $"/dev/video{index}" : address;

    public (Failure? Why, string Detail) Look() =>
        OperatingSystem.IsWindows() || Path.Exists(_path) ? (null, "") : (Failure.CameraMissing, _path);
}
