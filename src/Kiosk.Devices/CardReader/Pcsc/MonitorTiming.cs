using System.Security.Cryptography;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>Intervals of the monitor.</summary>
/// <param name="Relist">Longest wait for an event. pcsc-lite before 2.3.0 can miss a reader that is plugged in between two calls.</param>
/// <param name="FirstRetry">Pause after the service was lost.</param>
/// <param name="LongestRetry">Longest pause: the kiosk works again at most this long after the service is back.</param>
/// <param name="Pause">Pause after a wait that ended at once without an event: limits the load from a service that fails in a loop.</param>
public sealed record MonitorTiming(TimeSpan Relist, TimeSpan FirstRetry, TimeSpan LongestRetry, TimeSpan Pause)
{
    /// <summary>A pause of 10 s would be better for a failing service, but staff wait in front of the kiosk. Therefore 2 s.</summary>
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
