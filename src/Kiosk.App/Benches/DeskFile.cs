using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;

namespace Kiosk.App.Benches;

/// <summary>
/// The devices of a test desk: the bench file <c>hardware/bench.json</c> (JSON). Start from <c>hardware/bench.example.json</c>.
/// </summary>
/// <param name="Name">Name of the desk in reports.</param>
/// <param name="Environment">Conditions that change its figures: illuminance, lamps, USB hub, cable length.</param>
/// <param name="Trust">Folder of trust anchors for the test cards, as <c>card.trust</c> of the kiosk; empty: the kind of card is
/// recognised, but not whether it is genuine.</param>
internal sealed record DeskFile(string Name, string Environment, IReadOnlyList<DeviceEntry> Devices, string Trust = "")
{
    private const string Help = "compare hardware/bench.example.json";

    /// <summary>For a machine without any device.</summary>
    public static DeskFile Simulated { get; } =
        new("simulated desk", "no hardware: virtual card on Debian's virtual reader, simulated camera and board", []);

    /// <exception cref="FailureException">ConfigBroken, naming file and key.</exception>
    public static DeskFile Load(string path)
    {
        try
        {
            DeskFile desk = JsonFile.Read<DeskFile>(path, Help);
            for (int i = 0; i < desk.Devices.Count; i++)
                if (Refuses(desk.Devices[i]) is (string key, string rule))
                    throw new FailureException(Failure.ConfigBroken, $"{path}: devices[{i}].{key}: {rule}; {Help}");
            return desk;
        }
        catch (JsonFileException wrong)
        {
            throw new FailureException(Failure.ConfigBroken, wrong.Message, wrong);
        }
    }

    /// <summary>A simulated device needs no address.</summary>
    private static (string Key, string Rule)? Refuses(DeviceEntry device) =>
        device.Driver == BenchDesk.SimulatedDriver ? DeviceProfile.RefusesClass(device.Class) : DeviceProfile.Refuses(device);
}
