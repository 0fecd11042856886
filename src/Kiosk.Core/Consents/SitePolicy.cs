namespace Kiosk.Core.Consents;

/// <summary>Kinds of phones with スマホ搭載 that a site takes.</summary>
[Flags]
public enum Phones
{
    None = 0,
    Android = 1,
    Iphone = 2,
}

/// <summary>What follows a check-in at this site, in the words of the last screen.</summary>
public enum AfterCheckIn
{
    /// <summary>The reading is the check-in: take a seat and wait.</summary>
    Wait,

    /// <summary>Reading is not registering: the patient has to tell the desk.</summary>
    TellDesk,

    /// <summary>Take a ticket of the site's own machine, then wait.</summary>
    TakeTicket,
}

/// <summary>What a patient sees first, once the card is read.</summary>
public enum VisitStart
{
    /// <summary>The face screen, where the face is offered, with PIN and staff as buttons beside it.</summary>
    Face,

    /// <summary>The choice of method; the camera opens only for patients who choose the face.</summary>
    Choice,
}

/// <summary>How this site asks. Sent by the reception; the same for every patient.</summary>
/// <param name="Consents">The questions and their order.</param>
/// <param name="ItemByItem">False: 包括同意 first; one by one only if the patient wants it. True: one by one from the start.</param>
/// <param name="AsksPmh">
/// The site takes part in 医療費助成 by card (PMH). Only the centre knows which patients have such a record, so every patient is asked, and
/// the question says whom it concerns.
/// </param>
/// <param name="AsksPrescription">Electronic or paper is asked at check-in: OQSCD038 = 2 (both) and OQSCD039 = 2 (at check-in).</param>
/// <param name="Phones">Which phones can be used instead of a card.</param>
/// <param name="TextSize">Text size at the beginning of a visit, 0 small to 3 largest.</param>
/// <param name="Sound">Sound at the beginning of a visit: 0 none, 1 tones, 2 voice, 3 loud voice.</param>
/// <param name="RenewalPage">
/// Page about renewing a certificate, shown as a QR code: https, at most 100 ASCII characters, the same for every patient.
/// </param>
/// <param name="SignsWithoutPin">An institution behind the reception can let the card sign without a PIN (特定機関認証).</param>
/// <param name="ComparesCardFace">
/// The reception compares the signed birth date and sex of the card with the centre's answer, and does not keep them.
/// </param>
/// <param name="AnswersInsurance">The reception asks the centre as soon as the person is confirmed.</param>
/// <param name="InsuranceSeconds">
/// So long after it was asked, 0 to 10 s, a centre that has not answered may hold a visit whose check-in is stored.
/// </param>
/// <param name="Next">What this site does after a check-in with valid insurance.</param>
/// <param name="NextTexts">The site's own words for it by language (ja, ja-easy, en, ...); a language without: the built-in words.</param>
public sealed record SitePolicy(
    ConsentCatalogue Consents, bool ItemByItem = false, bool AsksPmh = false, bool AsksPrescription = false,
    Phones Phones = Phones.None, int TextSize = 1, int Sound = 2,
    string RenewalPage = SitePolicy.OfficialRenewalPage, bool SignsWithoutPin = false, bool ComparesCardFace = false,
    bool AnswersInsurance = false, int InsuranceSeconds = SitePolicy.UsualInsuranceSeconds, AfterCheckIn Next = AfterCheckIn.Wait,
    IReadOnlyDictionary<string, string>? NextTexts = null)
{
    public VisitStart Start { get; init; } = VisitStart.Face;

    /// <summary>Letters (診療情報提供書) that wait for this site are asked about, where the centre names them.</summary>
    public bool AsksLetters { get; init; }

    /// <summary>A pharmacy: the patient chooses which of the usable electronic prescriptions are dispensed.</summary>
    public bool DispensesPrescriptions { get; init; }

    public bool AsksFor(DocumentKind kind) => kind switch
    {
        DocumentKind.Letter => AsksLetters,
        DocumentKind.Prescription => DispensesPrescriptions,
    };

    /// <summary>A centre usually answers in one second.</summary>
    public const int UsualInsuranceSeconds = 3;

    /// <summary>Allowed values of <see cref="InsuranceSeconds"/>.</summary>
    public const int MostInsuranceSeconds = 10;

    /// <summary>Characters of one text of <see cref="NextTexts"/>; a longer one would not fit the screen in large letters.</summary>
    public const int LongestNextText = 80;

    /// <summary>更新手続きについて, マイナンバーカード総合サイト of J-LIS.</summary>
    public const string OfficialRenewalPage = "https://www.kojinbango-card.go.jp/card/renewal/";

    /// <summary>
    /// A longer address would make a QR code above version 6 (41 modules), which a phone does not read well from the screen.
    /// </summary>
    public const int MaxPageLength = 100;

    /// <returns>Whether the address can be shown as a QR code.</returns>
    public static bool IsPage(string page) =>
        page.Length <= MaxPageLength && page.All(char.IsAscii)
        && Uri.TryCreate(page, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0;

    /// <summary>Used until the reception sends another one.</summary>
    public static SitePolicy Default { get; } = new(ConsentCatalogue.Embedded);
}
