namespace Kiosk.Core.Cards;

/// <summary>
/// How many bytes one READ BINARY asks of this reader. Kept as long as the reader is plugged in, so a failure costs time only once.
/// 256 at first. Extended Le is tried only where it is switched on and the channel allows it, and never again after one failure:
/// a usb-ccid reader was blocked for 3 s and lost the card (README.md section 3).
/// </summary>
/// <param name="tryExtended">False, unless reading with this model of reader was measured to be faster with it.</param>
public sealed class ReadLength(bool tryExtended)
{
    /// <summary>2 KiB: most of the gain, and a PIN waits at most 0.2 s for the end of one read at 106 kbit/s.</summary>
    public const int Extended = 2048;

    private volatile Standing _standing = tryExtended ? Standing.Untried : Standing.Refused;

    private enum Standing
    {
        Untried,
        Proven,
        Refused,
    }

    /// <summary>Le for the next read, 256 or <see cref="Extended"/>.</summary>
    public int For(ICardChannel channel) =>
        _standing != Standing.Refused && channel.MayCarryExtendedLength ? Extended : CommandApdu.LargestShortLe;

    public void Worked(int le)
    {
        if (le > CommandApdu.LargestShortLe) _standing = Standing.Proven;
    }

    /// <summary>A card that is taken away looks the same, so a failure counts only while extended length has never worked.</summary>
    public void Failed(int le)
    {
        if (le > CommandApdu.LargestShortLe && _standing == Standing.Untried) _standing = Standing.Refused;
    }
}
