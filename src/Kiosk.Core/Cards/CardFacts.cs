namespace Kiosk.Core.Cards;

/// <summary>What lies on the reader, told by the token label in JPKI EF 0006, never by the ATR.</summary>
public enum CardKind
{
    /// <summary><c>JPKIAPICCTOKEN2</c>: the plastic My Number Card, the only one with a photo.</summary>
    MyNumberCard,

    /// <summary><c>JPKIAPGPSETOKEN</c>: Android; the PIN first, then its certificate can be read and its key signs.</summary>
    AndroidPhone,

    /// <summary><c>JPKIAPIOSTOKEN</c>: iPhone; the holder is confirmed on the phone (Face ID), no PIN is typed here.</summary>
    Iphone,
}

/// <summary>The 利用者証明用電子証明書's validity on the day of the visit.</summary>
public enum CertificateStatus
{
    Valid,

    /// <summary>Ends within three months: the visit goes on, the patient is told where to renew.</summary>
    Expiring,

    /// <summary>Ended up to three months ago: eligibility only, no consents.</summary>
    Grace,

    /// <summary>Ended more than three months ago.</summary>
    Expired,
}

/// <summary>How far the card's photo (券面事項確認AP, EF 0002) is.</summary>
public enum PhotoStatus
{
    /// <summary>Being read while the patient chooses.</summary>
    Reading,

    /// <summary>Read, and proven genuine (passive and active authentication).</summary>
    Ready,

    /// <summary>照合番号B could not be read from the printed card: staff type it, or the patient uses the PIN.</summary>
    NeedsNumber,

    /// <summary>Not to be had in this visit (tries of 照合番号B at the floor, picture unreadable).</summary>
    Unavailable,
}

/// <summary>What the visit needs to know of a card; holds nothing that names its holder.</summary>
/// <param name="Kind">Which token.</param>
/// <param name="Certificate">Its authentication certificate's validity today.</param>
/// <param name="PinTries">Tries left of the 4-digit PIN, 0 to 3; 0 when locked or when the card has none (顔認証マイナンバーカード): the two look the same.</param>
/// <param name="Photo">How far the photo is.</param>
/// <param name="ExpiresOn">Last day of the certificate; <see cref="DateOnly.MaxValue"/> on an Android phone before its PIN.</param>
public sealed record CardFacts(CardKind Kind, CertificateStatus Certificate, int PinTries, PhotoStatus Photo, DateOnly ExpiresOn);

/// <summary>Validity by date.</summary>
public static class CertificateRule
{
    /// <summary>Three months before and after the end are special (mhlw.go.jp newpage_50657).</summary>
    /// <param name="lastDay">notAfter as a Japanese calendar day.</param>
    /// <param name="today">The day of the visit, Japanese calendar.</param>
    /// <param name="isPhone">A phone has no grace: its credential ends with the certificate (KB0012286).</param>
    public static CertificateStatus StatusOn(DateOnly lastDay, DateOnly today, bool isPhone = false) => today switch
    {
        _ when today > (isPhone ? lastDay : lastDay.AddMonths(3)) => CertificateStatus.Expired,
        _ when today > lastDay => CertificateStatus.Grace,
        _ when today >= lastDay.AddMonths(-3) => CertificateStatus.Expiring,
        _ => CertificateStatus.Valid,
    };
}

/// <summary>The card's answer to one PIN.</summary>
public abstract record PinAnswer
{
    private PinAnswer()
    {
    }

    /// <summary>VERIFY accepted, and the reception's challenge is signed.</summary>
    /// <param name="Facts">On an Android phone: the card anew, now that its certificate could be read. Null otherwise.</param>
    public sealed record Accepted(CardFacts? Facts = null) : PinAnswer;

    /// <param name="TriesLeft">1 or 2.</param>
    public sealed record Wrong(int TriesLeft) : PinAnswer;

    /// <summary>This miss, or an earlier one, locked the PIN; only the municipal office can unlock it.</summary>
    public sealed record Blocked : PinAnswer;
}
