namespace Kiosk.Core.Cards;

/// <summary>
/// What this product may select, and nothing else: the constructor is private and each file belongs to its application, so
/// no code path reaches 個人番号 (visual 0005, text 0001), 照合番号A or the signing key and password (JPKI 001A, 001B). card.md 1.
/// </summary>
public sealed class ElementaryFile
{
    private readonly byte[] _id;

    private ElementaryFile(CardApp app, byte id) => (App, _id) = (app, [0x00, id]);

    /// <summary>JPKI 0006: token label, 160 bytes, free.</summary>
    public static ElementaryFile TokenInfo { get; } = new(CardApp.Jpki, 0x06);

    /// <summary>JPKI 0008: which certificates exist, 3 bytes, free.</summary>
    public static ElementaryFile Presence { get; } = new(CardApp.Jpki, 0x08);

    /// <summary>JPKI 000A: 利用者証明用電子証明書, free on the plastic card, behind the PIN on Android.</summary>
    public static ElementaryFile AuthenticationCertificate { get; } = new(CardApp.Jpki, 0x0A);

    /// <summary>JPKI 0016: the CA key by which the card checks an institution's certificate (特定機関認証, card.md 7).</summary>
    public static ElementaryFile InstitutionKey { get; } = new(CardApp.Jpki, 0x16);

    /// <summary>JPKI 0017: the 利用者証明用 private key.</summary>
    public static ElementaryFile AuthenticationKey { get; } = new(CardApp.Jpki, 0x17);

    /// <summary>JPKI 0018: the 4-digit PIN, 3 tries.</summary>
    public static ElementaryFile AuthenticationPin { get; } = new(CardApp.Jpki, 0x18);

    /// <summary>券面事項確認AP 0002: the card face with photo, behind 照合番号B.</summary>
    public static ElementaryFile CardFace { get; } = new(CardApp.CardFace, 0x02);

    /// <summary>券面事項確認AP 0004: the card-verifiable certificate, free once B is verified.</summary>
    public static ElementaryFile CardFaceIssuer { get; } = new(CardApp.CardFace, 0x04);

    /// <summary>券面事項確認AP 0012: 照合番号B, 14 digits.</summary>
    public static ElementaryFile NumberB { get; } = new(CardApp.CardFace, 0x12);

    /// <summary>共通カードAP 0001: serial, municipality, 有効期限, free.</summary>
    public static ElementaryFile CommonInfo { get; } = new(CardApp.Common, 0x01);

    /// <summary>The only application in which it may be selected.</summary>
    public CardApp App { get; }

    /// <summary>Two bytes.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>For a technician's detail text.</summary>
    public string Name => $"{App.Name} {Convert.ToHexString(_id)}";
}
