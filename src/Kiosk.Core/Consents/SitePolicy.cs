namespace Kiosk.Core.Consents;

/// <summary>Phones with a My Number Card in them (スマホ搭載) that a site takes.</summary>
[Flags]
public enum Phones
{
    None = 0,
    Android = 1,
    Iphone = 2,
}

/// <summary>How this site asks; pushed by the reception, the same for every visitor.</summary>
/// <param name="Consents">The questions and their order.</param>
/// <param name="ItemByItem">False: 包括同意 first, then one by one for who wants it. True: one by one at once.</param>
/// <param name="AsksPmh">The site takes part in 医療費助成 by card (PMH). Whether this patient has such a record only the
/// centre knows: everybody is asked, and the question says for whom it is.</param>
/// <param name="AsksPrescription">Electronic or paper is asked at check-in: OQSCD038 = 2 (both) and OQSCD039 = 2 (at check-in).</param>
/// <param name="Phones">Which phones may be held on the reader.</param>
/// <param name="TextSize">Size a screen begins with, 0 small to 3 largest.</param>
/// <param name="Sound">What is heard at first: 0 nothing, 1 chimes, 2 voice, 3 loud voice.</param>
/// <param name="RenewalPage">Page on renewing a certificate, shown as a QR code: https, at most 100 ASCII characters, the same for every patient.</param>
/// <param name="SignsWithoutPin">An institution behind the reception can have the card sign without a PIN (特定機関認証).</param>
public sealed record SitePolicy(
    ConsentCatalogue Consents, bool ItemByItem = false, bool AsksPmh = false, bool AsksPrescription = false, Phones Phones = Phones.None, int TextSize = 1,
    int Sound = 2, string RenewalPage = SitePolicy.OfficialRenewalPage, bool SignsWithoutPin = false)
{
    /// <summary>更新手続きについて, マイナンバーカード総合サイト of J-LIS.</summary>
    public const string OfficialRenewalPage = "https://www.kojinbango-card.go.jp/card/renewal/";

    /// <summary>Longest page whose code a phone still reads from the screen: at most version 6, 41 modules.</summary>
    public const int MaxPageLength = 100;

    /// <returns>Whether a page can be shown as a code.</returns>
    public static bool IsPage(string page) =>
        page.Length <= MaxPageLength && page.All(char.IsAscii) && Uri.TryCreate(page, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0;

    /// <summary>Used until the reception says otherwise.</summary>
    public static SitePolicy Default { get; } = new(ConsentCatalogue.Embedded);
}
