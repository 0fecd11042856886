namespace Kiosk.Core.Cards;

/// <summary>券面事項確認AP: photo and signatures behind 照合番号B (card.md 1, 3, 4; soltia <c>src/ap/surface.rs</c>).</summary>
public static class CardFaceApp
{
    public static ReadOnlySpan<byte> Aid => [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];

    /// <summary>生年月日 YYMMDD, 有効期限 YYYY, セキュリティコード.</summary>
    public const int NumberDigits = 14;

    /// <summary>
    /// With fewer tries left nothing is sent: how many there are is not published (3 or 10), only the municipal office
    /// can reset them, and a clinic must not be what locks a card.
    /// </summary>
    public const int TriesFloor = 3;

    public static CommandApdu Select => CardCommands.SelectApplication(Aid);

    /// <summary>Signs with the card face's own key, whose public half is DF24; wants no PIN (jsapdu e2e test).</summary>
    public static CommandApdu Sign(ReadOnlySpan<byte> digestInfo) => CardCommands.Sign(0x00, digestInfo);
}
