using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Challenges without a store: HMAC-SHA256 over kiosk, visit and a five-minute window under a key kept in the database.
/// A reception that was restarted between the card's signature and the check-in still recognises its challenge.
/// </summary>
/// <param name="key">32 random bytes, secret: who knows it can let a card sign in advance.</param>
internal sealed class Challenges(byte[] key, TimeProvider time)
{
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(5);

    // Two hours: so long an old challenge is recognised, so that the answer is "expired" and not "wrong".
    private const int RecognisedWindows = 24;

    /// <summary>What was found out about a challenge.</summary>
    public enum Age
    {
        Current,
        Expired,
        Unknown,
    }

    /// <returns>32 bytes, valid for five to ten minutes, and when they expire.</returns>
    public (byte[] Challenge, DateTimeOffset Ends) Issue(string kiosk, Guid visit)
    {
        long now = Window();
        return (Compute(kiosk, visit, now), DateTimeOffset.FromUnixTimeSeconds((now + 2) * (long)_window.TotalSeconds));
    }

    /// <param name="verifies">Does the signature verify over this challenge?</param>
    public Age Judge(string kiosk, Guid visit, Func<byte[], bool> verifies)
    {
        long now = Window();
        for (int back = 0; back <= RecognisedWindows; back++)
        {
            if (verifies(Compute(kiosk, visit, now - back))) return back <= 1 ? Age.Current : Age.Expired;
        }

        return Age.Unknown;
    }

    private long Window() => time.GetUtcNow().ToUnixTimeSeconds() / (long)_window.TotalSeconds;

    private byte[] Compute(string kiosk, Guid visit, long window)
    {
        // Fixed-length fields first, so that no two inputs give the same bytes.
        byte[] input = new byte[24 + Encoding.ASCII.GetByteCount(kiosk)];
        visit.TryWriteBytes(input, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(input.AsSpan(16), window);
        Encoding.ASCII.GetBytes(kiosk, input.AsSpan(24));
        return HMACSHA256.HashData(key, input);
    }
}
