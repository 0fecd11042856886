using System.Security.Cryptography;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>How often the monitor looks.</summary>
/// <param name="Relist">Longest wait for an event; pcsc-lite before 2.3.0 can miss a reader plugged between two calls.</param>
/// <param name="FirstRetry">After the service was lost.</param>
/// <param name="LongestRetry">A kiosk waits at most this long after the service is back.</param>
/// <param name="Pause">After a wait that ended at once with no news: a rate limit against a service gone mad.</param>
public sealed record MonitorTiming(TimeSpan Relist, TimeSpan FirstRetry, TimeSpan LongestRetry, TimeSpan Pause)
{
    /// <summary>10 s of back-off would be kinder to a dying service, but staff stand before the kiosk: 2 s.</summary>
    public static MonitorTiming Default { get; } =
        new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50));

    /// <summary>Doubles from <see cref="FirstRetry"/>, with ±20 % so that many clients of one service do not return together.</summary>
    /// <param name="attempt">From 0.</param>
    public TimeSpan Retry(int attempt)
    {
        TimeSpan wait = FirstRetry * Math.Pow(2, Math.Min(attempt, 16));
        wait *= RandomNumberGenerator.GetInt32(80, 121) / 100.0;
        return wait < LongestRetry ? wait : LongestRetry;
    }
}
