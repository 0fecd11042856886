using System.Globalization;

namespace Kiosk.Devices.Camera;

/// <summary>A video node of Linux, as it is now. One camera can have several: pictures, metadata, an infrared picture.</summary>
/// <param name="Path">/dev/videoN. The number changes when the camera is plugged in again while its old node is still open.</param>
/// <param name="Id">Its name in /dev/v4l/by-id (maker, model, serial number, index); empty if it has none.</param>
/// <param name="Bus">Where the camera is plugged in (v4l2_capability.bus_info). The nodes of one camera have the same.</param>
/// <param name="Captures">It gives pictures (V4L2_CAP_VIDEO_CAPTURE). A metadata node does not.</param>
internal sealed record VideoNode(string Path, string Id, string Bus, bool Captures)
{
    /// <summary>The name that stays the same when the camera is plugged in again.</summary>
    public string StableName => Id.Length > 0 ? Id : Path;

    /// <summary>N of /dev/videoN.</summary>
    public int Number => int.TryParse(System.IO.Path.GetFileName(Path).AsSpan("video".Length), CultureInfo.InvariantCulture, out int number)
        ? number
        : int.MaxValue;
}

/// <summary>The video nodes of this machine.</summary>
internal interface IVideoNodes
{
    /// <returns>All nodes, in any order; empty if there are none.</returns>
    IReadOnlyList<VideoNode> List();

    /// <summary>The device file is there. Does not open it, so that a sleeping camera is not woken.</summary>
    bool Exists(string path);
}
