using Kiosk.Core.Consents;
using OpenCvSharp;

namespace Kiosk.Journeys;

/// <summary>The QR code on the screen is read as a phone's camera reads it: from a picture of the whole screen.</summary>
public sealed class RenewalJourneys
{
    public RenewalJourneys() => Skip.If(Chromium.Path is null, Chromium.Missing);

    [SkippableTheory]
    [InlineData("1280x800", "ja", "contrast:0")]
    [InlineData("1280x800", "vi", "contrast:2")]
    [InlineData("1024x600", "ja-easy", "contrast:1")]
    [InlineData("1080x1920", "pt", "contrast:2")]
    [InlineData("1280x800", "ja", "size:3")]
    public async Task Every_screen_about_an_ending_certificate_shows_the_renewal_page_as_a_QR_code(string panel, string language,
        string look)
    {
        Panel glass = Panel.All.Single(p => p.Name == panel);
        await using SamplePage samplePage = await SamplePage.OpenAsync(glass, language);
        foreach (string sample in new[] { "take-expiring", "take-grace", "take-CertificateExpired", "phone-take-expiring" })
        {
            await samplePage.ShowAsync(sample);
            await samplePage.PressAsync(look);
            double[] sides = await samplePage.Page.EvaluateAsync<double[]>(
                """
                (() => {
                  const s = document.querySelector('.qr svg'), r = s.getBoundingClientRect();
                  return [r.width, r.height, s.viewBox.baseVal.width];
                })()
                """);
            Assert.Equal(sides[0], sides[1], 1.0);
            Assert.InRange(sides[0] / glass.PixelsPerMm / sides[2], 0.65, 2);

            using Mat seen = Cv2.ImDecode(await samplePage.Page.ScreenshotAsync(), ImreadModes.Grayscale);
            using QRCodeDetector phone = new();
            Assert.Equal(SitePolicy.OfficialRenewalPage, phone.DetectAndDecode(seen, out _));
        }
    }
}
