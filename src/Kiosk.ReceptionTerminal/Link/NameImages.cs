using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// 氏名 as the card's issuer drew it, for the desk where the name has characters that the character sets lack (●). In memory
/// only, for the working day at most, and gone as soon as the centre's answer shows that every character can be shown.
/// </summary>
internal sealed class NameImages(TimeProvider time)
{
    public const int MostBytes = 12 * 1024;
    private const int Most = 2000;
    private static readonly TimeSpan s_kept = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<(string Kiosk, Guid Visit), (byte[] Png, DateTimeOffset At)> _all = new();

    public bool Any => !_all.IsEmpty;

    /// <returns>False: not a picture of a name, and nothing was kept. A photo cannot pass: it is neither 1 bit nor a PNG.</returns>
    public bool Put(string kiosk, Guid visit, ReadOnlySpan<byte> png)
    {
        if (!IsName(png)) return false;
        DateTimeOffset now = time.GetUtcNow();
        foreach (((string, Guid) old, (byte[] _, DateTimeOffset at)) in _all)
            if (now - at > s_kept) _all.TryRemove(old, out _);
        if (_all.Count >= Most) return false;
        _all[(kiosk, visit)] = (png.ToArray(), now);
        return true;
    }

    /// <returns>Null: there is none, or no longer.</returns>
    public byte[]? Of(string kiosk, Guid visit) =>
        _all.TryGetValue((kiosk, visit), out (byte[] Png, DateTimeOffset At) one) && time.GetUtcNow() - one.At <= s_kept ? one.Png : null;

    public void Drop(string kiosk, Guid visit) => _all.TryRemove((kiosk, visit), out _);

    // PNG, third edition: signature, IHDR first; depth 1, greyscale, deflate, adaptive filters, not interlaced.
    private static bool IsName(ReadOnlySpan<byte> png) =>
        png.Length is > 33 and <= MostBytes
        && png.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R'])
        && BinaryPrimitives.ReadUInt32BigEndian(png[16..]) is > 0 and <= 2048
        && BinaryPrimitives.ReadUInt32BigEndian(png[20..]) is > 0 and <= 512
        && png[24..29].SequenceEqual((ReadOnlySpan<byte>)[1, 0, 0, 0, 0]);
}
