using System.Security.Cryptography;
using Kiosk.Core;
using Kiosk.Core.Values;

namespace Kiosk.App.Visits;

/// <summary>
/// Counts the consecutive face misses of each card over all visits since the start of the program, for one day. A card is known only by an
/// HMAC under a random key of the day, in memory. Limits of NIST SP 800-63B-4 (biometrics): after five consecutive misses each further
/// comparison waits 30 s, after ten there is none. Thread-safe.
/// </summary>
/// <remarks>
/// A card has two names here, its certificate and its card-face key, and the higher count of the two is valid: the face is compared with
/// the picture of the card face, and an emulated card can show another certificate at each visit.
/// </remarks>
public sealed class FaceMisses(TimeProvider time)
{
    public const int BeforeWait = 5;
    public const int BeforeEnd = 10;

    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> _misses = new(StringComparer.Ordinal);
    private byte[] _key = [];
    private DateOnly _day;

    /// <param name="card">What the card is known by: certificate, card-face key. Empty ones do not count.</param>
    /// <returns>The limit now, and after how long a wait is over; zero without a wait.</returns>
    public (FaceLimit Limit, TimeSpan Left) Look(params IReadOnlyList<byte[]> card)
    {
        lock (_gate) return Judge(Names(card));
    }

    /// <summary>A comparison was no match, or not of a living face.</summary>
    /// <returns>The limit with this miss.</returns>
    public (FaceLimit Limit, TimeSpan Left) Missed(params IReadOnlyList<byte[]> card)
    {
        lock (_gate)
        {
            List<string> names = Names(card);
            foreach (string name in names) _misses[name] = (_misses.GetValueOrDefault(name).Count + 1, time.GetUtcNow());
            return Judge(names);
        }
    }

    /// <summary>The face of the holder: the misses before are forgotten.</summary>
    public void Matched(params IReadOnlyList<byte[]> card)
    {
        lock (_gate) foreach (string name in Names(card)) _misses.Remove(name);
    }

    private (FaceLimit Limit, TimeSpan Left) Judge(List<string> names)
    {
        (int count, DateTimeOffset last) = names.Select(n => _misses.GetValueOrDefault(n)).DefaultIfEmpty().Max();
        if (count >= BeforeEnd) return (FaceLimit.Spent, TimeSpan.Zero);
        TimeSpan rest = last + Wait - time.GetUtcNow();
        return count >= BeforeWait && rest > TimeSpan.Zero ? (FaceLimit.Wait, rest) : (FaceLimit.None, TimeSpan.Zero);
    }

    private List<string> Names(IReadOnlyList<byte[]> card)
    {
        DateOnly today = JapanTime.DateOf(time.GetUtcNow());
        if (_key.Length == 0 || today != _day)
        {
            _misses.Clear();
            CryptographicOperations.ZeroMemory(_key);
            (_key, _day) = (RandomNumberGenerator.GetBytes(32), today);
        }

        return [.. card.Where(c => c.Length > 0).Select(c => Convert.ToHexString(HMACSHA256.HashData(_key, c)))];
    }
}
