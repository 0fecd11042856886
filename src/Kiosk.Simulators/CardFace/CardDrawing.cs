using Kiosk.Devices.CardFace;
using OpenCvSharp;

namespace Kiosk.Simulators.CardFace;

/// <summary>The printed data of a virtual card.</summary>
/// <param name="Era">For example 昭和; empty: a foreigner's card.</param>
/// <param name="Birth">Year of the era (without one: Gregorian), month, day.</param>
/// <param name="ExpiryYear">Gregorian; the day is the birthday.</param>
/// <param name="Code">Four digits.</param>
public sealed record CardPrint(string Era, (int Year, int Month, int Day) Birth, int ExpiryYear, string Code)
{
    /// <summary>照合番号B.</summary>
    public string Number => FormattableString.Invariant($"{Birth.Year % 100:00}{Birth.Month:00}{Birth.Day:00}{ExpiryYear:0000}{Code}");

    /// <summary>Makes the print from 照合番号B (14 digits) and the Gregorian birthday. The birthday gives the era.</summary>
    public static CardPrint FromNumber(string number, DateOnly birth)
    {
        string era = birth switch
        {
            _ when birth >= new DateOnly(2019, 5, 1) => "令和",
            _ when birth >= new DateOnly(1989, 1, 8) => "平成",
            _ when birth >= new DateOnly(1926, 12, 25) => "昭和",
            _ => "大正",
        };
        bool isGregorian = Part(0, 2) == birth.Year % 100;
        return new(isGregorian ? "" : era, (isGregorian ? birth.Year : Part(0, 2), Part(2, 2), Part(4, 2)), Part(6, 4), number[10..]);

        int Part(int at, int length) => int.Parse(number.AsSpan(at, length), System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>Draws the front of a virtual card with a font that is installed on this machine.</summary>
public static class CardDrawing
{
    private static readonly Scalar Ink = new(40, 35, 35);

    /// <summary>856 x 540, 8-bit BGR; the caller disposes it.</summary>
    /// <param name="fontFile">One of <see cref="FontGlyphs.Installed"/>.</param>
    public static Mat Front(CardPrint print, string fontFile)
    {
        Mat card = Blank();
        using FontGlyphs font = new(fontFile);
        font.Draw(card, "個人番号カード", 300, 60, 30, Ink);
        font.Draw(card, "氏名  番号 花子", 40, 120, 32, Ink);
        font.Draw(card, "住所  東京都千代田区霞が関2丁目1番2号", 40, 180, 28, Ink);
        // In place of the photo: grey head and shoulders.
        card.Rectangle(new Rect(40, 220, 225, 280), new Scalar(205, 205, 200), -1);
        Cv2.Ellipse(card, new Point(152, 330), new Size(58, 74), 0, 0, 360, new Scalar(120, 130, 150), -1, LineTypes.AntiAlias);
        Cv2.Ellipse(card, new Point(152, 500), new Size(95, 90), 0, 180, 360, new Scalar(90, 85, 80), -1, LineTypes.AntiAlias);
        (int year, int month, int day) = print.Birth;
        string printedYear = year == 1 && print.Era.Length > 0 ? "元" : year.ToString(System.Globalization.CultureInfo.InvariantCulture);
        font.Draw(card, FormattableString.Invariant($"{print.Era}{printedYear}年{month,2}月{day,2}日生"), 312, 248, 34, Ink);
        font.Draw(card, FormattableString.Invariant($"{print.ExpiryYear}年{month,2}月{day,2}日まで有効"), 312, 328, 34, Ink);
        font.Draw(card, "セキュリティコード", 470, 412, 22, Ink);
        font.Draw(card, print.Code, 668, 470, 40, Ink);
        return card;
    }

    /// <summary>A card of the same size that is not a My Number Card: a coloured band, a line, a number.</summary>
    public static Mat Other(string fontFile, string title)
    {
        Mat card = Blank();
        using FontGlyphs font = new(fontFile);
        card.Rectangle(new Rect(0, 180, CardLayout.Width, 60), new Scalar(120, 190, 120), -1);
        font.Draw(card, title, 40, 90, 44, Ink);
        font.Draw(card, "記号 12345  番号 678", 40, 330, 34, Ink);
        return card;
    }

    private static Mat Blank()
    {
        Mat card = new(CardLayout.Height, CardLayout.Width, MatType.CV_8UC3);
        // Pink on the left and green on the right, like the background of the real card.
        for (int x = 0; x < CardLayout.Width; x++)
        {
            double share = (double)x / CardLayout.Width;
            card.Line(x, 0, x, CardLayout.Height - 1, new Scalar(222 + (10 * share), 216 + (18 * share), 236 - (16 * share)));
        }

        for (int y = 24; y < CardLayout.Height; y += 26)
            card.Line(0, y, CardLayout.Width, y - 18, new Scalar(212, 218, 224), 1, LineTypes.AntiAlias);
        return card;
    }
}
