using System.Diagnostics;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// Waits for a modelled time without drift: if one wait is too long, the next one is shorter. It sleeps until the last millisecond
/// and then spins, because the system's timer is not that precise.
/// </summary>
internal sealed class Pacer
{
    private static readonly TimeSpan Spun = TimeSpan.FromMilliseconds(1);

    /// <summary>Limit of the correction. After a stall of the machine, later answers are not sent without any delay.</summary>
    private static readonly TimeSpan MostDebt = TimeSpan.FromMilliseconds(5);

    private TimeSpan _debt;

    /// <param name="since">Stopwatch time when the command arrived. Work done since then counts as waiting.</param>
    /// <param name="left">Set when the card is removed; it ends the wait.</param>
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
