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

    private readonly SortedDictionary<string, int> _missing = new(StringComparer.Ordinal);

    /// <summary>Throws for what it has not; ask <see cref="Text"/> first.</summary>
    public static Encoding ShiftJis { get; } = CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <summary>Field and how many of its characters could not be written; empty when all could.</summary>
    public IReadOnlyDictionary<string, int> Missing => _missing;

    /// <param name="field">The tag the text is for.</param>
    public string Text(string field, string text)
    {
        StringBuilder legible = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Has(rune))
            {
                legible.Append(rune.ToString());
                continue;
            }

            legible.Append(Unknown);
            _missing[field] = _missing.GetValueOrDefault(field) + 1;
        }

        return legible.ToString();
    }

    private static bool Has(Rune rune)
    {
        // XML 1.0 has no other control characters.
        if (rune.Value < 0x20) return rune.Value is '\t' or '\n' or '\r';
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
