using OpenCvSharp;

namespace Kiosk.Devices.CardFace;

/// <summary>One printed character: its position in the field and its picture, scaled to a cell of fixed size.</summary>
/// <param name="Cell">Ink 255, paper 0. The height fills the cell; the width keeps its proportion.</param>
internal sealed record Glyph(Rect Box, byte[] Cell);

/// <summary>Splits a field of the straightened card into characters.</summary>
internal static class GlyphLine
{
    public const int CellHeight = 24;
    public const int CellWidth = 28;

    /// <summary>Smallest difference of ink and paper, of 255.</summary>
    private const double LeastContrast = 40;

    /// <param name="field">8-bit grey.</param>
    /// <returns>From left to right; empty if there is no printed line.</returns>
    public static List<Glyph> Cut(Mat field)
    {
        using Mat ink = Ink(field);
        using Mat labels = new(), stats = new(), centres = new();
        int count = Cv2.ConnectedComponentsWithStats(Binary(ink), labels, stats, centres);
        List<Rect> parts = [];
        (int width, int height) = (field.Width, field.Height);
        for (int i = 1; i < count; i++)
        {
            Rect box = new(stats.At<int>(i, 0), stats.At<int>(i, 1), stats.At<int>(i, 2), stats.At<int>(i, 3));
            bool isSpeck = stats.At<int>(i, 4) < 12 || box.Height < 5;
            bool isFrame = box.Height > 0.8 * height || box.Width > 0.4 * width;
            if (!isSpeck && !isFrame) parts.Add(box);
        }

        return parts.Count == 0 ? [] : [.. Merge(OnOneLine(parts)).Select(box => new Glyph(box, Cell(ink, box)))];
    }

    /// <summary>How much darker each pixel is than the paper around it, scaled to 0..255. Removes the background pattern and
    /// shadows.</summary>
    private static Mat Ink(Mat field)
    {
        using Mat paper = new();
        using (Mat kernel = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(31, 31)))
            Cv2.MorphologyEx(field, paper, MorphTypes.Close, kernel);
        Cv2.GaussianBlur(paper, paper, new Size(15, 15), 0);
        Mat ink = new();
        Cv2.Subtract(paper, field, ink);
        Cv2.MinMaxLoc(ink, out _, out double most);
        ink.ConvertTo(ink, -1, 255 / Math.Max(most, LeastContrast));
        return ink;
    }

    private static Mat Binary(Mat ink)
    {
        Mat binary = new();
        Cv2.Threshold(ink, binary, 110, 255, ThresholdTypes.Binary);
        return binary;
    }

    /// <summary>Keeps the parts on the row with the most ink. Parts above or below belong to another line.</summary>
    private static List<Rect> OnOneLine(List<Rect> parts)
    {
        Rect tallest = parts.OrderByDescending(p => p.Height).Skip(Math.Min(1, parts.Count - 1)).First();
        int middle = tallest.Y + (tallest.Height / 2);
        return [.. parts.Where(p => p.Y <= middle + (tallest.Height / 3) && p.Bottom >= middle - (tallest.Height / 3)).OrderBy(p => p.X)];
    }

    /// <summary>Joins parts that are above each other into one character; parts side by side stay separate.</summary>
    private static List<Rect> Merge(List<Rect> parts)
    {
        List<Rect> signs = [];
        foreach (Rect part in parts)
        {
            if (signs.Count > 0 && Overlap(signs[^1], part) > 0.3 * Math.Min(signs[^1].Width, part.Width)) signs[^1] |= part;
            else signs.Add(part);
        }

        int tallest = signs.Max(s => s.Height);
        return [.. signs.Where(s => s.Height > 0.4 * tallest)];
    }

    private static int Overlap(Rect a, Rect b) => Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);

    private static byte[] Cell(Mat ink, Rect box)
    {
        using Mat sign = ink.SubMat(box);
        int width = Math.Clamp((int)Math.Round((double)box.Width * CellHeight / box.Height), 2, CellWidth);
        using Mat scaled = new();
        Cv2.Resize(sign, scaled, new Size(width, CellHeight), 0, 0, InterpolationFlags.Area);
        using Mat cell = new(CellHeight, CellWidth, MatType.CV_8UC1, Scalar.All(0));
        using (Mat middle = cell.SubMat(new Rect((CellWidth - width) / 2, 0, width, CellHeight))) scaled.CopyTo(middle);
        Cv2.GaussianBlur(cell, cell, new Size(0, 0), 0.9);
        cell.GetArray(out byte[] bytes);
        scaled.SetTo(Scalar.All(0));
        return bytes;
    }
}
