using Kiosk.Devices.Watchdog;

namespace Kiosk.Simulators.Board;

/// <summary>A watchdog that counts pings and never resets the machine.</summary>
public sealed class SimulatedWatchdog : IWatchdog
{
    private int _pings;

    public TimeSpan Timeout => TimeSpan.FromSeconds(30);

    public int Pings => Volatile.Read(ref _pings);

    public void Ping() => Interlocked.Increment(ref _pings);

    public void Dispose()
    {
        // There is no hardware to disarm.
    }
}
