using System.Globalization;

namespace Kiosk.Devices.Board;

/// <summary>
/// The patient's display and its touch panel, as Linux's sysfs lists them. Both can go and come back by themselves: a cable, a power
/// switch, a USB hub. Nothing is opened.
/// </summary>
/// <param name="display">Name of the display's connector as in /sys/class/drm, for example HDMI-A-1; empty: any.</param>
/// <param name="touch">Part of the touch panel's name as in /sys/class/input; empty: any.</param>
/// <param name="sys">"/sys", except in tests.</param>
public sealed class PanelParts(string display, string touch, string sys = "/sys")
{
    // linux/input-event-codes.h
    private const int AbsX = 0x00, AbsY = 0x01, AbsMtPositionX = 0x35, BtnLeft = 0x110, BtnTouch = 0x14A, PropPointer = 0x00;

    /// <summary>For a technician: what is looked for.</summary>
    public string Display => display.Length > 0 ? display : "any display";

    /// <summary>For a technician: what is looked for.</summary>
    public string Touch => touch.Length > 0 ? touch : "any touch panel";

    /// <summary>True if the configuration names it: then it is missing also when it was never seen.</summary>
    public bool NamesDisplay => display.Length > 0;

    /// <summary>As <see cref="NamesDisplay"/>, for the touch panel.</summary>
    public bool NamesTouch => touch.Length > 0;

    /// <summary>The display is connected and switched on far enough to answer.</summary>
    public bool HasDisplay() => Folders("class/drm")
        .Where(f => display.Length == 0 || Path.GetFileName(f).EndsWith('-' + display, StringComparison.Ordinal))
        .Any(f => Text(f, "status") == "connected");

    public bool HasTouch() => Folders("class/input")
        .Where(f => Path.GetFileName(f).StartsWith("input", StringComparison.Ordinal))
        .Any(f => IsTouchPanel(f) && (touch.Length == 0 || Text(f, "name").Contains(touch, StringComparison.OrdinalIgnoreCase)));

    /// <summary>It reports places, not movements, and a touch or a button.</summary>
    private static bool IsTouchPanel(string folder)
    {
        string places = Text(folder, "capabilities/abs"), keys = Text(folder, "capabilities/key");
        bool hasPlaces = (HasBit(places, AbsX) && HasBit(places, AbsY)) || HasBit(places, AbsMtPositionX);
        return hasPlaces && (HasBit(keys, BtnTouch) || HasBit(keys, BtnLeft)) && !HasBit(Text(folder, "properties"), PropPointer);
    }

    /// <param name="words">As sysfs writes a bit field: 64-bit words in hex, the highest first.</param>
    private static bool HasBit(string words, int bit)
    {
        string[] all = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int word = all.Length - 1 - (bit / 64);
        return word >= 0 && ulong.TryParse(all[word], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits)
            && ((bits >> (bit % 64)) & 1) == 1;
    }

    private string[] Folders(string below)
    {
        string folder = Path.Combine(sys, below);
        return Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
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
