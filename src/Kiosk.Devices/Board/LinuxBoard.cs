using System.Device.Gpio;
using Kiosk.Core.Failures;
using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Buses;
using Kiosk.Devices.Light;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Sound;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.Temperature;
using Kiosk.Devices.Watchdog;

namespace Kiosk.Devices.Board;

/// <summary>Real devices, through Linux's GPIO, I2C, SPI, PWM, sysfs and watchdog.</summary>
public sealed class LinuxBoard(TimeProvider time) : IBoard
{
    private static readonly TimeSpan _watchdogTimeout = TimeSpan.FromSeconds(30);

    public IStatusLight Light(DeviceEntry entry) => entry.Driver == "pwm"
        ? new PwmLight(BoardAddress.Pwm(entry.Address, PwmLight.Hertz))
        : new Ws2812Light(
            BoardAddress.Spi(entry.Address, Ws2812Light.ClockHertz), entry.Count == 0 ? Ws2812Light.DefaultPixels : entry.Count);

    public ISounder Sounder(DeviceEntry entry) => new PwmBuzzer(BoardAddress.Pwm(entry.Address, PwmBuzzer.Hertz), time);

    public IPresence Presence(DeviceEntry entry) => new GpioPresence(Input(entry, TimeSpan.FromMilliseconds(50)), time);

    public IAmbientLight AmbientLight(DeviceEntry entry) => entry.Driver == "veml7700"
        ? new Veml7700(BoardAddress.I2c(entry.Address), time)
        : new Bh1750(BoardAddress.I2c(entry.Address), time);

    public IThermometer Thermometer(DeviceEntry entry) =>
        (entry.Address.Length > 0 ? new SysfsThermometer(entry.Address) : SysfsThermometer.Find())
        ?? throw new FailureException(Failure.BoardDeviceMissing, "temperature: this machine has no thermal zone and no hwmon sensor");

    /// <summary>The line is active while the case is closed. <see cref="DeviceEntry.ActiveLow"/> depends on the wiring of the
    /// switch.</summary>
    public ITamperSwitch Tamper(DeviceEntry entry) => new GpioTamperSwitch(Input(entry, GpioTamperSwitch.DebounceTime));

    public IWatchdog Watchdog(DeviceEntry entry) =>
        LinuxWatchdog.Open(entry.Address.Length > 0 ? entry.Address : "/dev/watchdog", _watchdogTimeout);

    private GpioInput Input(DeviceEntry entry, TimeSpan debounce)
    {
        (GpioController controller, int line) = BoardAddress.Gpio(entry.Address);
        try
        {
            return new GpioInput(controller, line, entry.ActiveLow, debounce, time);
        }
        catch (Exception wrong) when (wrong is IOException or InvalidOperationException or ArgumentException)
        {
            controller.Dispose();
            throw new FailureException(Failure.BoardDeviceMissing, $"{entry.Address}: {wrong.Message}", wrong);
        }
    }
}
