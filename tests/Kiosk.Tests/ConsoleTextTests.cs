using System.Text;
using Kiosk.Contract;
using Kiosk.Devices.Pictures;

namespace Kiosk.Tests;

/// <summary>What Windows needs before the first line is written, and before the first picture. The console itself: Kiosk.Windows.</summary>
public sealed class ConsoleTextTests
{
    [Theory]
    [InlineData(932, true)]
    [InlineData(65001, true)]
    [InlineData(54936, true)]
    [InlineData(437, false)]
    [InlineData(1252, false)]
    [InlineData(20127, false)]
    public void Only_a_code_page_with_Japanese_letters_is_kept(int page, bool isKept)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Assert.Equal(isKept, ConsoleText.CanCarry(Encoding.GetEncoding(page)));
    }

    [Fact]
    public void A_missing_native_library_is_told_in_one_line()
    {
        Assert.Null(OpenCvLibrary.WhyMissing());
        Assert.Equal("NoSuchLibrary is missing", OpenCvLibrary.WhyMissing("NoSuchLibrary"));
    }
}
