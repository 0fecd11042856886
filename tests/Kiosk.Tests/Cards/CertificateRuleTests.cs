using Kiosk.Core.Cards;

namespace Kiosk.Tests.Cards;

/// <summary>Three months before the last day, and after it to the end of the third month. A phone has none after it.</summary>
public class CertificateRuleTests
{
    [Theory]
    [InlineData("2027-02-24", CertificateStatus.Expiring)]
    [InlineData("2027-02-25", CertificateStatus.Valid)]
    [InlineData("2026-11-24", CertificateStatus.Expiring)]
    [InlineData("2026-11-23", CertificateStatus.Grace)]
    [InlineData("2026-08-24", CertificateStatus.Grace)]
    [InlineData("2026-08-01", CertificateStatus.Grace)]
    [InlineData("2026-07-31", CertificateStatus.Expired)]
    public void Status_of_a_card_on_the_day(string lastDay, CertificateStatus expected) =>
        Assert.Equal(expected, CertificateRule.StatusOn(Day(lastDay), Day("2026-11-24")));

    [Theory]
    [InlineData("2027-02-24", CertificateStatus.Expiring)]
    [InlineData("2026-11-24", CertificateStatus.Expiring)]
    [InlineData("2026-11-23", CertificateStatus.Expired)]
    public void Status_of_a_phone_on_the_day(string lastDay, CertificateStatus expected) =>
        Assert.Equal(expected, CertificateRule.StatusOn(Day(lastDay), Day("2026-11-24"), isPhone: true));

    [Theory]
    [InlineData("2026-08-10", "2026-11-30")]
    [InlineData("2026-08-05", "2026-11-30")]
    [InlineData("2026-11-05", "2027-02-28")]
    [InlineData("2027-11-30", "2028-02-29")]
    [InlineData("2028-02-29", "2028-05-31")]
    [InlineData("2026-08-31", "2026-11-30")]
    [InlineData("2026-09-30", "2026-12-31")]
    [InlineData("2026-10-01", "2027-01-31")]
    public void A_card_is_usable_to_the_end_of_the_third_month(string lastDay, string usable)
    {
        Assert.Equal(Day(usable), CertificateRule.LastUsableDay(Day(lastDay)));
        Assert.Equal(CertificateStatus.Grace, CertificateRule.StatusOn(Day(lastDay), Day(usable)));
        Assert.Equal(CertificateStatus.Expired, CertificateRule.StatusOn(Day(lastDay), Day(usable).AddDays(1)));
        Assert.Equal(Day(lastDay), CertificateRule.LastUsableDay(Day(lastDay), isPhone: true));
    }

    [Fact]
    public void A_day_at_the_end_of_the_calendar_is_no_error() =>
        Assert.Equal(DateOnly.MaxValue, CertificateRule.LastUsableDay(DateOnly.MaxValue));

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");
}
