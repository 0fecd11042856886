using System.Text;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>Text for レセコン that read UTF-8: only 外字 and characters that XML forbids become ●.</summary>
internal sealed class Utf8Text : FileText
{
    public override string Declared => "UTF-8";

    public override string Code => OqsCodes.Utf8;

    public override byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected override Rune SameCharacter(Rune rune) => rune;

    protected override bool Has(Rune rune) => true;
}
