using System.Diagnostics;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// Waits for a modelled time without drift: what one wait overshoots, the next is shortened by. Sleeps all but the last
/// millisecond, which the system's timer cannot hit, and spins that.
/// </summary>
internal sealed class Pacer
{
    private static readonly TimeSpan Spun = TimeSpan.FromMilliseconds(1);

    /// <summary>A stall of the machine is not made up for by later answers that come at once.</summary>
    private static readonly TimeSpan MostDebt = TimeSpan.FromMilliseconds(5);

    private TimeSpan _debt;

    /// <param name="since">Stopwatch time when the command came: the work done since counts as waiting.</param>
    /// <param name="left">Set when the card is pulled: ends the wait.</param>
    public void Wait(long since, TimeSpan time, WaitHandle left)
    {
        if (time <= TimeSpan.Zero) return;
        TimeSpan due = time - _debt;
        TimeSpan sleep = due - Stopwatch.GetElapsedTime(since) - Spun;
        if (sleep > TimeSpan.Zero && left.WaitOne((int)sleep.TotalMilliseconds)) return;
        while (Stopwatch.GetElapsedTime(since) < due) Thread.SpinWait(20);
        TimeSpan over = Stopwatch.GetElapsedTime(since) - due;
        _debt = over < MostDebt ? over : MostDebt;
    }
}
