using System.Device.Gpio;
using System.Device.I2c;
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

    public IPresence Presence(DeviceEntry entry) => entry.Driver switch
    {
        "vl53l0x" => new DistancePresence("VL53L0X", BoardAddress.I2c(entry.Address), DistancePresence.Vl53L0X, time),
        "vl53l1x" => new DistancePresence("VL53L1X", BoardAddress.I2c(entry.Address), DistancePresence.Vl53L1X, time),
        _ => new GpioPresence(Input(entry, TimeSpan.FromMilliseconds(50)), time),
    };

    public IAmbientLight AmbientLight(DeviceEntry entry)
    {
        I2cDevice bus = BoardAddress.I2c(entry.Address);
        return entry.Driver switch
        {
            "veml7700" => new Veml7700(bus, time),
            "max44009" => new LightSensor(LightChip.Max44009, bus, time),
            "tsl2561" => new LightSensor(LightChip.Tsl2561, bus, time),
            "vcnl4040" => new LightSensor(LightChip.Vcnl4040, bus, time),
            _ => new LightSensor(LightChip.Bh1750, bus, time),
        };
    }

    public IThermometer Thermometer(DeviceEntry entry) => entry.Driver switch
    {
        "lm75" => OnI2c(entry, I2cThermometer.Lm75),
        "mcp9808" => OnI2c(entry, I2cThermometer.Mcp9808),
        "sht4x" => OnI2c(entry, I2cThermometer.Sht4x),
        _ => (entry.Address.Length > 0 ? new SysfsThermometer(entry.Address) : SysfsThermometer.Find())
            ?? throw new FailureException(Failure.BoardDeviceMissing, "temperature: this machine has no thermal zone and no hwmon sensor"),
    };

    /// <summary>The line is active while the case is closed. <see cref="DeviceEntry.ActiveLow"/> depends on the wiring of the
    /// switch.</summary>
    public ITamperSwitch Tamper(DeviceEntry entry) => new GpioTamperSwitch(Input(entry, GpioTamperSwitch.DebounceTime));

    public IWatchdog Watchdog(DeviceEntry entry) =>
        LinuxWatchdog.Open(entry.Address.Length > 0 ? entry.Address : "/dev/watchdog", _watchdogTimeout);

    private static I2cThermometer OnI2c(DeviceEntry entry, Func<I2cDevice, double?> read)
    {
        // A missing bus or a wrong address is told at once, and by its own reason.
        BoardAddress.I2c(entry.Address).Dispose();
        return new I2cThermometer($"temperature: {entry.Driver} at {entry.Address}", () => BoardAddress.I2c(entry.Address), read);
    }

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
