using System.Runtime.InteropServices;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Watchdog;

/// <summary>Linux's watchdog device (Linux kernel, watchdog/watchdog-api and include/uapi/linux/watchdog.h); hardware or softdog.</summary>
public sealed class LinuxWatchdog : IWatchdog
{
    // _IOWR('W', 6, int), _IOR('W', 7, int), _IOR('W', 5, int).
    internal const uint SetTimeout = 0xC0045706;
    internal const uint GetTimeout = 0x80045707;
    internal const uint KeepAlive = 0x80045705;

    /// <summary>Written before closing, it tells the driver that the close is intended.</summary>
    internal const byte MagicClose = (byte)'V';

    private readonly IWatchdogFile _file;

    /// <param name="file">Already open, so its timer runs; disposed here.</param>
    /// <param name="timeout">Requested time-out, 1 s or more; the driver may round it.</param>
    public LinuxWatchdog(IWatchdogFile file, TimeSpan timeout)
    {
        _file = file;
        int seconds = (int)timeout.TotalSeconds;
        // A driver with a fixed time-out refuses this. The actual time-out is read next.
        _ = file.Ioctl(SetTimeout, ref seconds);
        int taken = 0;
        Timeout = file.Ioctl(GetTimeout, ref taken) == 0 && taken > 0 ? TimeSpan.FromSeconds(taken) : timeout;
    }

    public TimeSpan Timeout { get; }

    /// <exception cref="FailureException">BoardDeviceMissing: not there, or in use by systemd (RuntimeWatchdogSec).</exception>
    public static LinuxWatchdog Open(string path, TimeSpan timeout) => new(new DeviceFile(path), timeout);

    public void Ping()
    {
        int nothing = 0;
        if (_file.Ioctl(KeepAlive, ref nothing) != 0)
            throw new FailureException(Failure.BoardDeviceMissing, $"watchdog: errno {Marshal.GetLastPInvokeError()}");
    }

    public void Dispose()
    {
        _file.Write(MagicClose);
        _file.Dispose();
    }
}
