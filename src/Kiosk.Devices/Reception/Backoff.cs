using System.Security.Cryptography;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Reception;

/// <summary>
/// Pause before the next connect: 200 ms doubling to 5 s with full jitter, so that a hundred kiosks do not come back in
/// one instant after a restart of the reception (README.md beside).
/// </summary>
internal static class Backoff
{
    private const int FirstMs = 200;
    private const int LongestMs = 5000;

    /// <param name="misses">Number of failed attempts in a row before this pause, from 0.</param>
    public static TimeSpan After(int misses, Failure why)
    {
        // A refused certificate does not become valid within a second; do not load the reception with fast retries.
        if (why is Failure.LinkNotTrusted or Failure.ClockWrong) return TimeSpan.FromMilliseconds(LongestMs);
        int ceiling = Math.Min(LongestMs, FirstMs << Math.Min(misses, 5));
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(1, ceiling + 1));
    }
}
