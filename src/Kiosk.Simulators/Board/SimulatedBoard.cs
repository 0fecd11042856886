using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Board;
using Kiosk.Devices.Light;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Sound;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.Temperature;
using Kiosk.Devices.Watchdog;

namespace Kiosk.Simulators.Board;

/// <summary>One of each, to be looked at and set by the simulator's page and by tests.</summary>
public sealed class SimulatedBoard : IBoard, IDisposable
{
    /// <summary>An entry of each class that the board has.</summary>
    public static IReadOnlyList<DeviceEntry> Entries { get; } =
    [
        .. ((string[])[DeviceClass.StatusLight, DeviceClass.Sound, DeviceClass.Presence, DeviceClass.AmbientLight, DeviceClass.Temperature, DeviceClass.Tamper, DeviceClass.Watchdog])
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
