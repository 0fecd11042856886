namespace Kiosk.App.PageServer;

/// <summary>
/// Tells a bouncing key from a key that is pressed twice. A worn panel or keypad reports one press as two, some milliseconds apart; the
/// second digit could spend a PIN try. A person needs at least 60 to 80 ms for two presses of one key.
/// </summary>
public sealed class KeyBounce : IDisposable
{
    /// <summary>The same key within this time is one press. Counted from the last contact: a key may bounce several times.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(40);

    private readonly Lock _gate = new();
    private readonly List<(object Key, long At)> _recent = [];
    private readonly TimeProvider _time;
    private readonly ITimer _forget;

    public KeyBounce(TimeProvider time)
    {
        _time = time;
        _forget = time.CreateTimer(_ => Forget(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notes a press. Any thread may call.</summary>
    /// <param name="key">Compared by Equals. Kept for <see cref="Limit"/> only, because it may stand for a digit of a PIN.</param>
    /// <returns>True: this press is a bounce of the one before.</returns>
    public bool IsBounce(object key)
    {
        lock (_gate)
        {
            _recent.RemoveAll(press => _time.GetElapsedTime(press.At) >= Limit);
            int before = _recent.RemoveAll(press => press.Key.Equals(key));
            _recent.Add((key, _time.GetTimestamp()));
            _forget.Change(Limit, Timeout.InfiniteTimeSpan);
            return before > 0;
        }
    }

    public void Dispose() => _forget.Dispose();

    private void Forget()
    {
        lock (_gate) _recent.RemoveAll(press => _time.GetElapsedTime(press.At) >= Limit);
    }
}
