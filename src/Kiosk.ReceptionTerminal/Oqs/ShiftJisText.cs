using System.Text;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>Text for レセコン in Shift_JIS (cp932).</summary>
internal sealed class ShiftJisText : FileText
{
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

    /// <summary>Throws for a character it does not have; use <see cref="FileText.Replace"/> first.</summary>
    public static Encoding Encoding { get; } = CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback,
        DecoderFallback.ExceptionFallback)!;

    public override string Declared => "Shift_JIS";

    public override string Code => OqsCodes.ShiftJis;

    public override byte[] Bytes(string text) => Encoding.GetBytes(text);

    protected override Rune SameCharacter(Rune rune) => _cp932Twins.TryGetValue(rune.Value, out int known) ? new(known) : rune;

    protected override bool Has(Rune rune)
    {
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
