using Kiosk.Core;
using Kiosk.Core.Cards;

namespace Kiosk.App.Visits;

/// <summary>The one zeroed buffer of what is being typed: PIN, staff code or card number. Digits never leave it but by <see cref="Take"/>.</summary>
public sealed class DigitBuffer : IDisposable
{
    private readonly Lock _gate = new();
    private Secret _digits = new(CardFaceApp.NumberDigits);

    /// <summary>Digits in the buffer, 0 to 14.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _digits.Length;
        }
    }

    /// <param name="digit">0 to 9; anything else is refused.</param>
    /// <param name="wanted">As many as the pad takes; further keys are refused.</param>
    /// <returns>Digits in the buffer now; 0 when the key was refused.</returns>
    public int Append(int digit, int wanted)
    {
        if (digit is < 0 or > 9) return 0;
        lock (_gate) return _digits.Length < wanted && _digits.TryAppend((byte)('0' + digit)) ? _digits.Length : 0;
    }

    /// <returns>Digits left.</returns>
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

    /// <summary>Hands the buffer over, whole; the caller disposes it. An empty one takes its place.</summary>
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
