using System.Buffers.Binary;

namespace Kiosk.Simulators.CardReader;

/// <summary>A parsed command APDU: ISO/IEC 7816-3 cases 1 to 4, short and extended.</summary>
/// <param name="Le">-1: none.</param>
internal readonly record struct ParsedCommand(byte Cla, byte Ins, byte P1, byte P2, ReadOnlyMemory<byte> Data, int Le)
{
    /// <returns>Null: the lengths are inconsistent (status word 6700).</returns>
    public static ParsedCommand? Parse(ReadOnlyMemory<byte> apdu)
    {
        if (apdu.Length < 4) return null;
        ReadOnlySpan<byte> head = apdu.Span;
        ReadOnlyMemory<byte> body = apdu[4..];
        ReadOnlySpan<byte> b = body.Span;
        bool isExtended = b.Length >= 3 && b[0] == 0;
        (int lc, int le, int at)? lengths = b.Length switch
        {
            0 => (0, -1, 0),
            1 => (0, Short(b[0]), 0),
            3 when isExtended => (0, Extended(b[1..]), 0),
            _ when isExtended => Split(BinaryPrimitives.ReadUInt16BigEndian(b[1..]), 3, 2, b),
            _ => Split(b[0], 1, 1, b),
        };
        return lengths is var (lcValue, leValue, start)
            ? new(head[0], head[1], head[2], head[3], body.Slice(start, lcValue), leValue)
            : null;
    }

    private static (int, int, int)? Split(int lc, int start, int leBytes, ReadOnlySpan<byte> body)
    {
        int rest = body.Length - start - lc;
        if (rest == 0) return (lc, -1, start);
        if (rest != leBytes) return null;
        return (lc, leBytes == 1 ? Short(body[^1]) : Extended(body[^2..]), start);
    }

    private static int Short(byte le) => le == 0 ? 256 : le;

    private static int Extended(ReadOnlySpan<byte> le) => BinaryPrimitives.ReadUInt16BigEndian(le) is var n && n == 0 ? 65_536 : n;
}
