using System.Globalization;

namespace Kiosk.Core.Cards;

/// <summary>SW1 SW2 (ISO/IEC 7816-4; README.md section 3).</summary>
public readonly record struct StatusWord(ushort Value)
{
    public static readonly StatusWord Ok = new(0x9000);

    /// <summary>The file ended before Le bytes. The bytes up to the end were sent.</summary>
    public static readonly StatusWord EndOfFile = new(0x6282);

    public static readonly StatusWord SecurityNotSatisfied = new(0x6982);
    public static readonly StatusWord OffsetPastEnd = new(0x6B00);
    public static readonly StatusWord WrongLength = new(0x6700);

    public bool IsOk => Value == 0x9000;

    /// <summary>6983 and 6984: blocked. 63C0: this try blocked it.</summary>
    public bool IsBlocked => Value is 0x6983 or 0x6984 or 0x63C0;

    /// <summary>
    /// 6Axx, 6Dxx, 6Exx and 69xx: the card understood the command and does not have what was asked for, so it is another kind of card.
    /// 6Fxx, 64xx, 65xx and anything else: the chip itself has a fault.
    /// </summary>
    public bool MeansNotThere => Value >> 8 is 0x6A or 0x6D or 0x6E or 0x69;

    /// <summary>61xx: xx bytes (0: 256) wait for GET RESPONSE, on T=0 only. Else null.</summary>
    public int? BytesWaiting => Value >> 8 == 0x61 ? Counted : null;

    /// <summary>6Cxx: ask again with Le = xx (0: 256). Else null.</summary>
    public int? RightLe => Value >> 8 == 0x6C ? Counted : null;

    private int Counted => (Value & 0xFF) == 0 ? 256 : Value & 0xFF;

    /// <summary>
    /// Tries left, from the answer to VERIFY with or without data. 63Cx: x. 6983 and 6984: 0. 6300 (no limit) and 9000 (verified already,
    /// the number is not told): <see cref="int.MaxValue"/>. Null: not an answer to VERIFY.
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
