using System.IO.Compression;
using Kiosk.Devices.CardFace;
using OpenCvSharp;

namespace Kiosk.Simulators.CardFace;

/// <summary>Draws the templates of <c>glyphs.bin</c>. A test calls it with APPROVE=1, on a machine that has the fonts.</summary>
internal static class GlyphTemplates
{
    private const string Letters = "0123456789元年月日生まで有効昭和平成令大正明治口目田";

    /// <summary>Bytes of <c>glyphs.bin</c>: count, then letter and cell of each; Brotli.</summary>
    public static byte[] Make(IEnumerable<string> fonts)
    {
        List<(char Letter, byte[] Cell)> all = [
            .. from file in fonts from letter in Letters from softness in (double[])[1, 0.6, 0.45]
               select (letter, Draw(file, letter, softness))];
        using MemoryStream packed = new();
        using (BrotliStream brotli = new(packed, CompressionLevel.SmallestSize))
        using (BinaryWriter writer = new(brotli))
        {
            writer.Write(all.Count);
            foreach ((char letter, byte[] cell) in all)
            {
                writer.Write((ushort)letter);
                writer.Write(cell);
            }
        }

        return packed.ToArray();
    }

    /// <param name="softness">Share of the resolution that is kept, to imitate a camera at a larger distance.</param>
    private static byte[] Draw(string file, char letter, double softness)
    {
        using FontGlyphs font = new(file);
        using Mat field = new(70, 90, MatType.CV_8UC3, Scalar.All(225));
        font.Draw(field, letter.ToString(), 24, 50, 36, Scalar.All(40));
        using Mat grey = new();
        Cv2.CvtColor(field, grey, ColorConversionCodes.BGR2GRAY);
        using Mat small = new();
        Cv2.Resize(grey, small, new Size(0, 0), softness, softness, InterpolationFlags.Area);
        Cv2.Resize(small, grey, grey.Size(), 0, 0, InterpolationFlags.Cubic);
        List<Glyph> line = GlyphLine.Cut(grey);
        // A kanji that has two separate halves is cut into two cells. Neither half may be read as a digit; the first half is enough
        // as template.
        return line.Count > 0 ? line[0].Cell : throw new InvalidDataException($"{file}: {letter} cannot be cut");
    }
}
