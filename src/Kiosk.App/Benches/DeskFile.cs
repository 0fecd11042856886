using System.Text.Json;
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
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>For a machine without any device.</summary>
    public static DeskFile Simulated { get; } =
        new("simulated desk", "no hardware: virtual card on Debian's virtual reader, simulated camera and board", []);

    /// <exception cref="FailureException">ConfigBroken, naming file and key.</exception>
    public static DeskFile Load(string path)
    {
        try
        {
            DeskFile desk = JsonSerializer.Deserialize<DeskFile>(File.ReadAllText(path), _json) ?? throw Broken(path, "empty");
            foreach (DeviceEntry device in desk.Devices) Check(path, device);
            return desk;
        }
        catch (JsonException wrong)
        {
            throw Broken(path, $"{wrong.Path ?? "$"} (line {(wrong.LineNumber ?? 0) + 1}): not understood or not a known key; compare "
                + $"hardware/bench.example.json", wrong);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw Broken(path, "cannot be read; copy hardware/bench.example.json and say what is on the desk", wrong);
        }
    }

    private static void Check(string path, DeviceEntry device)
    {
        if (DeviceProfile.Refuses(device.Driver == BenchDesk.SimulatedDriver ? device with { Driver = "" } : device) is string wrong)
            throw Broken(path, wrong);
    }

    private static FailureException Broken(string path, string what, Exception? inner = null) =>
        new(Failure.ConfigBroken, $"{path}: {what}", inner);
}
