using System.Globalization;
using System.Text.RegularExpressions;
using Kiosk.Core.Cards;

namespace Kiosk.App.Screens;

/// <summary>Which clip speaks a text, and which clips must be recorded or made (<c>./dev voices</c>). Clips are files named by these
/// ids.</summary>
public static partial class Spoken
{
    private const int MostItems = 8;

    /// <summary>Years in which a certificate may end.</summary>
    private const int FirstYear = 2025, LastYear = 2045;

    /// <summary>The clips that speak a text: one id, or several in order, separated by spaces.</summary>
    /// <param name="values">Small whole numbers are part of the clip: each combination has its own clip. A date is spoken as year, month
    /// and
    /// day in the language's order, between the pieces of the sentence. A text with any other value is silent.</param>
    public static string Ids(Texts texts, string key, ReadOnlySpan<object> values)
    {
        if (values.Length > 0 && values[0] is DateOnly)
        {
            List<string> ids = [];
            string[] pieces = Pieces(texts[key]);
            for (int i = 0; i < pieces.Length; i++)
            {
                if (Said(pieces[i])) ids.Add($"{key}.piece.{i}");
                if (i < values.Length && values[i] is DateOnly day) ids.AddRange(DayIds(texts, day));
            }
            return string.Join(' ', ids);
        }
        string id = key;
        foreach (object value in values) id += string.Create(CultureInfo.InvariantCulture, $".{(value is int number ? number : "x")}");
        return id;
    }

    private static IEnumerable<string> DayIds(Texts texts, DateOnly day) => Value().Matches(texts["date"]).Select(part => part.Value switch
    {
        "{0}" => string.Create(CultureInfo.InvariantCulture, $"date.year.{day.Year}"),
        "{2}" => string.Create(CultureInfo.InvariantCulture, $"date.day.{day.Day}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"date.month.{day.Month}"),
    });

    /// <summary>The parts before, between and after the values, which come in order.</summary>
    private static string[] Pieces(string text) => Value().Split(text);

    private static bool Said(string piece) => piece.Any(char.IsLetter);

    /// <summary>Every clip of a language: id and words. Readings are kept as <c>{漢字|かんじ}</c>.</summary>
    public static IEnumerable<(string Id, string Words)> All(Texts texts)
    {
        foreach (string key in texts.Keys.Where(key => !Silent().IsMatch(key) && !texts[key].Contains("{0}", StringComparison.Ordinal)))
            yield return (key, texts[key]);
        foreach (string key in texts.Keys.Where(
            key => HasDates().IsMatch(key) && texts[key].Contains("{0}", StringComparison.Ordinal)))
        {
            string[] pieces = Pieces(texts[key]);
            for (int i = 0; i < pieces.Length; i++)
            {
                if (Said(pieces[i])) yield return ($"{key}.piece.{i}", pieces[i].Trim());
            }
        }
        for (int year = FirstYear; year <= LastYear; year++) yield return ($"date.year.{year}", With(texts["date.year"], year, 0));
        for (int month = 1; month <= 12; month++) yield return ($"date.month.{month}", texts["date.months"].Split(',')[month - 1]);
        for (int day = 1; day <= 31; day++) yield return ($"date.day.{day}", With(texts["date.day"], day, 0));
        for (int digit = 0; digit <= 9; digit++) yield return ($"spell.{digit}", digit.ToString(CultureInfo.InvariantCulture));
        for (int typed = 1; typed <= CardFaceApp.NumberDigits; typed++) yield return ($"digit.{typed}", With(texts["digit"], typed, 0));
        for (int all = 1; all <= MostItems; all++)
        {
            for (int item = 1; item <= all; item++) yield return ($"item.count.{item}.{all}", With(texts["item.count"], item, all));
        }
    }

    private static string With(string text, int first, int second) => text
        .Replace("{0}", first.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{1}", second.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Keys whose values are dates.</summary>
    [GeneratedRegex("^(ending|document)\\.")]
    private static partial Regex HasDates();

    /// <summary>Keys that are not spoken: settings of the language file, and the line for staff.</summary>
    [GeneratedRegex("^(language\\..*|date.*|digit|visual\\.staff|looks\\.sample)$")]
    private static partial Regex Silent();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Value();
}
