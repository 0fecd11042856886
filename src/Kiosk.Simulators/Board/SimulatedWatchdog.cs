using Kiosk.Devices.Watchdog;

namespace Kiosk.Simulators.Board;

/// <summary>Counts pings.</summary>
public sealed class SimulatedWatchdog : IWatchdog
{
    private int _pings;

    public TimeSpan Timeout => TimeSpan.FromSeconds(30);

    public int Pings => Volatile.Read(ref _pings);

    public void Ping() => Interlocked.Increment(ref _pings);

    public void Dispose()
    {
        // Nothing would reset.
    }
}
