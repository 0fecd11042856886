using System.Collections.Frozen;
using System.Text.Json;

namespace Kiosk.App.Screens;

/// <summary>The texts of one language, from a file in Screens/Texts. Adding a file adds a language and its button.</summary>
public sealed class Texts
{
    private static readonly FrozenDictionary<string, Texts> All = Load();

    private readonly FrozenDictionary<string, string> _texts;

    private Texts(string id, Dictionary<string, string> texts) => (Id, _texts) = (id, texts.ToFrozenDictionary(StringComparer.Ordinal));

    /// <summary>File names without extension, in the order of their buttons (<c>language.order</c>).</summary>
    public static IReadOnlyList<string> Languages { get; } =
        [.. All.Values.OrderBy(texts => texts["language.order"], StringComparer.Ordinal).Select(texts => texts.Id)];

    public string Id { get; }

    /// <summary>Value of the <c>lang</c> attribute (BCP 47); fonts and line breaks depend on it.</summary>
    public string Tag => this["language.tag"];

    public IEnumerable<string> Keys => _texts.Keys;

    /// <exception cref="KeyNotFoundException">Never in the product: a test reads every key of every language.</exception>
    public string this[string key] => _texts[key];

    public bool Has(string key) => _texts.ContainsKey(key);

    /// <summary>The texts of a language.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    public static Texts For(string language) => All[language];

    private static FrozenDictionary<string, Texts> Load()
    {
        const string Folder = "texts/";
        Dictionary<string, Texts> all = [];
        foreach (string name in typeof(Texts).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using Stream file = typeof(Texts).Assembly.GetManifestResourceStream(name)!;
            string id = Path.GetFileNameWithoutExtension(name[Folder.Length..]);
            all[id] = new(id, JsonSerializer.Deserialize<Dictionary<string, string>>(file)!);
        }
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
