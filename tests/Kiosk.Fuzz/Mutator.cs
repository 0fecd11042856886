namespace Kiosk.Fuzz;

/// <summary>Changes the seeds at random, without coverage. The same seed number gives the same changes.</summary>
/// <param name="seeds">At least one.</param>
public sealed class Mutator(IReadOnlyList<byte[]> seeds, int seed)
{
    private const int Longest = 1 << 17;

    private static readonly byte[] Interesting = [0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFE, 0xFF, 0x30, 0x1F];

    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[Longest];

    /// <returns>A view of a buffer, valid until the next call.</returns>
    public ReadOnlySpan<byte> Next()
    {
        byte[] start = seeds[_random.Next(seeds.Count)];
        int length = start.Length;
        start.CopyTo(_buffer, 0);
        for (int change = 1 << _random.Next(4); change > 0; change--) length = Change(length);
        return _buffer.AsSpan(0, length);
    }

    private int Change(int length)
    {
        // Headers matter more than content, so half of the changes are near the beginning.
        int at = length == 0 ? 0 : _random.Next(_random.Next(2) == 0 ? Math.Min(length, 64) : length);
        switch (_random.Next(8))
        {
            case 0 when length > 0:
                _buffer[at] ^= (byte)(1 << _random.Next(8));
                return length;
            case 1 when length > 0:
                _buffer[at] = Interesting[_random.Next(Interesting.Length)];
                return length;
            case 2 when length > 0:
                _buffer[at] = (byte)_random.Next(256);
                return length;
            case 3 when length > 0:
                _buffer[at] += (byte)(_random.Next(2) == 0 ? 1 : 255);
                return length;
            case 4 when length > 0:
                return at;
            case 5:
                int cut = Math.Min(_random.Next(1, 17), length - at);
                _buffer.AsSpan(at + cut, length - at - cut).CopyTo(_buffer.AsSpan(at));
                return length - cut;
            case 6 when length + 16 < Longest:
                int added = _random.Next(1, 17);
                _buffer.AsSpan(at, length - at).CopyTo(_buffer.AsSpan(at + added));
                _random.NextBytes(_buffer.AsSpan(at, added));
                return length + added;
            default:
                byte[] other = seeds[_random.Next(seeds.Count)];
                int taken = Math.Min(other.Length - Math.Min(at, other.Length), Longest - at);
                other.AsSpan(other.Length - taken).CopyTo(_buffer.AsSpan(at));
                return at + taken;
        }
    }
}
