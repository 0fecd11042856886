using System.Buffers.Binary;
using System.Device.I2c;

namespace Kiosk.Tests.Hardware;

/// <summary>A chip on I2C as a memory of bytes: a write selects an index and fills from there, a read goes on from the index.</summary>
/// <param name="indexBytes">Length of an index: 1 (VL53L0X) or 2 (VL53L1X).</param>
internal sealed class FakeRegisters(int indexBytes) : I2cDevice
{
    private readonly byte[] _memory = new byte[0x10000];
    private int _index;

    /// <summary>Registers that the chip itself sets, whatever was written.</summary>
    public Dictionary<int, byte> Fixed { get; } = [];

    /// <summary>Nothing answers at the address.</summary>
    public bool IsGone { get; set; }

    public bool IsDisposed { get; private set; }

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x29);

    public byte this[int index]
    {
        get => _memory[index];
        set => _memory[index] = value;
    }

    /// <summary>Sets two registers, the high byte first.</summary>
    public void Set(int index, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_memory.AsSpan(index), value);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Answer();
        _index = indexBytes == 1 ? buffer[0] : BinaryPrimitives.ReadUInt16BigEndian(buffer);
        buffer[indexBytes..].CopyTo(_memory.AsSpan(_index));
    }

    public override void WriteByte(byte value) => Write([value]);

    public override void Read(Span<byte> buffer)
    {
        Answer();
        for (int i = 0; i < buffer.Length; i++)
            buffer[i] = Fixed.TryGetValue(_index + i, out byte value) ? value : _memory[_index + i];
    }

    public override byte ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        Read(one);
        return one[0];
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Write(writeBuffer);
        Read(readBuffer);
    }

    private void Answer()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (IsGone) throw new IOException("Error 121 performing I2C data transfer.");
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
