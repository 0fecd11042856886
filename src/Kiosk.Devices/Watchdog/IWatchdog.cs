
namespace Kiosk.Devices.Watchdog;

/// <summary>Resets the machine unless it is pinged. Dispose stops it properly. If the program dies without Dispose, the machine
/// resets.</summary>
public interface IWatchdog : IDisposable
{
    /// <summary>Time without a ping until the reset, as reported by the device.</summary>
    TimeSpan Timeout { get; }

    /// <exception cref="Core.Failures.FailureException">BoardDeviceMissing.</exception>
    void Ping();
}
