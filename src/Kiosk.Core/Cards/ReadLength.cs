namespace Kiosk.Core.Cards;

/// <summary>
/// How many bytes one READ BINARY may ask of this reader; lives as long as the reader is plugged in, so that a failure is
/// paid once. Starts at 256; extended Le is tried only where it is switched on and the channel may carry it,
/// and after one refusal never again: a usb-ccid reader hangs for 3 s and drops the card (card.md 10).
/// </summary>
/// <param name="tryExtended">Off unless the reader model in use was seen to gain by it.</param>
public sealed class ReadLength(bool tryExtended)
{
    /// <summary>One chunk of 2 KiB: most of the gain, and a waiting PIN still passes within 0.2 s at 106 kbit/s.</summary>
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

    /// <summary>A pulled card looks the same as a refusal: it counts only as long as extended length never worked.</summary>
    public void Failed(int le)
    {
        if (le > CommandApdu.LargestShortLe && _standing == Standing.Untried) _standing = Standing.Refused;
    }
}
