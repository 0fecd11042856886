using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// Reads an XML file of a レセコン in the encoding it says: first the byte order mark, then the XML declaration, else UTF-8 (XML 1.0,
/// appendix F). Only the declaration counts, not a word in a comment. No DTD, no entities.
/// </summary>
internal static partial class XmlBytes
{
    private const int LongestDeclaration = 512;
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true), _undeclared = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// All names under which programs write cp932, without hyphens and underscores: IANA character sets (Shift_JIS, MS_Kanji,
    /// csShiftJIS, Windows-31J, csWindows31J), and those of Java, Windows, Delphi and PHP.
    /// </summary>
    private static readonly HashSet<string> _cp932 = new(StringComparer.OrdinalIgnoreCase)
    {
        "ShiftJIS", "SJIS", "xSJIS", "csShiftJIS", "Windows31J", "csWindows31J", "MS932", "xMS932", "CP932", "xCP932", "Windows932", "932",
        "MSKanji", "xMSCP932", "SJISwin", "xWindows31J",
    };

    /// <exception cref="XmlException">Not finished, not XML, or in an encoding that this program does not know.</exception>
    /// <exception cref="DecoderFallbackException">The bytes are not of the encoding that the file says, or a character is cut.</exception>
    public static XElement Read(byte[] bytes)
    {
        (Encoding encoding, int mark) = EncodingOf(bytes);
        using StringReader text = new(encoding.GetString(bytes, mark, bytes.Length - mark));
        using XmlReader reader = XmlReader.Create(text, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return XElement.Load(reader);
    }

    /// <summary>The encoding of a file, for the answer to it.</summary>
    /// <param name="isXml">
    /// It was read. Then UTF-8 holds where nothing is declared; of a broken file without a declaration nothing is known.
    /// </param>
    /// <returns>Null: unknown, or one that no answer has.</returns>
    public static FileText? OwnText(ReadOnlySpan<byte> bytes, bool isXml)
    {
        try
        {
            Encoding encoding = EncodingOf(bytes).Encoding;
            return ReferenceEquals(encoding, ShiftJisText.Encoding) ? new ShiftJisText()
                : ReferenceEquals(encoding, _utf8) || (isXml && ReferenceEquals(encoding, _undeclared)) ? new Utf8Text() : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static (Encoding Encoding, int Mark) EncodingOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (_utf8, 3),
        // Before UTF-16: its mark is the beginning of this one.
        [0xFF, 0xFE, 0, 0, ..] => (new UTF32Encoding(bigEndian: false, false, throwOnInvalidCharacters: true), 4),
        [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, false, throwOnInvalidCharacters: true), 4),
        [0xFF, 0xFE, ..] => (Utf16(bigEndian: false), 2),
        [0xFE, 0xFF, ..] => (Utf16(bigEndian: true), 2),
        [(byte)'<', 0, ..] => (Utf16(bigEndian: false), 0),
        [0, (byte)'<', ..] => (Utf16(bigEndian: true), 0),
        _ => (Declared(bytes), 0),
    };

    private static UnicodeEncoding Utf16(bool bigEndian) => new(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);

    private static Encoding Declared(ReadOnlySpan<byte> bytes)
    {
        string head = Encoding.ASCII.GetString(bytes[..Math.Min(bytes.Length, LongestDeclaration)]);
        Match declaration = Declaration().Match(head);
        if (!declaration.Success) return _undeclared;
        string name = declaration.Groups["name"].Value.Trim();
        string plain = name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (_cp932.Contains(plain)) return ShiftJisText.Encoding;
        if (plain.ToUpperInvariant() is "UTF8" or "ASCII" or "USASCII") return _utf8;
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(
                name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? throw new XmlException("unknown encoding");
        }
        catch (ArgumentException e)
        {
            throw new XmlException("unknown encoding", e);
        }
    }

    [GeneratedRegex("""\A<\?xml\s[^>]*?\bencoding\s*=\s*(?:"(?<name>[^"<>]*)"|'(?<name>[^'<>]*)')""")]
    private static partial Regex Declaration();
}
