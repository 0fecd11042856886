using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiosk.App.Screens;

/// <summary>Which clip says a text, and what has to be recorded or built (<c>./dev voices</c>). Clips are files named by these ids.</summary>
public static partial class Spoken
{
    /// <summary>Longest number typed here: 照合番号B.</summary>
    private const int MostDigits = 14;

    private const int MostItems = 8;

    /// <summary>The key; with its small numbers when it has values, for each combination is a clip of its own. Others are silent.</summary>
    public static string Id(string key, ReadOnlySpan<object> values)
    {
        string id = key;
        foreach (object value in values) id += string.Create(CultureInfo.InvariantCulture, $".{(value is int number ? number : "x")}");
        return id;
    }

    /// <summary>Every clip of a language: id and the words to say. Readings are kept as <c>{漢字|かんじ}</c>.</summary>
    public static IEnumerable<(string Id, string Words)> All(Texts texts)
    {
        foreach (string key in texts.Keys.Where(key => !Silent().IsMatch(key) && !texts[key].Contains("{0}", StringComparison.Ordinal))) yield return (key, texts[key]);
        for (int digit = 0; digit <= 9; digit++) yield return ($"number.{digit}", digit.ToString(CultureInfo.InvariantCulture));
        for (int typed = 1; typed <= MostDigits; typed++) yield return ($"digit.{typed}", With(texts["digit"], typed, 0));
        for (int all = 1; all <= MostItems; all++)
        {
            for (int item = 1; item <= all; item++) yield return ($"item.count.{item}.{all}", With(texts["item.count"], item, all));
        }
    }

    private static string With(string text, int first, int second) => text
        .Replace("{0}", first.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{1}", second.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Not said: settings of the language itself, staff's own line.</summary>
    [GeneratedRegex("^(language\\..*|date|digit|visual\\.staff|looks\\.sample)$")]
    private static partial Regex Silent();
}
