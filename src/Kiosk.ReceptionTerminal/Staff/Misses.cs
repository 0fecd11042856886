namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>Five misses, then five minutes' wait, per name. In memory: a restart forgets them. Thread-safe.</summary>
/// <param name="isKnown">Names that exist; the others are counted too, so that nobody learns which do, but are forgotten first.</param>
internal sealed class Misses(Func<string, bool> isKnown, TimeProvider time)
{
    private const int Most = 5;
    private const int MostNames = 1000;
    private static readonly TimeSpan s_wait = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> _all = [];

    /// <summary>Counted as a miss before it is known to be none: parallel tries must not get past the limit.</summary>
    /// <returns>False: this name must wait.</returns>
    public bool MayTry(string name)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            (int count, DateTimeOffset last) = _all.GetValueOrDefault(name);
            if (count >= Most && now - last < s_wait) return false;
            // Names that exist stay: else a thousand invented ones would give an account its tries back.
            if (_all.Count >= MostNames) foreach (string invented in _all.Keys.Where(n => !isKnown(n)).ToList()) _all.Remove(invented);
            _all[name] = (count >= Most ? 1 : count + 1, now);
            return true;
        }
    }

    /// <summary>The try was right.</summary>
    public void Forget(string name)
    {
        lock (_gate) _all.Remove(name);
    }
}
