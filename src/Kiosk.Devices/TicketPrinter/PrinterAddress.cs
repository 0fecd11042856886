using System.Globalization;

namespace Kiosk.Devices.TicketPrinter;

/// <summary>Where the printer is: <c>HOST:PORT</c>, or a device file of Linux.</summary>
/// <param name="Host">Empty: a device file.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Device">Empty: on the network.</param>
public sealed record PrinterAddress(string Host, int Port, string Device)
{
    /// <summary>For a message about a wrong address.</summary>
    public const string Rule = "HOST:PORT, for example 192.168.1.50:9100, or on Linux a device file, for example /dev/usb/lp0";

    /// <returns>Null: it is neither.</returns>
    public static PrinterAddress? Parse(string text)
    {
        if (text.Length > 255 || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) return null;
        if (text.StartsWith("/dev/", StringComparison.Ordinal))
            return text.Length > "/dev/".Length && !OperatingSystem.IsWindows() ? new("", 0, text) : null;
        int colon = text.LastIndexOf(':');
        return colon > 0 && Uri.CheckHostName(text[..colon].Trim('[', ']')) is not UriHostNameType.Unknown
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= 65535
            ? new(text[..colon].Trim('[', ']'), port, "") : null;
    }

    public override string ToString() => Device.Length > 0 ? Device : $"{Host}:{Port}";
}
