namespace Kiosk.Core.Cards;

/// <summary>運転免許証: DF1 is selected only to tell the patient which card they put down; nothing is read.</summary>
public static class LicenceApp
{
    /// <summary>DF1 of the licence (警察庁 運転免許証及び運転免許証作成システム等仕様書).</summary>
    public static ReadOnlySpan<byte> Aid =>
        [0xA0, 0x00, 0x00, 0x02, 0x31, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00];

    public static CommandApdu Select => CardCommands.SelectApplication(Aid);
}
