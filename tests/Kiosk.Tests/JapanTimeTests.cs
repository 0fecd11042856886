using Kiosk.Core.Values;

namespace Kiosk.Tests;

public sealed class JapanTimeTests
{
    [Theory]
    [InlineData("2026-11-29T14:59:59Z", "2026-11-29")]
    [InlineData("2026-11-29T15:00:00Z", "2026-11-30")]
    [InlineData("2026-12-31T20:00:00-05:00", "2027-01-01")]
    public void A_day_begins_at_midnight_in_Japan(string instant, string day) =>
        Assert.Equal(day, JapanTime.DateOf(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture))
            .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void The_instant_stays_the_same()
    {
        DateTimeOffset utc = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal((utc, 9), (JapanTime.At(utc), JapanTime.At(utc).Hour));
    }
}
