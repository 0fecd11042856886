using System.Security.Cryptography;
using Kiosk.App.Visits;

namespace Kiosk.App.Screens;

/// <summary>
/// Which digit lies under which key. The browser names a slot; only here does it become a digit, and it goes on to
/// <see cref="IVisitPort.Key"/> and nowhere else. Immutable, so that a screen and its presses see the same deal.
/// </summary>
public sealed class PinKeys
{
    /// <summary>Slots are counted along the rows from the top left; the tenth stands alone in the bottom row.</summary>
    public const int Slots = 10;

    private readonly int[] _digits;

    private PinKeys(int[] digits) => _digits = digits;

    /// <summary>1 to 9, then 0: as on a telephone, and as fingers know it.</summary>
    public static PinKeys Usual { get; } = new([1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);

    /// <summary>A fresh deal, against shoulders and finger marks.</summary>
    public static PinKeys Shuffled()
    {
        int[] digits = [.. Usual._digits];
        RandomNumberGenerator.Shuffle<int>(digits);
        return new(digits);
    }

    /// <returns>0 to 9; null for a slot that does not exist.</returns>
    public int? DigitAt(int slot) => slot is >= 0 and < Slots ? _digits[slot] : null;

    /// <summary>Where a digit lies, 0 to 9: for whoever presses without seeing (the unattended patient).</summary>
    public int SlotOf(int digit) => Array.IndexOf(_digits, digit);
}
