using Kiosk.App.Screens;
using Kiosk.Core.Consents;

namespace Kiosk.Tests.Screens;

public sealed class QrPictureTests
{
    [Fact]
    public void The_official_page_and_the_longest_one_stay_coarse_enough_for_a_phone()
    {
        // 32 mm for all modules (kiosk.css): 0.65 mm each at least.
        Assert.InRange(QrPicture.Encode(SitePolicy.OfficialRenewalPage).Modules, 29, 41);
        string longest = "https://example.jp/".PadRight(SitePolicy.MaxPageLength, 'a');
        Assert.True(SitePolicy.IsPage(longest));
        Assert.InRange(QrPicture.Encode(longest).Modules, 41, 49);
        Assert.NotEqual(QrPicture.Encode(longest), QrPicture.Encode(SitePolicy.OfficialRenewalPage));
    }

    [Theory]
    [InlineData("http://example.jp/")]
    [InlineData("example.jp")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user@example.jp/")]
    [InlineData("https://例え.jp/")]
    [InlineData("")]
    public void Only_plain_https_pages_are_shown(string page) => Assert.False(SitePolicy.IsPage(page));

    [Fact]
    public void A_page_too_long_is_not_shown() =>
        Assert.False(SitePolicy.IsPage("https://example.jp/".PadRight(SitePolicy.MaxPageLength + 1, 'a')));
}
