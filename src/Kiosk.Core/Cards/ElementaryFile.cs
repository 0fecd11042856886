namespace Kiosk.Core.Cards;

/// <summary>
/// The files that this program can select. The constructor is private and each file belongs to its application, so no code
/// reaches 個人番号 (visual 0005, text 0001), 照合番号A, or the signing key and its password (JPKI 001A, 001B). README.md section 2.
/// </summary>
public sealed class ElementaryFile
{
    private readonly byte[] _id;

    private ElementaryFile(CardApp app, byte id) => (App, _id) = (app, [0x00, id]);

    /// <summary>JPKI 0006: token information, 160 bytes; the label is the first 32. Free.</summary>
    public static ElementaryFile TokenInfo { get; } = new(CardApp.Jpki, 0x06);

    /// <summary>JPKI 0008: which certificates exist, 3 bytes. Free.</summary>
    public static ElementaryFile Presence { get; } = new(CardApp.Jpki, 0x08);

    /// <summary>JPKI 000A: 利用者証明用電子証明書. Free on the plastic card; after the PIN on an Android phone.</summary>
    public static ElementaryFile AuthenticationCertificate { get; } = new(CardApp.Jpki, 0x0A);

    /// <summary>
    /// JPKI 0016: the CA key with which the card checks the certificate of an institution (特定機関認証, README.md section 8).
    /// </summary>
    public static ElementaryFile InstitutionKey { get; } = new(CardApp.Jpki, 0x16);

    /// <summary>JPKI 0017: the 利用者証明用 private key.</summary>
    public static ElementaryFile AuthenticationKey { get; } = new(CardApp.Jpki, 0x17);

    /// <summary>JPKI 0018: the 4-digit PIN, 3 tries.</summary>
    public static ElementaryFile AuthenticationPin { get; } = new(CardApp.Jpki, 0x18);

    /// <summary>券面事項確認AP 0002: the card face with the photo. Readable after 照合番号B.</summary>
    public static ElementaryFile CardFace { get; } = new(CardApp.CardFace, 0x02);

    /// <summary>券面事項確認AP 0004: the card-verifiable certificate. Read after 照合番号B.</summary>
    public static ElementaryFile CardFaceIssuer { get; } = new(CardApp.CardFace, 0x04);

    /// <summary>券面事項確認AP 0012: 照合番号B, 14 digits.</summary>
    public static ElementaryFile NumberB { get; } = new(CardApp.CardFace, 0x12);

    /// <summary>共通カードAP 0001: serial, municipality, 有効期限. Free.</summary>
    public static ElementaryFile CommonInfo { get; } = new(CardApp.Common, 0x01);

    /// <summary>The application that must be selected first.</summary>
    public CardApp App { get; }

    /// <summary>Two bytes.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>For the detail of a failure.</summary>
    public string Name => $"{App.Name} {Convert.ToHexString(_id)}";
}
