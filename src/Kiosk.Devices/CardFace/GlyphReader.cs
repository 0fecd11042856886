using System.Numerics.Tensors;

namespace Kiosk.Devices.CardFace;

/// <summary>One recognised character.</summary>
/// <param name="Letter">A digit, 元, 年, 月 or 日; <see cref="GlyphReader.Other"/> for any other character; <see cref="GlyphReader.Unsure"/>
/// if it
/// may be a digit but is not certain.</param>
internal readonly record struct ReadSign(char Letter, OpenCvSharp.Rect Box);

/// <summary>
/// Recognises digits, and the kanji between them, by correlation with templates of several fonts (<c>glyphs.bin</c>, drawn by
/// <c>GlyphTemplates</c>). It is smaller and about 100 times faster than a general text reader. It accepts a character only if it is much
/// closer to one letter than to every other.
/// </summary>
internal sealed class GlyphReader
{
    public const char Other = '*';
    public const char Unsure = '?';

    private const int Size = GlyphLine.CellHeight * GlyphLine.CellWidth;

    /// <summary>Smallest correlation. Sharp digits in a font that is not among the templates reach 0.86 (lowest 2 %).</summary>
    private const float LeastScore = 0.80f;

    /// <summary>Smallest distance to the second-best letter. 3 and 8, 5 and 6 are the closest pairs.</summary>
    private const float LeastMargin = 0.045f;

    private readonly List<(char Letter, float[] Unit)> _templates = [];
    private readonly float[] _sign = new float[Size];

    public GlyphReader()
    {
        using Stream stored = typeof(GlyphReader).Assembly.GetManifestResourceStream("cardface/glyphs.bin")!;
        using System.IO.Compression.BrotliStream open = new(stored, System.IO.Compression.CompressionMode.Decompress);
        using BinaryReader reader = new(open);
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            char letter = (char)reader.ReadUInt16();
            float[] unit = new float[Size];
            Unit(reader.ReadBytes(Size), unit);
            _templates.Add((letter, unit));
        }
    }

    public List<ReadSign> Read(List<Glyph> line)
    {
        List<ReadSign> read = [.. line.Select(g => new ReadSign(Read(g.Cell), g.Box))];
        Array.Clear(_sign);
        return read;
    }

    private char Read(byte[] cell)
    {
        Unit(cell, _sign);
        char best = Other;
        float score = 0, second = 0;
        foreach ((char letter, float[] unit) in _templates)
        {
            float now = TensorPrimitives.Dot(_sign, unit);
            char kind = IsWanted(letter) ? letter : Other;
            if (now > score)
            {
                if (kind != best) second = score;
                (best, score) = (kind, now);
            }
            else if (kind != best && now > second)
            {
                second = now;
            }
        }

        if (best == Other) return Other;
        if (score >= LeastScore && score - second >= LeastMargin) return best;
        return char.IsAsciiDigit(best) ? Unsure : Other;
    }

    private static bool IsWanted(char letter) => char.IsAsciiDigit(letter) || letter is '元' or '年' or '月' or '日';

    private static void Unit(byte[] cell, Span<float> unit)
    {
        for (int i = 0; i < Size; i++) unit[i] = cell[i];
        TensorPrimitives.Subtract(unit, TensorPrimitives.Sum(unit) / Size, unit);
        TensorPrimitives.Divide(unit, Math.Max(TensorPrimitives.Norm(unit), 1e-6f), unit);
    }
}
