using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Kiosk.Devices.Outbox;

/// <summary>
/// length 4 (bytes that follow, 21 to 65,536) | type 1 (1 put, 2 ack) | key 16 | sealed, put only: nonce 12, ciphertext, tag 16 |
/// CRC-32C 4 over type, key and sealed; little-endian. Sealed is AES-256-GCM over Unix ms 8 and the message, with the key field
/// as associated data.
/// </summary>
internal static class OutboxRecord
{
    public const byte Put = 1;
    public const byte Ack = 2;

    private const int Head = 4;
    private const int Smallest = 21;
    private const int Largest = 65_536;
    private const int Nonce = 12;
    private const int Tag = 16;
    private const int Time = 8;

    public static byte[] Encode(byte type, Guid key, ReadOnlySpan<byte> sealedMessage)
    {
        byte[] record = new byte[Head + Smallest + sealedMessage.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - Head);
        record[Head] = type;
        key.TryWriteBytes(record.AsSpan(Head + 1), bigEndian: true, out _);
        sealedMessage.CopyTo(record.AsSpan(Head + 17));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - 4), Crc(record.AsSpan(Head..^4)));
        return record;
    }

    /// <returns>Null if the record is incomplete or damaged.</returns>
    public static (byte Type, Guid Key, byte[] Sealed, int Size)? Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Head + Smallest) return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(from);
        if (length is < Smallest or > Largest || from.Length < Head + length) return null;
        ReadOnlySpan<byte> body = from.Slice(Head, length - 4);
        if (BinaryPrimitives.ReadUInt32LittleEndian(from[(Head + length - 4)..]) != Crc(body) || body[0] is not (Put or Ack)) return null;
        return (body[0], new Guid(body[1..17], bigEndian: true), body[17..].ToArray(), Head + length);
    }

    /// <summary>Encrypts a message and decrypts it once as a check, because a record that cannot be read must not be relied on.</summary>
    public static byte[] Seal(byte[] secret, Guid key, DateTimeOffset at, ReadOnlySpan<byte> message)
    {
        byte[] plain = new byte[Time + message.Length], o = new byte[Nonce + plain.Length + Tag];
        BinaryPrimitives.WriteInt64LittleEndian(plain, at.ToUnixTimeMilliseconds());
        message.CopyTo(plain.AsSpan(Time));
        try
        {
            // A new AesGcm for each record, because the class is not thread-safe (measured: ../Reception/README.md).
            using AesGcm gcm = new(secret, Tag);
            RandomNumberGenerator.Fill(o.AsSpan(0, Nonce));
            gcm.Encrypt(o.AsSpan(0, Nonce), plain, o.AsSpan(Nonce, plain.Length), o.AsSpan(Nonce + plain.Length),
                key.ToByteArray(bigEndian: true));
            byte[] again = Open(secret, key, o)?.Message ?? throw new CryptographicException("a sealed record does not open");
            bool same = CryptographicOperations.FixedTimeEquals(again, message);
            CryptographicOperations.ZeroMemory(again);
            return same ? o : throw new CryptographicException("a sealed record opens as another");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <returns>Null: sealed with another key, or changed.</returns>
    public static (byte[] Message, DateTimeOffset At)? Open(byte[] secret, Guid key, byte[] o)
    {
        if (o.Length < Nonce + Time + Tag) return null;
        byte[] plain = new byte[o.Length - Nonce - Tag];
        try
        {
            using AesGcm gcm = new(secret, Tag);
            gcm.Decrypt(o.AsSpan(0, Nonce), o.AsSpan(Nonce, plain.Length), o.AsSpan(Nonce + plain.Length), plain,
                key.ToByteArray(bigEndian: true));
            return (plain[Time..], DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(plain)));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static uint Crc(ReadOnlySpan<byte> body)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in body) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
