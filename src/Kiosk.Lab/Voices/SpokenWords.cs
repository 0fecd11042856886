using System.Globalization;
using System.Text.RegularExpressions;
using Kiosk.App.Screens;

namespace Kiosk.Lab.Voices;

/// <summary>
/// What a synthesiser gets for a clip: dates, counts, signs and foreign names as people of that language say them. Two tables hold what
/// no rule gives: <c>said.tsv</c> (language, clip, words) and <c>spellings.tsv</c> (language, written, spoken).
/// </summary>
internal static partial class SpokenWords
{
    private static readonly Dictionary<(string Language, string Id), string> Said =
        SpeechDictionary.Rows("said.tsv").ToDictionary(row => (row[0], row[1]), row => row[2]);

    private static readonly string[][] Spellings = SpeechDictionary.Rows("spellings.tsv");

    /// <summary>Korean numbers before a counter: 1 to 14.</summary>
    private static readonly string[] Korean =
        ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두", "열세", "열네"];

    /// <param name="language">As on the screen: ja, ja-easy, en, zh, ko, pt, vi.</param>
    /// <param name="id">The clip, for example <c>date.day.5</c>.</param>
    /// <param name="words">As on the screen. Japanese keeps its readings <c>{漢字|かんじ}</c>.</param>
    public static string For(string language, string id, string words)
    {
        string table = Table(language);
        if (Said.TryGetValue((table, id), out string? said)) return said;
        string text = words.Replace("\u2060", "", StringComparison.Ordinal).Replace("\u200b", "", StringComparison.Ordinal)
            .Replace('\u00a0', ' ');
        // The Japanese name of a paper stands beside its translation, to be shown at a desk; only a Japanese or Chinese voice can say it.
        if (table is not ("ja" or "zh")) text = InKanji().Replace(text, "");
        string pause = table is "ja" or "zh" ? "、" : ", ";
        text = Circled().Replace(text, m => Text($"{m.Value[0] - '①' + 1}{pause}"));
        text = Date().Replace(text, m => Day(language, m.Groups[1].Value, int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture),
            m.Groups[3].Value));
        text = Pairs().Replace(text, m => string.Join(pause, m.Value.Split(' ').Select(pair => Pair(table, pair))));
        if (language == "ko") text = Counted().Replace(text, m => KoreanCount(m.Groups[1].Value, m.Groups[2].Value));
        if (table != "ja") text = Spell(table, text);
        return language == "zh" ? Mandarin.Pinyin(text) : text.TrimStart('.', ',', ' ', '。', '、', '，');
    }

    /// <summary>Words that an engine reads wrongly, spelled out.</summary>
    internal static string Spell(string table, string text) => Spellings.Where(row => row[0] == table).Aggregate(text, (now, row) => now
        .Replace(row[1], row[2], StringComparison.Ordinal)
        .Replace(row[1].Replace(" ", "", StringComparison.Ordinal), row[2], StringComparison.Ordinal));

    private static string Table(string language) => language == "ja-easy" ? "ja" : language;

    private static string Day(string language, string year, int month, string day)
    {
        if (language is "ja" or "ja-easy" or "zh") return Text($"{year}年{month}月{day}日");
        if (language == "ko") return Text($"{year}년 {month}월 {day}일");
        Texts texts = Texts.For(language);
        string named = texts["date.months"].Split(',')[month - 1];
        string yearSaid = texts["date.year"].Replace("{0}", year, StringComparison.Ordinal);
        return language == "vi" ? $"ngày {day} {named} {yearSaid}" : $"{day} {named} {yearSaid}";
    }

    /// <summary>Two digits that are typed one by one: <c>04</c> is "zero four".</summary>
    private static string Pair(string table, string pair) => string.Join(table == "ja" ? "" : " ", pair.Select(digit =>
        table == "ja" ? Said[(table, $"spell.{digit}")] : digit.ToString()));

    /// <summary>Koreans count with their own numbers: 2번째 is 두 번째, and the first is 첫 번째.</summary>
    private static string KoreanCount(string number, string counter)
    {
        int n = int.Parse(number, CultureInfo.InvariantCulture);
        if (n is < 1 or > 14) return number + counter;
        return (n == 1 && counter == "번째" ? "첫" : Korean[n - 1]) + " " + counter;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\s*[(（][\p{IsCJKUnifiedIdeographs}\p{IsHiragana}\p{IsKatakana}]+[)）]")]
    private static partial Regex InKanji();

    [GeneratedRegex("[①-⑳] ?")]
    private static partial Regex Circled();

    [GeneratedRegex(@"(\d{1,4})年(\d{1,2})月(\d{1,2})日")]
    private static partial Regex Date();

    [GeneratedRegex(@"\b\d\d( \d\d)+\b")]
    private static partial Regex Pairs();

    [GeneratedRegex(@"(?<!\d)(\d{1,2})(번째|개|자리)")]
    private static partial Regex Counted();
}
