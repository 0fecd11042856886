using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiosk.Core.Values;

/// <summary>
/// Dates as people in Japan write them: by era (和暦) or by the year of the Gregorian calendar. Not with
/// <see cref="JapaneseCalendar"/>: it needs the culture ja-JP, which this program, without ICU, does not have.
/// </summary>
public static partial class JapaneseDate
{
    // First days: the ordinances on the names of the eras. 明治 counts from the day on which Japan took the Gregorian calendar.
    private static readonly Era[] _eras =
    [
        new("明治", 'M', 1868, new(1873, 1, 1)), new("大正", 'T', 1912, new(1912, 7, 30)), new("昭和", 'S', 1926, new(1926, 12, 25)),
        new("平成", 'H', 1989, new(1989, 1, 8)), new("令和", 'R', 2019, new(2019, 5, 1)),
    ];

    /// <param name="YearOne">The Gregorian year of its first year (元年).</param>
    private sealed record Era(string Name, char Letter, int YearOne, DateOnly First);

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
            if (parts.Groups["era"].Value is not { Length: > 0 } written) return new DateOnly(year, month, day);
            char letter = char.ToUpperInvariant(written[0]);
            Era era = _eras.Single(e => e.Letter == letter || e.Name.StartsWith(written, StringComparison.Ordinal));
            DateOnly date = new(era.YearOne + year - 1, month, day);
            return year > 0 && EraAt(date) == era ? date : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <returns>昭和23年5月3日; empty before 1873.</returns>
    public static string InEra(DateOnly date)
    {
        if (EraAt(date) is not { } era) return "";
        int year = date.Year - era.YearOne + 1;
        string words = year == 1 ? "元" : year.ToString(CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{era.Name}{words}年{date.Month}月{date.Day}日");
    }

    private static Era? EraAt(DateOnly date) => _eras.LastOrDefault(e => date >= e.First);

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
