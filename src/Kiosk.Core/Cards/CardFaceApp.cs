namespace Kiosk.Core.Cards;

/// <summary>券面事項確認AP: photo and signatures, readable after 照合番号B (README.md sections 2, 4 and 5).</summary>
public static class CardFaceApp
{
    /// <summary>照合番号B: 生年月日 YYMMDD, year of the 有効期限, セキュリティコード.</summary>
    public const int NumberDigits = 14;

    /// <summary>Where the four digits of the year begin in 照合番号B.</summary>
    public const int YearOffset = 6;

    /// <summary>Where the four digits of the セキュリティコード begin in 照合番号B.</summary>
    public const int CodeOffset = 10;

    /// <summary>Digits of each part of 照合番号B as it is printed: 6, 4, 4.</summary>
    public static IReadOnlyList<int> NumberParts { get; } = [YearOffset, CodeOffset - YearOffset, NumberDigits - CodeOffset];

    /// <summary>
    /// With fewer tries left nothing is sent: how many a card has is not published (3 or 10), and only the municipal office can reset
    /// them. A clinic must not lock a card.
    /// </summary>
    public const int MinTriesLeft = 3;

    public static CommandApdu Select => CardCommands.SelectApplication(CardApp.CardFace);

    /// <summary>Signs with the key of the card face; its public key is DF24. Needs no PIN (GitHub AokiApp/jsapdu, e2e test).</summary>
    public static CommandApdu Sign(ReadOnlySpan<byte> input) => CardCommands.Sign(0x00, input);
}
