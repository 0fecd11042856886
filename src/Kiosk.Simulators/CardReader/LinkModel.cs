namespace Kiosk.Simulators.CardReader;

/// <summary>
/// How long a card and its link physically take, a model and not a measurement (card.md 11): ISO 14443-3B 10 etu per
/// character, SOF and EOF 12 + 10 etu, frames of 256; T=1 11 etu per character, IFS 254. Guard times and the reader's
/// own processing are left out, so these are lower bounds.
/// </summary>
/// <param name="Name">
/// <c>none</c>; <c>106</c>, <c>212</c>, <c>424</c> (kbit/s, Type B); <c>contact</c> (T=1, 372 clocks a bit at 4.8 MHz, 12.9 kbit/s)
/// or <c>contact-fast</c> (TA1 = 13, 51.6 kbit/s).
/// </param>
public sealed record LinkModel(string Name)
{
    /// <summary>Assumed for every command: look-up and EEPROM.</summary>
    private static readonly TimeSpan PerCommand = TimeSpan.FromMilliseconds(4);

    /// <summary>Assumed for an RSA-2048 private operation in a card of this generation.</summary>
    private static readonly TimeSpan PerSignature = TimeSpan.FromMilliseconds(150);

    private readonly Framing? _framing = Name switch
    {
        "none" => null,
        "106" => Framing.TypeB(1),
        "212" => Framing.TypeB(2),
        "424" => Framing.TypeB(4),
        "contact" => Framing.T1(1),
        "contact-fast" => Framing.T1(4),
        _ => throw new FormatException($"rate: {Names}"),
    };

    /// <summary>For people.</summary>
    public const string Names = "none | 106 | 212 | 424 | contact | contact-fast";

    public static LinkModel None { get; } = new("none");

    /// <summary>Time from the reader's first bit to the card's last.</summary>
    public TimeSpan Of(ReadOnlySpan<byte> command, int responseLength)
    {
        if (_framing is null) return TimeSpan.Zero;
        TimeSpan card = command.Length > 1 && command[1] == 0x2A ? PerSignature : PerCommand;
        return card + _framing.Transfer(command.Length) + _framing.Transfer(responseLength);
    }

    public override string ToString() => Name;

    /// <param name="Etu">Seconds per bit.</param>
    /// <param name="FrameBits">Start and end of frame.</param>
    /// <param name="Overhead">Characters per block besides INF: PCB, CID, CRC (14443-4) or NAD, PCB, LEN, LRC (T=1).</param>
    /// <param name="LargestInf">Bytes of an APDU one block carries.</param>
    private sealed record Framing(double Etu, int BitsPerCharacter, int FrameBits, int Overhead, int LargestInf)
    {
        private const double CarrierHz = 13.56e6;

        public static Framing TypeB(int multiple) => new(128 / CarrierHz / multiple, 10, 22, 4, 252);

        public static Framing T1(int multiple) => new(372 / 4.8e6 / multiple, 11, 0, 4, 254);

        /// <summary>Blocks of an APDU, and the R-block that acknowledges each but the last.</summary>
        public TimeSpan Transfer(int bytes)
        {
            int blocks = Math.Max(1, (bytes + LargestInf - 1) / LargestInf);
            int frames = (2 * blocks) - 1;
            long bits = ((bytes + ((long)frames * Overhead)) * BitsPerCharacter) + ((long)frames * FrameBits);
            return TimeSpan.FromSeconds(bits * Etu);
        }
    }
}
