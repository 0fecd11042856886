using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kiosk.Lab.Voices;

/// <summary>
/// Chinese text as pinyin with tone numbers, for espeak-ng's voice cmn-latn-pinyin. Debian's espeak-ng 1.51 has no Chinese dictionary:
/// its voice cmn reads most characters as English letters. Readings: <c>pinyin.tsv</c>, longest word first.
/// </summary>
internal static partial class Mandarin
{
    private static readonly string[] Digits =
        ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"];

    private static readonly Dictionary<string, string> Readings = SpeechDictionary.Rows("pinyin.tsv").ToDictionary(r => r[0], r => r[1]);
    private static readonly int LongestWord = Readings.Keys.Max(word => word.Length);

    /// <returns>Syllables with tones 1 to 5 (5 is the neutral tone), separated by spaces; pauses as commas and full stops.</returns>
    /// <exception cref="InvalidOperationException">A character has no reading in pinyin.tsv; one line.</exception>
    public static string Pinyin(string text)
    {
        string counted = LoneTwo().Replace(LoneOne().Replace(text, "一"), "两");
        counted = Number().Replace(counted, m => Count(m.Value));
        List<string> said = [];
        for (int at = 0; at < counted.Length;)
        {
            (int length, string word) = Next(counted, at);
            at += length;
            if (word.Length > 0) said.AddRange(word.Split(' '));
        }
        for (int i = 0; i < said.Count; i++) said[i] = Toned(said[i], i + 1 < said.Count ? said[i + 1] : ".");
        StringBuilder result = new();
        foreach (string part in said) result.Append(part is "," or "." || result.Length == 0 ? part : " " + part);
        return result.ToString();
    }

    private static (int Length, string Word) Next(string text, int at)
    {
        Match spelled = Syllable().Match(text, at);
        if (spelled.Success && spelled.Index == at) return (spelled.Length, spelled.Value.Trim());
        for (int length = Math.Min(LongestWord, text.Length - at); length > 0; length--)
            if (Readings.TryGetValue(text.Substring(at, length), out string? word)) return (length, word);
        char c = text[at];
        if (c is '一' or '不') return (1, c.ToString());
        if (c is '。' or '？' or '！' or '?' or '!') return (1, ".");
        if (char.IsPunctuation(c)) return (1, c is '“' or '”' or '（' or '）' or '/' or '・' or '-' ? "" : ",");
        if (char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format) return (1, "");
        throw new InvalidOperationException($"src/Kiosk.Lab/Voices/pinyin.tsv has no reading of {c} in: {text}");
    }

    /// <summary>不 and 一 take their tone from the next syllable.</summary>
    private static string Toned(string part, string next) => (part, next[^1]) switch
    {
        ("不", '4') => "bu2",
        ("不", _) => "bu4",
        ("一", '4' or '5') => "yi2",
        ("一", '1' or '2' or '3') => "yi4",
        ("一", _) => "yi1",
        _ => part,
    };

    /// <summary>0 to 99; a number with a leading zero, or a longer one (a year), digit by digit.</summary>
    private static string Count(string digits)
    {
        if (digits.Length == 1) return Digits[digits[0] - '0'] + " ";
        if (digits.Length > 2 || digits[0] == '0') return string.Concat(digits.Select(c => Digits[c - '0'] + " "));
        string tens = digits[0] == '1' ? "shi2 " : Digits[digits[0] - '0'] + " shi2 ";
        return digits[1] == '0' ? tens : tens + Digits[digits[1] - '0'] + " ";
    }

    [GeneratedRegex(@"(?<![第\d])1(?=[次秒位种项张])")]
    private static partial Regex LoneOne();

    [GeneratedRegex(@"(?<![第\d])2(?=[次秒位种项张])")]
    private static partial Regex LoneTwo();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex("[a-zü]+[1-5] ?")]
    private static partial Regex Syllable();
}
