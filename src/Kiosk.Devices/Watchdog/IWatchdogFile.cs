namespace Kiosk.Devices.Watchdog;

/// <summary>The two operating system calls on <c>/dev/watchdog</c>, as an interface so that tests see each call.</summary>
public interface IWatchdogFile : IDisposable
{
    /// <returns>0, or -1 with errno set.</returns>
    int Ioctl(uint request, ref int argument);

    /// <returns>False: the write failed.</returns>
    bool Write(byte value);
}
