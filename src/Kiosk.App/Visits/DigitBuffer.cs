using Kiosk.Core.Cards;
using Kiosk.Core.Values;

namespace Kiosk.App.Visits;

/// <summary>The only buffer of digits that are being entered: PIN, staff code or card number. It is zeroed after use, and digits leave
/// it only by <see cref="Take"/>.</summary>
public sealed class DigitBuffer : IDisposable
{
    private readonly Lock _gate = new();
    private Secret _digits = new(CardFaceApp.NumberDigits);

    /// <summary>Number of digits in the buffer, 0 to 14.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _digits.Length;
        }
    }

    /// <param name="digit">0 to 9; any other value is refused.</param>
    /// <param name="wanted">Number of digits the pad takes; further digits are refused.</param>
    /// <returns>Number of digits in the buffer now; 0 if the digit was refused.</returns>
    public int Append(int digit, int wanted)
    {
        if (digit is < 0 or > 9) return 0;
        lock (_gate) return _digits.Length < wanted && _digits.TryAppend((byte)('0' + digit)) ? _digits.Length : 0;
    }

    /// <returns>Number of digits left.</returns>
    public int Erase()
    {
        lock (_gate)
        {
            _digits.RemoveLast();
            return _digits.Length;
        }
    }

    public void Wipe()
    {
        lock (_gate) _digits.Clear();
    }

    /// <summary>Gives the buffer to the caller, who disposes it. A new empty buffer takes its place.</summary>
    public Secret Take()
    {
        lock (_gate)
        {
            Secret taken = _digits;
            _digits = new Secret(CardFaceApp.NumberDigits);
            return taken;
        }
    }

    public void Dispose() => _digits.Dispose();
}
