using Kiosk.Core.Cards;

namespace Kiosk.Tests.Cards;

/// <summary>Three months before and after the last day, by the calendar. A phone has none after it.</summary>
public class CertificateRuleTests
{
    [Theory]
    [InlineData("2027-02-24", CertificateStatus.Expiring)]
    [InlineData("2027-02-25", CertificateStatus.Valid)]
    [InlineData("2026-11-24", CertificateStatus.Expiring)]
    [InlineData("2026-11-23", CertificateStatus.Grace)]
    [InlineData("2026-08-24", CertificateStatus.Grace)]
    [InlineData("2026-08-23", CertificateStatus.Expired)]
    public void Status_of_a_card_on_the_day(string lastDay, CertificateStatus expected) =>
        Assert.Equal(expected, CertificateRule.StatusOn(Day(lastDay), Day("2026-11-24")));

    [Theory]
    [InlineData("2027-02-24", CertificateStatus.Expiring)]
    [InlineData("2026-11-24", CertificateStatus.Expiring)]
    [InlineData("2026-11-23", CertificateStatus.Expired)]
    public void Status_of_a_phone_on_the_day(string lastDay, CertificateStatus expected) =>
        Assert.Equal(expected, CertificateRule.StatusOn(Day(lastDay), Day("2026-11-24"), isPhone: true));

    [Fact]
    public void A_day_that_the_third_month_does_not_have_becomes_its_last_day() =>
        // Three months after 30 November is the last of February.
        Assert.Equal(
            (CertificateStatus.Grace, CertificateStatus.Expired),
            (CertificateRule.StatusOn(Day("2026-11-30"), Day("2027-02-28")),
                CertificateRule.StatusOn(Day("2026-11-30"), Day("2027-03-01"))));

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");
}
