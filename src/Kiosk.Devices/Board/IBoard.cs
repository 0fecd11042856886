using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Light;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Sound;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.Temperature;
using Kiosk.Devices.Watchdog;

namespace Kiosk.Devices.Board;

/// <summary>Opens the devices of a board from their entries. The caller disposes them.</summary>
public interface IBoard
{
    /// <exception cref="Core.Failures.FailureException">BoardDeviceMissing, ConfigBroken; the same for every method here.</exception>
    IStatusLight Light(DeviceEntry entry);

    ISounder Sounder(DeviceEntry entry);

    IPresence Presence(DeviceEntry entry);

    IAmbientLight AmbientLight(DeviceEntry entry);

    IThermometer Thermometer(DeviceEntry entry);

    ITamperSwitch Tamper(DeviceEntry entry);

    IWatchdog Watchdog(DeviceEntry entry);
}
