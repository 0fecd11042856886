using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Board;
using Kiosk.Devices.Light;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Sound;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.Temperature;
using Kiosk.Devices.Watchdog;

namespace Kiosk.Simulators.Board;

/// <summary>A board with one simulated device of each class. The simulator page and tests read and set them.</summary>
public sealed class SimulatedBoard : IBoard, IDisposable
{
    /// <summary>One configuration entry for each device class of this board.</summary>
    public static IReadOnlyList<DeviceEntry> Entries { get; } =
    [
        .. ((string[])[DeviceClass.StatusLight, DeviceClass.Sound, DeviceClass.Presence, DeviceClass.AmbientLight, DeviceClass.Temperature,
            DeviceClass.Tamper, DeviceClass.Watchdog])
            .Select(name => new DeviceEntry(name)),
    ];

    public SimulatedLight TheLight { get; } = new();

    public SimulatedSounder TheSounder { get; } = new();

    public SimulatedPresence ThePresence { get; } = new();

    public SimulatedAmbientLight TheAmbientLight { get; } = new();

    public SimulatedThermometer TheThermometer { get; } = new();

    public SimulatedTamperSwitch TheCase { get; } = new();

    public SimulatedWatchdog TheWatchdog { get; } = new();

    public IStatusLight Light(DeviceEntry entry) => TheLight;

    public ISounder Sounder(DeviceEntry entry) => TheSounder;

    public IPresence Presence(DeviceEntry entry) => ThePresence;

    public IAmbientLight AmbientLight(DeviceEntry entry) => TheAmbientLight;

    public IThermometer Thermometer(DeviceEntry entry) => TheThermometer;

    public ITamperSwitch Tamper(DeviceEntry entry) => TheCase;

    public IWatchdog Watchdog(DeviceEntry entry) => TheWatchdog;

    public void Dispose()
    {
        TheLight.Dispose();
        TheSounder.Dispose();
        ThePresence.Dispose();
        TheAmbientLight.Dispose();
        TheCase.Dispose();
        TheWatchdog.Dispose();
    }
}
