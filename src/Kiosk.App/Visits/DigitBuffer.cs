using Kiosk.Core.Cards;
using Kiosk.Core.Values;

namespace Kiosk.App.Visits;

/// <summary>
/// The only buffer of digits that are being entered: PIN, staff code or card number. It is opened for one screen, takes digits of that
/// screen only, and is closed when the screen is left or its digits are taken. So a digit that is pressed while the screen changes
/// reaches no other entry. It is zeroed after use. Any thread may call; each call is one step.
/// </summary>
public sealed class DigitBuffer : IDisposable
{
    private readonly Lock _gate = new();
    private Secret _digits = new(CardFaceApp.NumberDigits);
    private int _wanted;

    /// <summary>The screen whose digits are taken; 0: closed.</summary>
    private long _screen;

    /// <summary>Number of digits in the buffer, 0 to 14.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _digits.Length;
        }
    }

    /// <summary>Empties the buffer and takes digits of this screen from now on.</summary>
    /// <param name="screen">From 1.</param>
    /// <param name="wanted">Number of digits the pad takes, 1 to 14; further digits are refused.</param>
    public void Open(long screen, int wanted)
    {
        lock (_gate)
        {
            _digits.Clear();
            (_screen, _wanted) = (screen, wanted);
        }
    }

    /// <summary>Takes no more digits.</summary>
    /// <param name="keep">The digits stay until <see cref="TakeKept"/>: a phone's PIN, sent when the phone is on the reader.</param>
    public void Close(bool keep)
    {
        lock (_gate)
        {
            _screen = 0;
            if (!keep) _digits.Clear();
        }
    }

    /// <param name="digit">0 to 9; any other value is refused.</param>
    /// <param name="isFull">This was the last digit that the pad takes.</param>
    /// <returns>Number of digits in the buffer now; 0: refused, for example because the buffer is not open for this screen.</returns>
    public int Append(long screen, int digit, out bool isFull)
    {
        isFull = false;
        if (digit is < 0 or > 9) return 0;
        lock (_gate)
        {
            if (screen != _screen || _screen == 0 || _digits.Length >= _wanted || !_digits.TryAppend((byte)('0' + digit))) return 0;
            isFull = _digits.Length == _wanted;
            return _digits.Length;
        }
    }

    /// <returns>Number of digits left; null: the buffer is not open for this screen.</returns>
    public int? Erase(long screen)
    {
        lock (_gate)
        {
            if (screen != _screen || _screen == 0) return null;
            _digits.RemoveLast();
            return _digits.Length;
        }
    }

    /// <summary>Zeroes the digits. An open buffer stays open for its screen.</summary>
    public void Wipe()
    {
        lock (_gate) _digits.Clear();
    }

    /// <summary>Gives the digits to the caller, who disposes them, and closes the buffer.</summary>
    public Secret Take()
    {
        lock (_gate) return TakeDigits();
    }

    /// <summary>Gives the digits that <see cref="Close"/> kept to the caller, who disposes them.</summary>
    /// <returns>Null: not so many digits were kept, or the buffer was opened for another entry since then.</returns>
    public Secret? TakeKept(int count)
    {
        lock (_gate) return _screen == 0 && _digits.Length == count ? TakeDigits() : null;
    }

    public void Dispose() => _digits.Dispose();

    private Secret TakeDigits()
    {
        Secret taken = _digits;
        _digits = new Secret(CardFaceApp.NumberDigits);
        _screen = 0;
        return taken;
    }
}
