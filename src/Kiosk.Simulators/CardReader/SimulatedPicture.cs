namespace Kiosk.Simulators.CardReader;

/// <summary>Pictures for cards that have no pictures of their own.</summary>
internal static class SimulatedPicture
{
    /// <summary>Bytes with a JP2 header and no picture. They can be read and verified, but not shown.</summary>
    private const int NoPhotoLength = 10 * 1024;

    /// <summary>264 × 48, 1 bit: bars in place of 氏名 and 住所.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAQgAAAAwAQAAAADF09kmAAAAIklEQVR42mP4TwgwDCkVh3GDIadiNF5G42U0XkbjZSjHCwDEgpI8g5bdBQAAAABJRU5ErkJggg==");

    public static byte[] NoPhoto { get; } =
        [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A, .. new byte[NoPhotoLength - 12]];
}
