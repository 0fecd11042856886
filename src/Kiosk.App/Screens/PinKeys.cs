using System.Security.Cryptography;
using Kiosk.App.Visits;

namespace Kiosk.App.Screens;

/// <summary>
/// Which digit is on which key. The browser sends only a slot (position); it becomes a digit only here, and the digit goes only to
/// <see cref="IVisitPort.Key"/>. Immutable, so that a screen and its presses use the same order.
/// </summary>
public sealed class PinKeys
{
    /// <summary>Number of slots. They are counted along the rows from the top left; the tenth is alone in the bottom row.</summary>
    public const int Slots = 10;

    private readonly int[] _digits;

    private PinKeys(int[] digits) => _digits = digits;

    /// <summary>1 to 9, then 0, as on a telephone.</summary>
    public static PinKeys Usual { get; } = new([1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);

    /// <summary>A random order, against people who look over the shoulder and against finger marks.</summary>
    public static PinKeys Shuffled()
    {
        int[] digits = [.. Usual._digits];
        RandomNumberGenerator.Shuffle<int>(digits);
        return new(digits);
    }

    /// <returns>0 to 9; null for a slot that does not exist.</returns>
    public int? DigitAt(int slot) => slot is >= 0 and < Slots ? _digits[slot] : null;

    /// <summary>The slot of a digit, 0 to 9. For the unattended patient, who presses without seeing.</summary>
    public int SlotOf(int digit) => Array.IndexOf(_digits, digit);
}
