using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Kiosk.Devices.Camera;

/// <summary>
/// The nodes in /dev, each asked for its capabilities with VIDIOC_QUERYCAP (Linux kernel, userspace-api/media/v4l/vidioc-querycap). Opening
/// a node wakes a USB camera, so they are asked again only when the list of nodes or of their names has changed.
/// </summary>
internal sealed partial class V4l2Nodes : IVideoNodes
{
    /// <summary>_IOR('V', 0, struct v4l2_capability).</summary>
    private const nuint VidiocQuerycap = 0x80685600;

    /// <summary>struct v4l2_capability: driver 16, card 32, bus_info 32, version 4, capabilities 4, device_caps 4, reserved 12.</summary>
    internal const int CapabilitySize = 104;

    private const uint VideoCapture = 0x1, VideoCaptureMplane = 0x1000, DeviceCaps = 0x8000_0000;
    private const int ReadWrite = 2, NonBlocking = 0x800, CloseOnExec = 0x80000;

    private readonly Lock _gate = new();
    private string _seen = "";
    private IReadOnlyList<VideoNode> _nodes = [];

    public static V4l2Nodes Machine { get; } = new();

    public IReadOnlyList<VideoNode> List()
    {
        if (!Directory.Exists("/dev")) return [];
        string[] paths = [.. Directory.EnumerateFileSystemEntries("/dev", "video*").Order(StringComparer.Ordinal)];
        (string Link, string Path)[] ids = [.. LinksIn("/dev/v4l/by-id")];
        string now = string.Join('\n', [.. paths, .. ids.Select(i => $"{i.Link} {i.Path}")]);
        lock (_gate)
        {
            if (now == _seen) return _nodes;
            bool complete = true;
            List<VideoNode> nodes = [];
            foreach (string path in paths)
            {
                string id = ids.FirstOrDefault(i => i.Path == path).Link ?? "";
                if (Ask(path) is (string bus, bool captures)) nodes.Add(new(path, id, bus, captures));
                else complete = false;
            }
            // A node that could not be asked (udev has not set its rights yet) is asked again next time.
            (_seen, _nodes) = (complete ? now : "", nodes);
            return _nodes;
        }
    }

    public bool Exists(string path) => Path.Exists(path);

    /// <summary>Reads struct v4l2_capability.</summary>
    /// <param name="answer"><see cref="CapabilitySize"/> bytes in the machine's byte order.</param>
    internal static (string Bus, bool Captures) Parse(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> bus = answer.Slice(48, 32);
        int end = bus.IndexOf((byte)0);
        uint all = BinaryPrimitives.ReadUInt32LittleEndian(answer[84..]);
        // With this flag device_caps describes the node; capabilities describes all nodes of the camera together.
        uint own = (all & DeviceCaps) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(answer[88..]) : all;
        return (Encoding.UTF8.GetString(end < 0 ? bus : bus[..end]), (own & (VideoCapture | VideoCaptureMplane)) != 0);
    }

    /// <returns>Null: it cannot be opened, or it is no video node.</returns>
    private static (string Bus, bool Captures)? Ask(string path)
    {
        int fd = Open(path, ReadWrite | NonBlocking | CloseOnExec);
        if (fd < 0) return null;
        byte[] answer = new byte[CapabilitySize];
        int result = Control(fd, VidiocQuerycap, answer);
        _ = Close(fd);
        return result == 0 ? Parse(answer) : null;
    }

    private static IEnumerable<(string Link, string Path)> LinksIn(string folder)
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (string link in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
            if (TargetOf(link) is { } target) yield return (link, target);
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            // The camera was unplugged between the two calls.
            return null;
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int fd, nuint request, [Out] byte[] answer);
}
