using OpenCvSharp;

namespace Kiosk.Devices.CardFace;

/// <summary>
/// Positions of the three numbers on the card's front, in the straightened picture with ten pixels a millimetre. The fields are larger
/// than the print, and the line is searched for inside. The positions are estimated: no card and no drawing with measures was
/// available. Confirm them on a bench with cards of every print generation.
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
