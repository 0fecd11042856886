using System.Reflection;
using System.Text.Json;
using Kiosk.Contract;

namespace Kiosk.Simulators.CardReader;

/// <summary>How a reader behaves, from public sources or recorded at a tester's desk: a file of
/// <c>hardware/contactless-reader/known</c>, whose README names the keys.</summary>
/// <param name="Reader">Maker and model.</param>
/// <param name="Sources">Where the values come from: an address, or who recorded them and when.</param>
/// <param name="Slots">In the order in which the service lists them.</param>
/// <param name="TooLong">PC/SC code of a command or answer that the reader cannot carry, hexadecimal.</param>
/// <param name="Insertion">How the driver hears of a card: <c>interrupt</c> or <c>poll</c>.</param>
/// <param name="Assumed">What no source says.</param>
public sealed record KnownReader(
    string Reader, IReadOnlyList<string> Sources, IReadOnlyList<KnownSlot> Slots, string TooLong = "80100016",
    string Insertion = "interrupt", IReadOnlyList<string>? Assumed = null)
{
    private const string Prefix = "known/";
    private const string Help = "the keys are in hardware/contactless-reader/README.md";

    /// <summary>The files of the repository, by name.</summary>
    public static IReadOnlyDictionary<string, KnownReader> All { get; } = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .ToDictionary(n => n[Prefix.Length..], n => Read(n, Assembly.GetExecutingAssembly().GetManifestResourceStream(n)!));

    /// <exception cref="JsonFileException">Names what is wrong.</exception>
    public static KnownReader Load(string file) => Checked(file, JsonFile.Read<KnownReader>(file, Help));

    private static KnownReader Read(string name, Stream from)
    {
        using (from)
        {
            using JsonDocument document = JsonDocument.Parse(from);
            return Checked(name, JsonFile.Value<KnownReader>(name, document.RootElement, Help));
        }
    }

    private static KnownReader Checked(string name, KnownReader reader)
    {
        if (reader.Slots.Count(s => s.Holds == "card") != 1) throw new JsonFileException($"{name}: slots: one must hold \"card\"; {Help}");
        if (reader.Sources.Count == 0) throw new JsonFileException($"{name}: sources: at least one; {Help}");
        return reader;
    }
}

/// <param name="Windows">Its name on Windows.</param>
/// <param name="Linux">Its name with pcsc-lite.</param>
/// <param name="Holds"><c>card</c>: the patient's card lies there; <c>nothing</c>.</param>
/// <param name="Protocol">T=0 or T=1, with this card.</param>
/// <param name="Most">Most bytes of a command or answer that it carries: dwMaxCCIDMessageLength without the header of 10 bytes.</param>
/// <param name="Extended">It carries commands of extended length.</param>
/// <param name="IsMute">Without a card it is listed as "present, mute", as some SAM slots are.</param>
/// <param name="ConnectMs">Time of SCardConnect with a card.</param>
/// <param name="CommandMs">Time of a short command.</param>
public sealed record KnownSlot(
    string Windows, string Linux, string Holds, string Protocol, int Most, bool Extended, bool IsMute = false, double ConnectMs = 0,
    double CommandMs = 0)
{
    public string NameOn(bool isWindows) => isWindows ? Windows : Linux;
}
