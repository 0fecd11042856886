using System.Text;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// Shift_JIS (cp932) for files and screens of レセコン: a character it has not becomes ●, as people know it, and the field is
/// noted, so that the desk can say which characters are missing instead of leaving it to be found.
/// </summary>
internal sealed class Legible
{
    /// <summary>Stands for a character that cannot be shown.</summary>
    public const char Unknown = '●';

    /// <summary>Characters of JIS X 0208 that Unicode has twice: cp932 knows only the second of each.</summary>
    private static readonly Dictionary<int, int> s_twice = new()
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

    /// <summary>Throws for what it has not; ask <see cref="Text"/> first.</summary>
    public static Encoding ShiftJis { get; } = CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <summary>Field and how many of its characters could not be written; empty when all could.</summary>
    public IReadOnlyDictionary<string, int> Missing => _missing;

    /// <param name="field">The tag the text is for.</param>
    public string Text(string field, string text)
    {
        StringBuilder legible = new(text.Length);
        foreach (Rune one in text.EnumerateRunes())
        {
            Rune rune = s_twice.TryGetValue(one.Value, out int known) ? new(known) : one;
            if (Has(rune))
            {
                legible.Append(rune.ToString());
                continue;
            }

            // A variant's selector has no place of its own: the plain character stands there, and the variant is missing.
            if (!IsSelector(rune)) legible.Append(Unknown);
            _missing[field] = _missing.GetValueOrDefault(field) + 1;
        }

        return legible.ToString();
    }

    /// <summary>Standardised and ideographic variants (異体字), Unicode 23.4.</summary>
    private static bool IsSelector(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool Has(Rune rune)
    {
        // XML 1.0 has no other control characters.
        if (rune.Value < 0x20) return rune.Value is '\t' or '\n' or '\r';
        // 外字: cp932 has places for them, and what is drawn there is another sign on every machine.
        if (rune.Value is >= 0xE000 and <= 0xF8FF) return false;
        try
        {
            ShiftJis.GetByteCount(rune.ToString());
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
