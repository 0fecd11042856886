using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>
/// Sign-in of this version: whoever sees the terminal's console can open the page. A token signs in one browser once;
/// the session lives in memory, so a restart signs everybody out.
/// </summary>
internal sealed class DeskSessions(TimeProvider time)
{
    /// <summary>A working day with overtime.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _sessions = [];
    private string _token = Fresh();

    /// <summary>Raised with each new token, so that the console can show it.</summary>
    public event Action? TokenUsed;

    /// <summary>The token that signs in the next browser.</summary>
    public string Token()
    {
        lock (_gate) return _token;
    }

    /// <returns>The session for the cookie; null when the token is wrong or was used.</returns>
    public string? SignIn(string token)
    {
        string session = Fresh();
        lock (_gate)
        {
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(_token))) return null;
            _token = Fresh();
            DateTimeOffset now = time.GetUtcNow();
            foreach (string old in _sessions.Where(s => s.Value <= now).Select(s => s.Key).ToList()) _sessions.Remove(old);
            _sessions[session] = now + Life;
        }

        TokenUsed?.Invoke();
        return session;
    }

    public bool IsSignedIn(string? session)
    {
        lock (_gate) return session is not null && _sessions.TryGetValue(session, out DateTimeOffset ends) && time.GetUtcNow() < ends;
    }

    private static string Fresh() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
