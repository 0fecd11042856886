using System.Globalization;

namespace Kiosk.Core.Cards;

/// <summary>SW1 SW2, as in card.md 2 (soltia <c>src/apdu.rs</c>).</summary>
public readonly record struct StatusWord(ushort Value)
{
    public static readonly StatusWord Ok = new(0x9000);

    /// <summary>The file ended before Le bytes: what was there came all the same.</summary>
    public static readonly StatusWord EndOfFile = new(0x6282);

    public static readonly StatusWord SecurityNotSatisfied = new(0x6982);
    public static readonly StatusWord OffsetPastEnd = new(0x6B00);
    public static readonly StatusWord WrongLength = new(0x6700);

    public bool IsOk => Value == 0x9000;

    /// <summary>6983 and 6984: the reference is blocked; 63C0: blocked by this very try.</summary>
    public bool IsBlocked => Value is 0x6983 or 0x6984 or 0x63C0;

    /// <summary>
    /// 6Axx, 6Dxx, 6Exx and 69xx: the card understood and has no such thing, so it is another card.
    /// 6Fxx, 64xx, 65xx and garbage are the chip's own trouble.
    /// </summary>
    public bool MeansNotThere => Value >> 8 is 0x6A or 0x6D or 0x6E or 0x69;

    /// <summary>61xx: xx bytes (0 = 256) wait for GET RESPONSE (T=0 only). Null otherwise.</summary>
    public int? BytesWaiting => Value >> 8 == 0x61 ? Counted : null;

    /// <summary>6Cxx: ask again with Le = xx (0 = 256). Null otherwise.</summary>
    public int? RightLe => Value >> 8 == 0x6C ? Counted : null;

    private int Counted => (Value & 0xFF) == 0 ? 256 : Value & 0xFF;

    /// <summary>
    /// Tries left as told by VERIFY with or without data: 63Cx gives x; 6983 and 6984 give 0; 6300 has no limit and
    /// 9000 (already verified) does not tell, both <see cref="int.MaxValue"/>. Null: not an answer to VERIFY.
    /// </summary>
    public int? TriesLeft => Value switch
    {
        >= 0x63C0 and <= 0x63CF => Value & 0x0F,
        0x6983 or 0x6984 => 0,
        0x6300 or 0x9000 => int.MaxValue,
        _ => null,
    };

    public override string ToString() => Value.ToString("X4", CultureInfo.InvariantCulture);
}
