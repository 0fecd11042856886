namespace Kiosk.Core.Cards;

/// <summary>
/// How many bytes one READ BINARY asks of this reader. Kept as long as the reader is used, so a failure costs time only once. 256 at first.
/// Some readers cannot carry so many; then 231 is tried, then 128. Extended Le is tried only where it is switched on and the channel allows
/// it: a usb-ccid reader was blocked for 3 s and lost the card (README.md section 3).
/// </summary>
/// <param name="tryExtended">False, unless reading with this model of reader was measured to be faster with it.</param>
public sealed class ReadLength(bool tryExtended)
{
    /// <summary>2 KiB: most of the gain, and a PIN waits at most 0.2 s for the end of one read at 106 kbit/s.</summary>
    public const int Extended = 2048;

    /// <summary>From the largest to the smallest. 231 fits a frame of 256 bytes with its headers and secure messaging.</summary>
    private static readonly int[] Lengths = [Extended, CommandApdu.LargestShortLe, 231, 128];

    private volatile int _most = tryExtended ? Extended : CommandApdu.LargestShortLe;
    private volatile int _proven;

    /// <summary>Largest Le that is not known to fail with this reader, 128 to <see cref="Extended"/>.</summary>
    public int For(ICardChannel channel) => channel.MayCarryExtendedLength ? _most : Math.Min(_most, CommandApdu.LargestShortLe);

    /// <returns>The next smaller length to try; null: there is none.</returns>
    public static int? Below(int le)
    {
        foreach (int length in Lengths)
            if (length < le) return length;
        return null;
    }

    /// <summary>The reader has carried this length.</summary>
    public void Worked(int le)
    {
        if (le > _proven) _proven = le;
    }

    /// <summary>
    /// This length failed and a smaller one is used instead. A failing card looks the same, so it counts only while this length has never
    /// worked with this reader.
    /// </summary>
    /// <param name="worked">The length to begin with from now on.</param>
    public void Failed(int le, int worked)
    {
        if (le > _proven && worked < _most) _most = worked;
    }
}
