namespace Kiosk.Devices.Watchdog;

/// <summary>What is done with <c>/dev/watchdog</c>: two calls of the operating system, so that a test sees every one.</summary>
public interface IWatchdogFile : IDisposable
{
    /// <returns>0, or -1 with errno set.</returns>
    int Ioctl(uint request, ref int argument);

    /// <returns>False: the write failed.</returns>
    bool Write(byte value);
}
