using System.Text;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// The text of one file for レセコン, in its encoding. A character that the file cannot hold becomes ●, as レセコン users know it, and is
/// counted for its field, so that the page can tell staff which fields are incomplete.
/// </summary>
internal abstract class FileText
{
    /// <summary>Takes the place of a character that cannot be shown.</summary>
    public const char Unknown = '●';

    private readonly SortedDictionary<string, int> _missing = new(StringComparer.Ordinal);

    /// <summary>Field and how many of its characters could not be written; empty when all could.</summary>
    public IReadOnlyDictionary<string, int> Missing => _missing;

    /// <summary>The encoding's name in the XML declaration.</summary>
    public abstract string Declared { get; }

    /// <summary>OQSCD005.</summary>
    public abstract string Code { get; }

    /// <param name="encoding">As <see cref="OqsOptions"/> names it.</param>
    public static FileText Of(string encoding) => encoding == OqsOptions.Utf8 ? new Utf8Text() : new ShiftJisText();

    /// <summary>The text as the file can hold it.</summary>
    /// <param name="field">The tag that the text is for.</param>
    public string Replace(string field, string text)
    {
        StringBuilder legible = new(text.Length);
        foreach (Rune one in text.EnumerateRunes())
        {
            Rune rune = SameCharacter(one);
            if (IsXml(rune) && !IsPrivate(rune) && Has(rune))
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

    /// <summary>The file's content, without a byte order mark.</summary>
    /// <param name="text">Only what <see cref="Replace"/> gave, and ASCII.</param>
    public abstract byte[] Bytes(string text);

    /// <summary>The code point by which this encoding knows the character.</summary>
    protected abstract Rune SameCharacter(Rune rune);

    protected abstract bool Has(Rune rune);

    /// <summary>XML 1.0, section 2.2.</summary>
    private static bool IsXml(Rune rune) => rune.Value is '\t' or '\n' or '\r' or >= 0x20 and not (0xFFFE or 0xFFFF);

    /// <summary>外字: there are code points for them, but every machine draws other characters there.</summary>
    private static bool IsPrivate(Rune rune) => rune.Value is (>= 0xE000 and <= 0xF8FF) or >= 0xF0000;

    /// <summary>Variation selectors for 異体字: Unicode Standard, section 23.4.</summary>
    private static bool IsSelector(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
