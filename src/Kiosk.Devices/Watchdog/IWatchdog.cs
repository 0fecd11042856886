namespace Kiosk.Devices.Watchdog;

/// <summary>Resets the machine unless it is pinged. Dispose stops it in good order; a program that dies does not, and the machine resets.</summary>
public interface IWatchdog : IDisposable
{
    /// <summary>Time without a ping until the reset, as the device took it.</summary>
    TimeSpan Timeout { get; }

    /// <exception cref="Core.FailureException">BoardDeviceMissing.</exception>
    void Ping();
}
