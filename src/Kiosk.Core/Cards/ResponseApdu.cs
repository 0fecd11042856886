using System.Buffers.Binary;

namespace Kiosk.Core.Cards;

/// <summary>The card's answer, a view of the caller's buffer: data, then SW1 SW2.</summary>
public readonly ref struct ResponseApdu
{
    /// <param name="bytes">As received, at least 2 bytes.</param>
    public ResponseApdu(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, 2);
        Data = bytes[..^2];
        Status = new(BinaryPrimitives.ReadUInt16BigEndian(bytes[^2..]));
    }

    /// <summary>0 to 65,536 bytes.</summary>
    public ReadOnlySpan<byte> Data { get; }

    public StatusWord Status { get; }
}
