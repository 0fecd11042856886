namespace Kiosk.Core.Cards;

/// <summary>公的個人認証AP: label, certificate, PIN, authentication key (README.md sections 2, 3 and 6).</summary>
public static class JpkiApp
{
    /// <summary>Of the 利用者証明用 PIN; it has <see cref="MaxPinTries"/> tries.</summary>
    public const int PinDigits = 4;
    public const int MaxPinTries = 3;

    public static CommandApdu Select => CardCommands.SelectApplication(CardApp.Jpki);

    /// <summary>Signs with the selected key (0017).</summary>
    public static CommandApdu Sign(ReadOnlySpan<byte> input) => CardCommands.Sign(0x80, input);

    /// <summary>The label: the first 32 bytes of EF 0006, padded with spaces (CK_TOKEN_INFO of PKCS #11).</summary>
    /// <returns>Null: not a known label.</returns>
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
    /// EF 0008: a card with both certificates has <c>8F 8F 00</c>. Which byte stands for which certificate is not published, so only "no
    /// certificate" is taken from it. In all other cases EF 000A itself is read.
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
