using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// 氏名 as the card's issuer drew it, for names with characters that the character sets lack (●). Kept in memory only, for 12
/// hours at most, and dropped as soon as the centre's answer shows that every character can be shown.
/// </summary>
internal sealed class NameImages(TimeProvider time)
{
    public const int MaxBytes = 12 * 1024;
    /// <summary>Names with ● that the centre has not answered yet, or that need their picture: more than a kiosk sees in a day.</summary>
    public const int MaxOfOneKiosk = 100;
    private const int MaxImages = 2000;
    private static readonly TimeSpan _kept = TimeSpan.FromHours(12);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<(string Kiosk, Guid Visit), (byte[] Png, DateTimeOffset At)> _images = new();

    public bool Any => !_images.IsEmpty;

    /// <summary>
    /// Keeps a picture. When a kiosk has too many, its own oldest one goes; when all together are too many, the oldest one of the kiosk
    /// with the most goes. So no kiosk takes the room of another.
    /// </summary>
    /// <returns>
    /// False: not a picture of a name, and nothing was kept. A photo cannot pass: the card's photo is neither 1 bit nor PNG.
    /// </returns>
    public bool Put(string kiosk, Guid visit, ReadOnlySpan<byte> png)
    {
        if (!IsNamePicture(png)) return false;
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (((string, Guid) old, (byte[] _, DateTimeOffset at)) in _images)
                if (now - at > _kept) _images.TryRemove(old, out _);
            if (!_images.ContainsKey((kiosk, visit)))
            {
                if (_images.Keys.Count(k => k.Kiosk == kiosk) >= MaxOfOneKiosk) DropOldest(kiosk);
                if (_images.Count >= MaxImages) DropOldest(_images.Keys.CountBy(k => k.Kiosk).MaxBy(c => c.Value).Key);
            }

            _images[(kiosk, visit)] = (png.ToArray(), now);
            return true;
        }
    }

    /// <returns>Null: there is none, or no longer.</returns>
    public byte[]? Find(string kiosk, Guid visit) =>
        _images.TryGetValue((kiosk, visit), out (byte[] Png, DateTimeOffset At) one) && time.GetUtcNow() - one.At <= _kept ? one.Png : null;

    public void Drop(string kiosk, Guid visit) => _images.TryRemove((kiosk, visit), out _);

    private void DropOldest(string kiosk) =>
        _images.TryRemove(_images.Where(i => i.Key.Kiosk == kiosk).MinBy(i => i.Value.At).Key, out _);

    // W3C PNG, third edition, sections 5.2 and 11.2.1: signature, then IHDR; depth 1, greyscale, deflate, adaptive filters, not interlaced.
    private static bool IsNamePicture(ReadOnlySpan<byte> png) =>
        png.Length is > 33 and <= MaxBytes
        && png.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I',
        (byte)'H', (byte)'D', (byte)'R'])
        && BinaryPrimitives.ReadUInt32BigEndian(png[16..]) is > 0 and <= 2048
        && BinaryPrimitives.ReadUInt32BigEndian(png[20..]) is > 0 and <= 512
        && png[24..29].SequenceEqual((ReadOnlySpan<byte>)[1, 0, 0, 0, 0]);
}
