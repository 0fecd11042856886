namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>Five failed attempts, then five minutes' wait, per name. In memory: a restart forgets them. Thread-safe.</summary>
/// <param name="isKnown">
/// Names that exist. The others are counted too, so that nobody can find out which names exist, but they are forgotten first.
/// </param>
internal sealed class AttemptLimit(Func<string, bool> isKnown, TimeProvider time)
{
    private const int MaxAttempts = 5;
    private const int MaxNames = 1000;
    private static readonly TimeSpan _wait = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> _failed = [];

    /// <summary>Counts the attempt as failed before its result is known: parallel attempts must not get past the limit.</summary>
    /// <returns>False: this name must wait.</returns>
    public bool MayTry(string name)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            (int count, DateTimeOffset last) = _failed.GetValueOrDefault(name);
            if (count >= MaxAttempts && now - last < _wait) return false;
            // Names that exist stay: otherwise a thousand invented names would reset an account's count.
            if (_failed.Count >= MaxNames) foreach (string invented in _failed.Keys.Where(n => !isKnown(n)).ToList())
                _failed.Remove(invented);
            _failed[name] = (count >= MaxAttempts ? 1 : count + 1, now);
            return true;
        }
    }

    /// <summary>The attempt succeeded.</summary>
    public void Reset(string name)
    {
        lock (_gate) _failed.Remove(name);
    }
}
