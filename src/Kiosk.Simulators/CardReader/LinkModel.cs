namespace Kiosk.Simulators.CardReader;

/// <summary>
/// The time that a card and its link physically need. This is a model, not a measurement. ISO/IEC 14443-3 Type B: 10 etu per
/// character, SOF and EOF 12 + 10 etu, frames of 256 bytes. ISO/IEC 7816-3 T=1: 11 etu per character, IFS 254. Guard times and the
/// reader's own processing are left out, so the results are lower bounds.
/// </summary>
/// <param name="Name">
/// <c>none</c>; <c>106</c>, <c>212</c>, <c>424</c> (kbit/s, Type B); <c>contact</c> (T=1, 372 clocks per bit at 4.8 MHz, 12.9 kbit/s)
/// or <c>contact-fast</c> (TA1 = 13, 51.6 kbit/s).
/// </param>
public sealed record LinkModel(string Name)
{
    /// <summary>Assumed processing time of every command: look-up and EEPROM.</summary>
    private static readonly TimeSpan PerCommand = TimeSpan.FromMilliseconds(4);

    /// <summary>Assumed time of an RSA-2048 private-key operation in a card of this generation.</summary>
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

    /// <summary>The names, for help texts.</summary>
    public const string Names = "none | 106 | 212 | 424 | contact | contact-fast";

    public static LinkModel None { get; } = new("none");

    /// <summary>Time from the first bit of the command to the last bit of the response.</summary>
    public TimeSpan TimeFor(ReadOnlySpan<byte> command, int responseLength)
    {
        if (_framing is null) return TimeSpan.Zero;
        TimeSpan card = command.Length > 1 && command[1] == 0x2A ? PerSignature : PerCommand;
        return card + _framing.Transfer(command.Length) + _framing.Transfer(responseLength);
    }

    public override string ToString() => Name;

    /// <param name="Etu">Seconds per elementary time unit (one bit).</param>
    /// <param name="FrameBits">Length of start and end of frame, in bits.</param>
    /// <param name="Overhead">Characters per block besides INF: PCB, CID, CRC (14443-4) or NAD, PCB, LEN, LRC (T=1).</param>
    /// <param name="LargestInf">Largest number of APDU bytes in one block.</param>
    private sealed record Framing(double Etu, int BitsPerCharacter, int FrameBits, int Overhead, int LargestInf)
    {
        private const double CarrierHz = 13.56e6;

        public static Framing TypeB(int multiple) => new(128 / CarrierHz / multiple, 10, 22, 4, 252);

        public static Framing T1(int multiple) => new(372 / 4.8e6 / multiple, 11, 0, 4, 254);

        /// <summary>The blocks of an APDU, plus the R-blocks that acknowledge each block except the last.</summary>
        public TimeSpan Transfer(int bytes)
        {
            int blocks = Math.Max(1, (bytes + LargestInf - 1) / LargestInf);
            int frames = (2 * blocks) - 1;
            long bits = ((bytes + ((long)frames * Overhead)) * BitsPerCharacter) + ((long)frames * FrameBits);
            return TimeSpan.FromSeconds(bits * Etu);
        }
    }
}
