namespace Kiosk.Core.Values;

/// <summary>
/// Numbers and letters as Japanese input methods write them: full-width forms (Unicode Standard, block Halfwidth and Fullwidth Forms,
/// U+FF01 to U+FF5E) and the ideographic space. This program runs without ICU, so <see cref="string.Normalize()"/> does not change them.
/// </summary>
public static class FullWidth
{
    private const int First = 0xFF01, Last = 0xFF5E, ToAscii = 0xFEE0;

    /// <summary>Full-width ASCII becomes ASCII; all other characters stay.</summary>
    public static string ToAsciiForms(string text) =>
        string.Create(text.Length, text, static (to, from) =>
        {
            for (int i = 0; i < from.Length; i++)
                to[i] = from[i] == '\u3000' ? ' ' : from[i] is >= (char)First and <= (char)Last ? (char)(from[i] - ToAscii) : from[i];
        });
}
