using System.Security.Cryptography;

namespace Kiosk.Core.Values;

/// <summary>
/// Bytes that must not stay in memory after their use: PIN, 照合番号B, card photo, face template. They are in one pinned array, which the
/// garbage collector never copies, and <see cref="Dispose"/> zeroes it. Its creator disposes it, unless the method that takes it says so.
/// Not a record and not a string: a record prints its members.
/// </summary>
public sealed class Secret : IDisposable
{
    private readonly byte[] _bytes;
    private int _length;

    /// <param name="capacity">Bytes reserved, 1 to 1,048,576. The buffer never grows.</param>
    public Secret(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 20);
        _bytes = GC.AllocateArray<byte>(capacity, pinned: true);
    }

    /// <summary>Bytes in use, 0 to capacity.</summary>
    public int Length => _length;

    public int Capacity => _bytes.Length;

    /// <summary>The bytes in use: a view, not a copy. Do not keep it after the call.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Appends one byte, for example one PIN digit in ASCII (0x30 to 0x39).</summary>
    /// <returns>False: the buffer is full, nothing was stored.</returns>
    public bool TryAppend(byte value)
    {
        if (_length == _bytes.Length) return false;
        _bytes[_length++] = value;
        return true;
    }

    /// <summary>Sets the length and returns the bytes, to be filled in place.</summary>
    public Span<byte> Fill(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _bytes.Length);
        _length = length;
        return _bytes.AsSpan(0, length);
    }

    /// <summary>Removes the last byte, if any.</summary>
    public void RemoveLast()
    {
        if (_length > 0) _bytes[--_length] = 0;
    }

    /// <summary>Zeroes everything. The buffer can be used again.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _length = 0;
    }

    public void Dispose() => Clear();

    public override string ToString() => "Secret";
}
