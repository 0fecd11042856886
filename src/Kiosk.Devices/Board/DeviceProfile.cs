using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.Devices.Buses;

namespace Kiosk.Devices.Board;

/// <summary>What is expected of any device of a class: <c>hardware/CLASS/profile.json</c>, embedded in the program so that benches use the
/// same limits everywhere.</summary>
/// <param name="Class">Name of its folder.</param>
/// <param name="Japanese">機器の種類, as in reports for the site.</param>
/// <param name="Interface">Cable and protocol.</param>
/// <param name="Drivers">Names for <see cref="DeviceEntry.Driver"/>; the first is the default.</param>
/// <param name="Udev">The udev rule that gives the service user access; empty if none is needed.</param>
/// <param name="Sources">Datasheets and standards that the driver follows.</param>
public sealed record DeviceProfile(
    string Class, string Japanese, string Interface, IReadOnlyList<string> Drivers, string Udev,
    IReadOnlyList<string> Sources, IReadOnlyList<Limit> Limits, IReadOnlyList<ChecklistItem> Checklist)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>What is wrong with an entry of a configuration: the key and what it may be; null if nothing is.</summary>
    public static (string Key, string Rule)? Refuses(DeviceEntry entry)
    {
        if (RefusesClass(entry.Class) is { } noClass) return noClass;
        IReadOnlyList<string> drivers = ForClass(entry.Class).Drivers;
        if (entry.Driver.Length > 0 && !drivers.Contains(entry.Driver))
            return ("driver", $"\"{entry.Driver}\" of {entry.Class} is not known; there are {string.Join(", ", drivers)}");
        if (entry.Count is < 0 or > 300) return ("count", "0 (the driver's default) to 300");
        return BusOf(entry) is string bus && BoardAddress.Refuses(bus, entry.Address) is string rule ? ("address", rule) : null;
    }

    /// <inheritdoc cref="Refuses"/>
    public static (string Key, string Rule)? RefusesClass(string deviceClass) => DeviceClass.All.Contains(deviceClass) ? null
        : ("class", $"\"{deviceClass}\" is not known; there are {string.Join(", ", DeviceClass.All)}");

    /// <summary>True for a device that is one GPIO line: a tamper switch, or a presence sensor that is no distance sensor.</summary>
    public static bool IsOnGpio(DeviceEntry entry) => BusOf(entry) == BoardAddress.GpioChip;

    /// <summary>What the address must name, as <see cref="LinuxBoard"/> opens it; null: a path or a name, which may be left out.</summary>
    private static string? BusOf(DeviceEntry entry) => entry.Class switch
    {
        DeviceClass.StatusLight => entry.Driver == "pwm" ? BoardAddress.PwmChip : BoardAddress.SpiBus,
        DeviceClass.Sound => BoardAddress.PwmChip,
        DeviceClass.Presence when entry.Driver.StartsWith("vl53", StringComparison.Ordinal) => BoardAddress.I2cBus,
        DeviceClass.Presence or DeviceClass.Tamper => BoardAddress.GpioChip,
        DeviceClass.AmbientLight => BoardAddress.I2cBus,
        DeviceClass.Temperature when entry.Driver is not ("" or "sysfs") => BoardAddress.I2cBus,
        _ => null,
    };

    /// <exception cref="InvalidDataException">No such class.</exception>
    public static DeviceProfile ForClass(string deviceClass)
    {
        using Stream stream = typeof(DeviceProfile).Assembly.GetManifestResourceStream($"profiles/{deviceClass}.json")
            ?? throw new InvalidDataException($"no device class \"{deviceClass}\"; there are {string.Join(", ", DeviceClass.All)}");
        return JsonSerializer.Deserialize<DeviceProfile>(stream, _json) ?? throw new InvalidDataException(deviceClass);
    }
}

/// <summary>One limit of a class. A metric that was not measured is not checked.</summary>
/// <param name="Metric">Name of a bench's metric, e.g. <c>open</c>.</param>
/// <param name="Statistic">count, min, p50, p95, p99, max, mean or sum.</param>
/// <param name="Min">Smallest value that passes, in <paramref name="Unit"/>; null: none.</param>
/// <param name="Max">Largest value that passes; null: none.</param>
/// <param name="Why">Where the figure comes from.</param>
public sealed record Limit(string Metric, string Statistic, string Unit, string Why, double? Min = null, double? Max = null);

/// <summary>One rule for a supported device.</summary>
/// <param name="Why">For <see cref="ChecklistState.Exempt"/>: the reason; for others optional.</param>
public sealed record ChecklistItem(string Item, ChecklistState State, string Why = "");

public enum ChecklistState
{
    Done,
    Todo,
    Exempt,
}
