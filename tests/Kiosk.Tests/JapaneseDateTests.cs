using Kiosk.Core.Values;

namespace Kiosk.Tests;

public sealed class JapaneseDateTests
{
    [Theory]
    [InlineData("S23.5.3", "1948-05-03")]
    [InlineData("s23/05/03", "1948-05-03")]
    [InlineData("S230503", "1948-05-03")]
    [InlineData("昭和23年5月3日", "1948-05-03")]
    [InlineData(" 昭 ２３－５－３ ", "1948-05-03")]
    [InlineData("T15.12.24", "1926-12-24")]
    [InlineData("M45.7.29", "1912-07-29")]
    [InlineData("H31.4.30", "2019-04-30")]
    [InlineData("令和元年5月1日", "2019-05-01")]
    [InlineData("R1.5.1", "2019-05-01")]
    [InlineData("1948-05-03", "1948-05-03")]
    [InlineData("19480503", "1948-05-03")]
    [InlineData("1948年5月3日", "1948-05-03")]
    [InlineData("2024/2/29", "2024-02-29")]
    public void Dates_as_people_write_them_are_read(string text, string day) =>
        Assert.Equal(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), JapaneseDate.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("S64.1.8")] // 平成 began
    [InlineData("R1.4.30")] // 令和 had not begun
    [InlineData("H31.5.1")]
    [InlineData("S65.1.1")]
    [InlineData("S0.1.1")]
    [InlineData("S23.2.30")]
    [InlineData("S23.13.1")]
    [InlineData("X23.5.3")]
    [InlineData("S2353")]
    [InlineData("23.5.3")]
    [InlineData("0000-01-01")]
    [InlineData("2023-02-29")]
    [InlineData("S23.5.3.1")]
    [InlineData("和23年5月3日")]
    public void What_names_no_day_is_refused(string text) => Assert.Null(JapaneseDate.Parse(text));

    [Theory]
    [InlineData("1948-05-03", "昭和23年5月3日")]
    [InlineData("1989-01-07", "昭和64年1月7日")]
    [InlineData("1989-01-08", "平成元年1月8日")]
    [InlineData("2019-05-01", "令和元年5月1日")]
    [InlineData("1800-01-01", "")]
    public void A_day_is_written_in_its_era(string day, string words) =>
        Assert.Equal(words, JapaneseDate.InEra(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));
}
