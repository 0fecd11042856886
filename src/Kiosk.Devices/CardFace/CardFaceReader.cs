using Kiosk.Core.Cards;
using OpenCvSharp;

namespace Kiosk.Devices.CardFace;

/// <summary>Reads one picture of the tray: finds the card, straightens it, tries both orientations. <see cref="Clear"/> zeroes the
/// buffers.</summary>
public sealed class CardFaceReader : IDisposable
{
    private readonly CardFinder _finder = new();
    private readonly GlyphReader _glyphs = new();
    private readonly Mat _straight = new();

    /// <param name="bgr">8-bit BGR, the tray from above, any size; a larger picture is read with more certainty.</param>
    /// <param name="thisYear">Gregorian year.</param>
    /// <param name="number">At least 14 bytes: 照合番号B in ASCII, written only if the result is Read. The caller zeroes it.</param>
    public TrayContent Read(Mat bgr, int thisYear, Span<byte> number)
    {
        if (!_finder.TryStraighten(bgr, _straight)) return TrayContent.Nothing;
        TrayContent best = TrayContent.OtherCard;
        for (int way = 0; way < 2; way++)
        {
            if (way == 1) Cv2.Flip(_straight, _straight, FlipMode.XY);
            TrayContent now = PrintedFields.Parse(Line(CardLayout.Birth), Line(CardLayout.Expiry), Line(CardLayout.Code), thisYear, number);
            if (now == TrayContent.Read) return now;
            if (now > best) best = now;
        }

        return best;
    }

    /// <summary>Zeroes the last picture.</summary>
    public void Clear()
    {
        _finder.Clear();
        if (!_straight.Empty()) _straight.SetTo(Scalar.All(0));
    }

    public void Dispose()
    {
        Clear();
        _finder.Dispose();
        _straight.Dispose();
    }

    private List<ReadSign> Line(Rect place)
    {
        using Mat field = _straight.SubMat(place);
        List<Glyph> line = GlyphLine.Cut(field);
        List<ReadSign> read = _glyphs.Read(line);
        foreach (Glyph glyph in line) Array.Clear(glyph.Cell);
        return read;
    }
}
