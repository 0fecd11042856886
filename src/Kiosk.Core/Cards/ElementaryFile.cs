namespace Kiosk.Core.Cards;

/// <summary>
/// What this product may select, and nothing else: the constructor is private, so no code path reaches
/// 個人番号 (visual 0005, text 0001), 照合番号A or the signing key and password (JPKI 001A, 001B). card.md 1.
/// </summary>
public sealed class ElementaryFile
{
    private ElementaryFile(ushort id, string name) => (Id, Name) = (id, name);

    /// <summary>JPKI 0006: token label, 160 bytes, free.</summary>
    public static ElementaryFile TokenInfo { get; } = new(0x0006, "JPKI 0006");

    /// <summary>JPKI 0008: which certificates exist, 3 bytes, free.</summary>
    public static ElementaryFile Presence { get; } = new(0x0008, "JPKI 0008");

    /// <summary>JPKI 000A: 利用者証明用電子証明書, free on the plastic card, behind the PIN on Android.</summary>
    public static ElementaryFile AuthenticationCertificate { get; } = new(0x000A, "JPKI 000A");

    /// <summary>JPKI 0018: the 4-digit PIN, 3 tries.</summary>
    public static ElementaryFile AuthenticationPin { get; } = new(0x0018, "JPKI 0018");

    /// <summary>JPKI 0017: the 利用者証明用 private key.</summary>
    public static ElementaryFile AuthenticationKey { get; } = new(0x0017, "JPKI 0017");

    /// <summary>券面事項確認AP 0002: the card face with photo, behind 照合番号B.</summary>
    public static ElementaryFile CardFace { get; } = new(0x0002, "visual 0002");

    /// <summary>券面事項確認AP 0004: the card-verifiable certificate, free once B is verified.</summary>
    public static ElementaryFile CardFaceIssuer { get; } = new(0x0004, "visual 0004");

    /// <summary>券面事項確認AP 0012: 照合番号B, 14 digits.</summary>
    public static ElementaryFile NumberB { get; } = new(0x0012, "visual 0012");

    public ushort Id { get; }

    /// <summary>For a technician's detail text.</summary>
    public string Name { get; }
}
