using System.Buffers.Binary;

namespace Kiosk.Core.Cards;

/// <summary>
/// A command APDU (ISO/IEC 7816-4). It owns no bytes and writes itself into the caller's buffer, so a PIN is only where
/// the caller can zero it.
/// </summary>
/// <param name="le">Bytes wanted: 0 none, 1 to 256 short, up to 65,536 extended.</param>
public readonly ref struct CommandApdu(byte cla, byte ins, byte p1, byte p2, ReadOnlySpan<byte> data, int le = 0)
{
    public const int LargestShortLe = 256;
    public const int LargestExtendedLe = 65_536;

    public CommandApdu(byte cla, byte ins, byte p1, byte p2, int le = 0)
        : this(cla, ins, p1, p2, [], le)
    {
    }

    /// <summary>The command's data field, 0 to 65,535 bytes.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;

    public byte Ins { get; } = ins;

    /// <summary>0: only a status word is expected.</summary>
    public int Le { get; } = le;

    private bool IsExtended => Data.Length > 255 || Le > LargestShortLe;

    /// <summary>Bytes <see cref="WriteTo"/> writes: 4 to 65,544.</summary>
    public int Length => 4
        + (Data.Length == 0 ? 0 : (IsExtended ? 3 : 1) + Data.Length)
        + (Le == 0 ? 0 : !IsExtended ? 1 : Data.Length == 0 ? 3 : 2);

    /// <summary>The same command with another Le, as <c>6Cxx</c> asks for.</summary>
    public CommandApdu WithLe(int wanted) => new(cla, Ins, p1, p2, Data, wanted);

    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The buffer is too small, or Le or data out of range.</exception>
    public int WriteTo(Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Le);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Le, LargestExtendedLe);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Data.Length, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, Length);
        buffer[0] = cla;
        buffer[1] = Ins;
        buffer[2] = p1;
        buffer[3] = p2;
        int at = 4;
        if (IsExtended && (Data.Length > 0 || Le > 0)) buffer[at++] = 0;
        if (Data.Length > 0)
        {
            at += WriteLength(buffer[at..], Data.Length);
            Data.CopyTo(buffer[at..]);
            at += Data.Length;
        }

        // 256 and 65,536 are written as zero: the casts drop the top bit.
        if (Le > 0) at += WriteLength(buffer[at..], Le);
        return at;
    }

    private int WriteLength(Span<byte> at, int length)
    {
        if (!IsExtended)
        {
            at[0] = unchecked((byte)length);
            return 1;
        }

        BinaryPrimitives.WriteUInt16BigEndian(at, unchecked((ushort)length));
        return 2;
    }
}
