using OpenCvSharp;

namespace Kiosk.Devices.CardFace;

/// <summary>
/// Where the three numbers stand on the card's front, in the straightened picture of ten pixels a millimetre. Generous: a line
/// is searched for inside its field. An estimate: no card and no drawing of it with measures was at hand; to be confirmed
/// on a bench with cards of every print generation.
/// </summary>
internal static class CardLayout
{
    public const int PixelsPerMm = 10;

    /// <summary>ID-1: 85.60 x 53.98 mm (ISO/IEC 7810).</summary>
    public const int Width = 856;
    public const int Height = 540;

    /// <summary>生年月日: "昭和55年 1月23日生".</summary>
    public static Rect Birth { get; } = new(300, 205, 330, 60);

    /// <summary>有効期限: "2031年 1月23日まで有効".</summary>
    public static Rect Expiry { get; } = new(300, 285, 420, 60);

    /// <summary>セキュリティコード, four digits.</summary>
    public static Rect Code { get; } = new(640, 425, 170, 70);
}
