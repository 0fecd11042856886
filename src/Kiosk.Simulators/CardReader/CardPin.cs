using System.Text;

namespace Kiosk.Simulators.CardReader;

/// <summary>A PIN of the virtual card with its retry counter. The counter is kept until the process ends.</summary>
internal sealed class CardPin(string value, int tries, int left)
{
    /// <summary>
    /// True after a successful VERIFY, until power-off. A warm reset does not clear it, as reported of real cards (soltia).
    /// </summary>
    public bool IsVerified { get; set; }

    public int Left { get; private set; } = left;

    /// <returns>Status word: 9000, 63Cx (x tries left), or 6984 when the PIN was already blocked.</returns>
    public ushort Verify(ReadOnlySpan<byte> given)
    {
        if (Left == 0) return 0x6984;
        IsVerified = given.SequenceEqual(Encoding.ASCII.GetBytes(value));
        Left = IsVerified ? tries : Left - 1;
        return IsVerified ? (ushort)0x9000 : (ushort)(0x63C0 | Left);
    }
}
