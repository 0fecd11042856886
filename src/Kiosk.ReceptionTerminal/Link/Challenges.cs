using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Challenges without a store: HMAC-SHA256 over kiosk, visit and a five-minute window under a key kept in the database.
/// A reception that was killed between the card's signature and the hand-over still knows what it asked.
/// </summary>
/// <param name="key">32 random bytes, secret: whoever knows it can have a card sign in advance.</param>
internal sealed class Challenges(byte[] key, TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(5);

    // How far back a challenge is recognised, only to say "expired" instead of "wrong": two hours.
    private const int Remembered = 24;

    /// <summary>What a challenge turned out to be.</summary>
    public enum Age
    {
        Current,
        Expired,
        Unknown,
    }

    /// <returns>32 bytes, good for five to ten minutes, and when that ends.</returns>
    public (byte[] Challenge, DateTimeOffset Ends) Give(string kiosk, Guid visit)
    {
        long now = Window();
        return (At(kiosk, visit, now), DateTimeOffset.FromUnixTimeSeconds((now + 2) * (long)s_window.TotalSeconds));
    }

    /// <param name="verifies">Does the signature verify over this challenge?</param>
    public Age Judge(string kiosk, Guid visit, Func<byte[], bool> verifies)
    {
        long now = Window();
        for (int back = 0; back <= Remembered; back++)
        {
            if (verifies(At(kiosk, visit, now - back))) return back <= 1 ? Age.Current : Age.Expired;
        }

        return Age.Unknown;
    }

    private long Window() => time.GetUtcNow().ToUnixTimeSeconds() / (long)s_window.TotalSeconds;

    private byte[] At(string kiosk, Guid visit, long window)
    {
        // Fixed-length fields first, so that no two inputs give the same bytes.
        byte[] input = new byte[24 + Encoding.ASCII.GetByteCount(kiosk)];
        visit.TryWriteBytes(input, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(input.AsSpan(16), window);
        Encoding.ASCII.GetBytes(kiosk, input.AsSpan(24));
        return HMACSHA256.HashData(key, input);
    }
}
