using System.Text;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// Text for レセコン in Shift_JIS (cp932). A character that cp932 does not have becomes ●, as レセコン users know it, and is counted
/// for its field, so that the page can tell staff which fields are incomplete.
/// </summary>
internal sealed class ShiftJisText
{
    /// <summary>Takes the place of a character that cannot be shown.</summary>
    public const char Unknown = '●';

    /// <summary>Characters of JIS X 0208 for which Unicode has two code points: cp932 has only the second of each pair.</summary>
    private static readonly Dictionary<int, int> _cp932Twins = new()
    {
        [0x301C] = 0xFF5E, // 〜
        [0x2212] = 0xFF0D, // −
        [0x2016] = 0x2225, // ‖
        [0x2014] = 0x2015, // —
        [0x00A2] = 0xFFE0, // ¢
        [0x00A3] = 0xFFE1, // £
        [0x00AC] = 0xFFE2, // ¬
        [0x00A6] = 0xFFE4, // ¦
    };

    private readonly SortedDictionary<string, int> _missing = new(StringComparer.Ordinal);

    /// <summary>Throws for a character it does not have; use <see cref="Replace"/> first.</summary>
    public static Encoding Encoding { get; } = CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback,
        DecoderFallback.ExceptionFallback)!;

    /// <summary>Field and how many of its characters could not be written; empty when all could.</summary>
    public IReadOnlyDictionary<string, int> Missing => _missing;

    /// <summary>The text as cp932 can hold it.</summary>
    /// <param name="field">The tag that the text is for.</param>
    public string Replace(string field, string text)
    {
        StringBuilder legible = new(text.Length);
        foreach (Rune one in text.EnumerateRunes())
        {
            Rune rune = _cp932Twins.TryGetValue(one.Value, out int known) ? new(known) : one;
            if (Has(rune))
            {
                legible.Append(rune.ToString());
                continue;
            }

            // A variation selector takes no place of its own: the basic character is written, and the variant counts as missing.
            if (!IsSelector(rune)) legible.Append(Unknown);
            _missing[field] = _missing.GetValueOrDefault(field) + 1;
        }

        return legible.ToString();
    }

    /// <summary>Variation selectors for 異体字: Unicode Standard, section 23.4.</summary>
    private static bool IsSelector(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool Has(Rune rune)
    {
        // XML 1.0, section 2.2: no other control characters are allowed.
        if (rune.Value < 0x20) return rune.Value is '\t' or '\n' or '\r';
        // 外字: cp932 has code points for them, but every machine draws other characters there.
        if (rune.Value is >= 0xE000 and <= 0xF8FF) return false;
        try
        {
            Encoding.GetByteCount(rune.ToString());
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
