namespace Kiosk.Core.Cards;

/// <summary>JPKI-AP 公的個人認証: label, certificate, PIN, authentication key (card.md 1, 2, 5; soltia <c>src/ap/jpki.rs</c>).</summary>
public static class JpkiApp
{
    /// <summary>The JPKI-AP's PIN has 4 digits and 3 tries.</summary>
    public const int PinDigits = 4;
    public const int MaxPinTries = 3;

    public static CommandApdu Select => CardCommands.SelectApplication(CardApp.Jpki);

    /// <summary>Signs with the key selected (0017).</summary>
    public static CommandApdu Sign(ReadOnlySpan<byte> digestInfo) => CardCommands.Sign(0x80, digestInfo);

    /// <summary>The token's label: the first 32 bytes of EF 0006, padded with spaces (CK_TOKEN_INFO).</summary>
    /// <returns>Null for a label nobody has described.</returns>
    public static TokenLabel? ParseLabel(ReadOnlySpan<byte> tokenInfo)
    {
        ReadOnlySpan<byte> label = tokenInfo[..Math.Min(32, tokenInfo.Length)].TrimEnd(" \0"u8);
        if (label.SequenceEqual("JPKIAPICCTOKEN2"u8)) return TokenLabel.MyNumberCard;
        if (label.SequenceEqual("JPKIAPICCTOKEN"u8)) return TokenLabel.OldResidentCard;
        if (label.SequenceEqual("JPKIAPGPSETOKEN"u8)) return TokenLabel.AndroidPhone;
        if (label.SequenceEqual("JPKIAPIOSTOKEN"u8)) return TokenLabel.Iphone;
        return null;
    }

    /// <summary>
    /// EF 0008: a card with both certificates holds <c>8F 8F 00</c>. Which of the two bytes is the authentication
    /// certificate's is not published, so only "none at all" is concluded from it; else EF 000A itself decides.
    /// </summary>
    public static bool HasNoCertificate(ReadOnlySpan<byte> presence) =>
        presence.Length >= 2 && presence[0] == 0 && presence[1] == 0;
}

/// <summary>Labels of EF 0006.</summary>
public enum TokenLabel
{
    MyNumberCard,
    OldResidentCard,
    AndroidPhone,
    Iphone,
}
