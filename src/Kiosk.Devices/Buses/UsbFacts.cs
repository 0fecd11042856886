using System.Globalization;

namespace Kiosk.Devices.Buses;

/// <summary>What Linux's sysfs says about a USB device. Empty texts on other systems.</summary>
/// <param name="Folder">Its folder in <c>/sys/bus/usb/devices</c>, e.g. <c>1-2</c>.</param>
/// <param name="Release">bcdDevice, the maker's firmware number, e.g. <c>2.01</c>.</param>
public sealed record UsbFacts(string Folder, string Maker, string Product, string Serial, string Release)
{
    private const string Bus = "/sys/bus/usb/devices";

    /// <summary>All devices with an interface of this class: 0E video, 0B smart card, 01 audio, 03 HID.</summary>
    public static IReadOnlyList<UsbFacts> WithInterface(byte interfaceClass)
    {
        if (!Directory.Exists(Bus)) return [];
        string wanted = interfaceClass.ToString("x2", CultureInfo.InvariantCulture);
        return [.. Directory.GetDirectories(Bus)
            .Where(d => Text(d, "bInterfaceClass") == wanted)
            .Select(d => Path.GetFileName(d).Split(':')[0]).Distinct().Order(StringComparer.Ordinal).Select(ReadFolder)];
    }

    /// <summary>The USB device of a video node; null if it is not on USB.</summary>
    /// <param name="node">/dev/video0 or a link to it.</param>
    public static UsbFacts? ForVideoNode(string node)
    {
        string name = Path.GetFileName(File.ResolveLinkTarget(node, returnFinalTarget: true)?.FullName ?? node);
        string device = $"/sys/class/video4linux/{name}/device";
        if (!Directory.Exists(device)) return null;
        string at = Directory.ResolveLinkTarget(device, returnFinalTarget: true)?.FullName ?? device;
        string folder = Path.GetFileName(at).Split(':')[0];
        return File.Exists($"{Bus}/{folder}/idVendor") ? ReadFolder(folder) : null;
    }

    /// <summary>The kernel's name of a video node; empty if there is none.</summary>
    public static string VideoName(string node) =>
        Text("/sys/class/video4linux/" + Path.GetFileName(File.ResolveLinkTarget(node, returnFinalTarget: true)?.FullName ?? node), "name");

    private static UsbFacts ReadFolder(string folder)
    {
        string at = $"{Bus}/{folder}";
        string release = Text(at, "bcdDevice");
        string number = release.Length == 4
            ? $"{int.Parse(release[..2], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}.{release[2..]}"
            : release;
        return new UsbFacts(folder, Text(at, "manufacturer"), Text(at, "product"), Text(at, "serial"), number);
    }

    private static string Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
