using System.Text;

namespace Kiosk.Simulators.CardReader;

/// <summary>A PIN of the virtual card and its counter, which lives as long as the process.</summary>
internal sealed class CardPin(string value, int tries, int left)
{
    /// <summary>Kept until power-off, through warm resets, as real cards do (soltia).</summary>
    public bool IsVerified { get; set; }

    public int Left { get; private set; } = left;

    /// <returns>Status word: 9000, 63Cx, or 6984 when blocked before.</returns>
    public ushort Verify(ReadOnlySpan<byte> given)
    {
        if (Left == 0) return 0x6984;
        IsVerified = given.SequenceEqual(Encoding.ASCII.GetBytes(value));
        Left = IsVerified ? tries : Left - 1;
        return IsVerified ? (ushort)0x9000 : (ushort)(0x63C0 | Left);
    }
}
