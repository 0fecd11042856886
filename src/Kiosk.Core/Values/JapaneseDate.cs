using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiosk.Core.Values;

/// <summary>
/// Dates as people in Japan write them: by era (和暦) or by the year of our calendar. Eras and their first days are those of
/// <see cref="JapaneseCalendar"/>, from 明治 to 令和.
/// </summary>
public static partial class JapaneseDate
{
    private static readonly JapaneseCalendar _calendar = new();
    private static readonly string[] _names = ["明治", "大正", "昭和", "平成", "令和"];
    private const string Letters = "MTSHR";

    /// <summary>
    /// Reads S23.5.3, S230503, s23/5/3, 昭和23年5月3日, 昭23-5-3, 令和元年5月1日, 1948-05-03, 19480503, 1948年5月3日; also in full-width
    /// characters.
    /// </summary>
    /// <returns>Null: no such day, also a day on which that era had ended or had not begun.</returns>
    public static DateOnly? Parse(string text)
    {
        string plain = string.Concat(FullWidth.ToAsciiForms(text).Where(c => !char.IsWhiteSpace(c)));
        if (Written().Match(plain) is not { Success: true } parts) return null;
        int year = parts.Groups["year"].Value is "元" ? 1 : Number(parts.Groups["year"].Value);
        int month = Number(parts.Groups["month"].Value), day = Number(parts.Groups["day"].Value);
        try
        {
            return parts.Groups["era"].Value is { Length: > 0 } era ? OfEra(EraOf(era), year, month, day) : new DateOnly(year, month, day);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <returns>昭和23年5月3日; empty before 明治.</returns>
    public static string InEra(DateOnly date)
    {
        DateTime day = date.ToDateTime(default);
        if (day < _calendar.MinSupportedDateTime) return "";
        int year = _calendar.GetYear(day);
        string words = year == 1 ? "元" : year.ToString(CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{_names[_calendar.GetEra(day) - 1]}{words}年{date.Month}月{date.Day}日");
    }

    /// <summary>The calendar checks the year of an era, but not whether the era had ended or begun on that day.</summary>
    private static DateOnly? OfEra(int era, int year, int month, int day)
    {
        DateTime date = _calendar.ToDateTime(year, month, day, 0, 0, 0, 0, era);
        return _calendar.GetEra(date) == era ? DateOnly.FromDateTime(date) : null;
    }

    /// <returns>1 明治 to 5 令和, as the calendar counts them.</returns>
    private static int EraOf(string era) => 1 + (era.Length == 1 && char.IsAsciiLetter(era[0])
        ? Letters.IndexOf(char.ToUpperInvariant(era[0]), StringComparison.Ordinal)
        : Array.FindIndex(_names, name => name.StartsWith(era, StringComparison.Ordinal)));

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    // Without separators every part has its full number of digits.
    [GeneratedRegex(
        """
        \A(?:
          (?<era>[MTSHRmtshr]|明治?|大正?|昭和?|平成?|令和?)
            (?: (?<year>[0-9]{1,2}|元)[年./-](?<month>[0-9]{1,2})[月./-](?<day>[0-9]{1,2})日?
              | (?<year>[0-9]{2})(?<month>[0-9]{2})(?<day>[0-9]{2}) )
          | (?<year>[0-9]{4})[年./-](?<month>[0-9]{1,2})[月./-](?<day>[0-9]{1,2})日?
          | (?<year>[0-9]{4})(?<month>[0-9]{2})(?<day>[0-9]{2})
        )\z
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Written();
}
