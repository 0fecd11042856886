using System.Globalization;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Camera;

/// <summary>
/// Finds the camera of an address among the video nodes of Linux, also when it comes back under another number. Thread-safe.
/// "0" is the camera: the only one that is there. Another number is /dev/videoN at the first look; from then on the camera is kept by its
/// name. A path is taken as it is written.
/// </summary>
public sealed class CameraFinder
{
    private readonly string _address;
    private readonly IReadOnlyList<string> _claimed;
    private readonly IVideoNodes _nodes;
    private volatile string? _kept;

    /// <param name="address">As in <c>face.camera</c>: an index or a device path.</param>
    /// <param name="claimed">Addresses of the kiosk's other cameras; "0" never means one of these.</param>
    public CameraFinder(string address, params IReadOnlyList<string> claimed) : this(address, V4l2Nodes.Machine, claimed)
    {
    }

    internal CameraFinder(string address, IVideoNodes nodes, params IReadOnlyList<string> claimed) =>
        (_address, _nodes, _claimed) = (address, nodes, claimed);

    /// <summary>The device file of the camera as it is now, /dev/videoN.</summary>
    /// <exception cref="FailureException">CameraMissing: there is no such camera, or the node gives no pictures. ConfigBroken: the address
    /// is "0" and there are several.</exception>
    public string Find()
    {
        VideoNode[] all = [.. _nodes.List().OrderBy(n => n.Number)];
        if (_kept is { } kept && all.FirstOrDefault(n => n.StableName == kept) is { } same) return same.Path;
        VideoNode found = _address == "0" ? TheOnly(all) : Named(all);
        _kept = found.StableName;
        return found.Path;
    }

    /// <summary>Whether the camera is there, without opening it.</summary>
    /// <returns>Null if it is, else the failure and its detail.</returns>
    public FailureException? Look()
    {
        try
        {
            Find();
            return null;
        }
        catch (FailureException missing)
        {
            return missing;
        }
    }

    /// <summary>The device file is still there. For a camera that gives no more pictures: unplugged, or damaged.</summary>
    internal bool Exists(string path) => _nodes.Exists(path);

    private VideoNode TheOnly(VideoNode[] all)
    {
        string[] others = [.. _claimed.Where(c => c != _address).Select(c => NodeAt(all, c)?.Bus).OfType<string>()];
        // A camera with a colour and an infrared picture has two nodes that capture. The first is the colour picture.
        VideoNode[] cameras = [.. all.Where(n => n.Captures && !others.Contains(n.Bus)).DistinctBy(n => n.Bus)];
        return cameras switch
        {
            [VideoNode only] => only,
            [] => throw CameraFault.Missing("no camera is connected"),
            _ => throw new FailureException(Failure.ConfigBroken,
                $"camera 0 means the only camera, but there are {cameras.Length}: {string.Join(", ", cameras.Select(c => c.StableName))}; "
                + "write the right one into the configuration"),
        };
    }

    private VideoNode Named(VideoNode[] all)
    {
        VideoNode named = NodeAt(all, _address) ?? throw CameraFault.Missing($"no {PathOf(_address)}");
        if (named.Captures) return named;
        VideoNode? beside = all.FirstOrDefault(n => n.Captures && n.Bus == named.Bus);
        return beside ?? throw CameraFault.Missing($"{named.StableName} gives no pictures; it is not a camera");
    }

    private static VideoNode? NodeAt(VideoNode[] all, string address) =>
        all.FirstOrDefault(n => n.Id == address || n.Path == PathOf(address)) is { } listed ? listed
        : LinkTarget(address) is { } target ? all.FirstOrDefault(n => n.Path == target)
        : null;

    /// <summary>For names that are neither in /dev nor in /dev/v4l/by-id: by-path, or a link of the site's own udev rule.</summary>
    private static string? LinkTarget(string address)
    {
        if (!address.StartsWith('/')) return null;
        try
        {
            return File.ResolveLinkTarget(address, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string PathOf(string address) =>
        int.TryParse(address, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? $"/dev/video{index}" : address;
}
