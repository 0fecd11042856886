namespace Kiosk.Core.Cards;

/// <summary>What lies on the reader, by the token label in JPKI EF 0006. Never by the ATR (README.md section 2).</summary>
public enum CardKind
{
    /// <summary><c>JPKIAPICCTOKEN2</c>: the plastic My Number Card. Only this one has a photo.</summary>
    MyNumberCard,

    /// <summary><c>JPKIAPGPSETOKEN</c>: Android phone. The certificate can be read, and the key signs, after the PIN.</summary>
    AndroidPhone,

    /// <summary><c>JPKIAPIOSTOKEN</c>: iPhone. The phone confirms its holder (Face ID); no PIN is typed here.</summary>
    Iphone,
}

/// <summary>Validity of the 利用者証明用電子証明書 on the day of the visit.</summary>
public enum CertificateStatus
{
    Valid,

    /// <summary>Ends within three months: the visit goes on, and the patient is told how to renew it.</summary>
    Expiring,

    /// <summary>Ended, and still usable by <see cref="CertificateRule.LastUsableDay"/>: eligibility only, no consents.</summary>
    Grace,

    /// <summary>Ended, and its last usable day is over.</summary>
    Expired,
}

/// <summary>How far the card's photo (券面事項確認AP, EF 0002) is.</summary>
public enum PhotoStatus
{
    /// <summary>Being read while the patient chooses.</summary>
    Reading,

    /// <summary>Read and proven genuine (passive and active proof).</summary>
    Ready,

    /// <summary>No camera read 照合番号B from the card: it is typed, or the patient uses the PIN.</summary>
    NeedsNumber,

    /// <summary>
    /// The card was issued without one, to a child under one year: the guardian types the PIN. Neither the face check nor staff can
    /// compare anything with it.
    /// </summary>
    Absent,

    /// <summary>Not possible in this visit: too few tries of 照合番号B left, or the picture cannot be read.</summary>
    Unavailable,
}

/// <summary>What the visit needs to know of a card. Holds nothing that names its holder.</summary>
/// <param name="Certificate">Validity of the authentication certificate today.</param>
/// <param name="PinTries">
/// Tries left of the 4-digit PIN, 0 to 3. 0: locked, or the card has no PIN (顔認証マイナンバーカード); the card does not tell which.
/// </param>
/// <param name="ExpiresOn">Last day of the certificate; <see cref="DateOnly.MaxValue"/> for an Android phone before its PIN.</param>
/// <param name="IsResidenceCard">
/// 特定在留カード: where its 照合番号B is printed is not published, so no camera reads it and only staff type it (README.md section 4).
/// </param>
public sealed record CardFacts(
    CardKind Kind, CertificateStatus Certificate, int PinTries, PhotoStatus Photo, DateOnly ExpiresOn, bool IsResidenceCard = false);

/// <summary>Validity of a certificate by date.</summary>
public static class CertificateRule
{
    /// <summary>The months before and after the last day are special (mhlw.go.jp newpage_50657).</summary>
    /// <param name="lastDay">notAfter as a day in Japan.</param>
    /// <param name="today">The day of the visit in Japan.</param>
    /// <param name="isPhone">A phone has no months of grace (医療機関等向け総合ポータルサイト KB0012286).</param>
    public static CertificateStatus StatusOn(DateOnly lastDay, DateOnly today, bool isPhone = false) => today switch
    {
        _ when today > LastUsableDay(lastDay, isPhone) => CertificateStatus.Expired,
        _ when today > lastDay => CertificateStatus.Grace,
        _ when today >= lastDay.AddMonths(-3) => CertificateStatus.Expiring,
        _ => CertificateStatus.Valid,
    };

    /// <summary>
    /// The last day on which the card still gives eligibility: the last day of the third month after the month in which the certificate
    /// ended (協会けんぽ and several municipalities publish it so: 2026-08-10 gives 2026-11-30). Two municipalities count day for day;
    /// the longer reading is safe, because the centre decides.
    /// </summary>
    /// <param name="lastDay">notAfter as a day in Japan.</param>
    /// <param name="isPhone">A phone has no months of grace (医療機関等向け総合ポータルサイト KB0012286): its last day itself.</param>
    public static DateOnly LastUsableDay(DateOnly lastDay, bool isPhone = false)
    {
        if (isPhone || lastDay > DateOnly.MaxValue.AddMonths(-4)) return lastDay;
        DateOnly third = lastDay.AddMonths(3);
        return new(third.Year, third.Month, DateTime.DaysInMonth(third.Year, third.Month));
    }
}

/// <summary>What the card answered to one PIN.</summary>
public abstract record PinAnswer
{
    private PinAnswer()
    {
    }

    /// <summary>The PIN was right and the challenge of the reception is signed.</summary>
    /// <param name="Facts">Android phone: the facts with the certificate, which could be read only now. Else null.</param>
    public sealed record Accepted(CardFacts? Facts = null) : PinAnswer;

    /// <param name="TriesLeft">1 or 2.</param>
    public sealed record Wrong(int TriesLeft) : PinAnswer;

    /// <summary>The PIN is locked, by this wrong PIN or by an earlier one. Only the municipal office can unlock it.</summary>
    public sealed record Blocked : PinAnswer;
}
