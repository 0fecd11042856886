namespace Kiosk.Core.Cards;

/// <summary>
/// The applications that this program can select. The constructor is private, so no code can select another one: the 入力補助AP holds
/// 個人番号 as text. README.md section 1.
/// </summary>
public sealed class CardApp
{
    private readonly byte[] _aid;

    private CardApp(string name, params ReadOnlySpan<byte> aid) => (Name, _aid) = (name, aid.ToArray());

    /// <summary>公的個人認証AP.</summary>
    public static CardApp Jpki { get; } = new("JPKI", 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01);

    /// <summary>券面事項確認AP.</summary>
    public static CardApp CardFace { get; } = new("visual", 0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02);

    /// <summary>共通カードAP.</summary>
    public static CardApp Common { get; } = new("common", 0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00);

    /// <summary>運転免許証, DF1 (警察庁 運転免許証及び運転免許証作成システム等仕様書). Selected to recognise the card; nothing is read.</summary>
    public static CardApp Licence { get; } =
        new("licence", 0xA0, 0x00, 0x00, 0x02, 0x31, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);

    /// <summary>
    /// 在留カード, DF1 (出入国在留管理庁 在留カード等仕様書; GitHub treastrain/TRETJapanNFCReader). Selected to recognise a 特定在留カード, which is
    /// a My Number Card too; nothing is read.
    /// </summary>
    public static CardApp ResidenceCard { get; } =
        new("residence", 0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);

    /// <summary>10 or 16 bytes.</summary>
    public ReadOnlySpan<byte> Aid => _aid;

    /// <summary>For the detail of a failure.</summary>
    public string Name { get; }
}
