using System.Buffers.Binary;
using System.Numerics;

namespace Kiosk.Devices.Journal;

/// <summary>
/// One record, 45 bytes: state 1 (1 begun, 2 done) | key 16 | visit 16 | Unix ms 8, little-endian | CRC-32C 4 over the first 41 bytes.
/// Keys and ids are in network order. It contains no name, no card data and no answers.
/// </summary>
internal static class JournalRecord
{
    public const int Size = 45;
    public const byte Begun = 1;
    public const byte Done = 2;
    private const int Covered = Size - 4;

    public static void Write(Span<byte> to, byte state, Guid key, Guid visit, DateTimeOffset at)
    {
        to[0] = state;
        key.TryWriteBytes(to[1..], bigEndian: true, out _);
        visit.TryWriteBytes(to[17..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(to[33..], at.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(to[Covered..], Crc(to));
    }

    /// <returns>Null if the record is incomplete or damaged.</returns>
    public static (byte State, PendingVisit Visit)? Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(from[Covered..]) != Crc(from) || from[0] is not (Begun or Done))
            return null;
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(from[33..]));
        return (from[0], new(new(from[1..17], bigEndian: true), new(from[17..33], bigEndian: true), at));
    }

    // The CRC starts with all ones. With zero, 45 zero bytes would have a valid CRC.
    private static uint Crc(ReadOnlySpan<byte> record)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in record[..Covered]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
