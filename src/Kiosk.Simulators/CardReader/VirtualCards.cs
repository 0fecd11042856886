using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.Contract;
using Kiosk.Simulators.CardFace;

namespace Kiosk.Simulators.CardReader;

/// <summary>A card that can be inserted by name.</summary>
/// <param name="What">Description in one line.</param>
/// <param name="IsPrinted">True: a camera could read 照合番号B from the card.</param>
public sealed record VirtualCardEntry(string Name, string What, bool IsPrinted);

/// <summary>The virtual cards: the compiled-in JSON files, and any other JSON file by its path.</summary>
public static class VirtualCards
{
    private const string Prefix = "Kiosk.Simulators.CardReader.Cards.";
    private const string Help = "the keys are in src/Kiosk.Simulators/CardReader/Cards/README.md";
    private const int DeepestLikeness = 4;

    private static readonly FrozenDictionary<string, JsonObject> Files = LoadAll();

    /// <summary>All compiled-in cards, by name.</summary>
    public static IReadOnlyList<VirtualCardEntry> All { get; } =
        [.. Files.Keys.Order(StringComparer.Ordinal).Select(name => (Name: name, Card: Describe(name)))
            .Select(c => new VirtualCardEntry(c.Name, c.Card.What, c.Card.Printed is not null))];

    /// <summary>照合番号B as printed on the card; null: nothing is printed.</summary>
    public static string? PrintedNumber(string name, DateOnly today) => Describe(name).Printed?.NumberB(today);

    /// <summary>Printed data on the front of the card; null: nothing is printed.</summary>
    public static CardPrint? Print(string name, DateOnly today) => Describe(name).Printed is { } printed
        ? CardPrint.FromNumber(printed.NumberB(today), DateOnly.ParseExact(printed.Birth, "yyyyMMdd", CultureInfo.InvariantCulture))
        : null;

    /// <summary>The 4-digit PIN of a card, for the tester; null: the card has none.</summary>
    public static string? Pin(string name) =>
        Describe(name).Applications.Values.Select(a => a.Pins?.GetValueOrDefault("0018")?.Value).FirstOrDefault(v => v is { Length: 4 });

    /// <param name="name">A compiled-in card, or the path of a JSON file.</param>
    /// <exception cref="InvalidDataException">No such card, or a file that breaks the schema.</exception>
    internal static CardDescription Describe(string name)
    {
        try
        {
            using JsonDocument whole = JsonDocument.Parse(Resolve(name, 0).ToJsonString());
            CardDescription card = JsonFile.Value<CardDescription>($"Card {name}", whole.RootElement, Help);
            Require(card.CertificateEndsInDays is >= -36500 and <= 36500, "certificateEndsInDays", "-36500 to 36500");
            Require(SimulatedKey.Algorithms.Contains(card.Algorithm), "algorithm", string.Join(", ", SimulatedKey.Algorithms));
            if (card.Printed is not { } printed) return card;
            Require(DateOnly.TryParseExact(printed.Birth, "yyyyMMdd", out _), "printed.birth", "YYYYMMDD");
            Require(printed.ValidYears is >= -100 and <= 100, "printed.validYears", "-100 to 100");
            Require(IsBase64(printed.Photo), "printed.photo", "base64 of a JPEG 2000");
            Require(IsBase64(printed.Name), "printed.name", "base64 of a PNG");
            return card;
        }
        catch (JsonFileException broken)
        {
            throw new InvalidDataException(broken.Message, broken);
        }

        void Require(bool good, string key, string rule)
        {
            if (!good) throw new InvalidDataException($"Card {name}: {key}: allowed: {rule}; {Help}");
        }

        static bool IsBase64(string? text) => text is null || Convert.TryFromBase64String(text, new byte[text.Length], out _);
    }

    private static JsonObject Resolve(string name, int depth)
    {
        if (depth > DeepestLikeness) throw new InvalidDataException($"Card {name}: \"like\" refers back to the same card");
        JsonObject card = (JsonObject)Find(name).DeepClone();
        if (card["like"] is not { } named) return card;
        if (named.GetValueKind() != JsonValueKind.String)
            throw new InvalidDataException($"Card {name}: like: must be the name of a card, in \"quotes\"; {Help}");
        string like = named.GetValue<string>();
        card.Remove("like");
        JsonObject whole = Resolve(like, depth + 1);
        Overlay(whole, card);
        return whole;
    }

    private static JsonObject Find(string name)
    {
        if (Files.TryGetValue(name, out JsonObject? known)) return known;
        if (!name.EndsWith(".json", StringComparison.Ordinal) || !File.Exists(name))
            throw new InvalidDataException(
                $"No card {CommandFault.OneLine(name)}; `card list` shows the names, or give the path of a .json file");
        return JsonFile.ReadObject(name, Help);
    }

    /// <summary>JSON merge patch (RFC 7396): objects merge, null removes, the rest replaces.</summary>
    private static void Overlay(JsonObject target, JsonObject patch)
    {
        foreach ((string key, JsonNode? value) in patch)
        {
            if (value is null) target.Remove(key);
            else if (value is JsonObject inner && target[key] is JsonObject present) Overlay(present, inner);
            else target[key] = value.DeepClone();
        }
    }

    private static FrozenDictionary<string, JsonObject> LoadAll()
    {
        Assembly assembly = typeof(VirtualCards).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(resource => resource[Prefix.Length..^".json".Length], Load, StringComparer.Ordinal);

        JsonObject Load(string resource)
        {
            using Stream stream = assembly.GetManifestResourceStream(resource)!;
            return (JsonObject)JsonNode.Parse(stream)!;
        }
    }
}
