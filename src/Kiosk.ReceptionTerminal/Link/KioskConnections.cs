namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Finds out that two machines use one key. A kiosk has one connection for each key and abandons it when it opens the next one. So a call
/// on an older connection, after a newer connection of the same key was seen, comes from a second machine. A cable that is pulled and
/// plugged in again, or a renewed certificate, does not look like that. Not thread-safe.
/// </summary>
internal sealed class KioskConnections
{
    private const int Remembered = 16;

    /// <summary>A call that was on its way while the kiosk changed to a new connection may arrive after the first call on it.</summary>
    private static readonly TimeSpan _onTheirWay = TimeSpan.FromSeconds(10);

    // In the order of their first call.
    private readonly List<(string Connection, string Pin, DateTimeOffset First)> _seen = [];

    public DateTimeOffset? LastConflict { get; private set; }

    /// <param name="opensStream">Connect: a kiosk opens it on its newest connection only.</param>
    public void Called(string connection, string pin, bool opensStream, DateTimeOffset now)
    {
        int at = _seen.FindIndex(s => s.Connection == connection);
        if (at < 0)
        {
            if (_seen.Count == Remembered) _seen.RemoveAt(0);
            _seen.Add((connection, pin, now));
            return;
        }

        if (_seen.Skip(at + 1).Any(s => s.Pin == pin && (opensStream || now - s.First > _onTheirWay))) LastConflict = now;
    }
}
