using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Who works at the page.</summary>
/// <param name="Id">Recorded with what they do.</param>
internal sealed record Signed(string Id, Role Role, DateTimeOffset Ends);

/// <summary>
/// Sessions of the page, in memory: a restart signs everybody out. With staff accounts people sign in by name and password;
/// without, whoever sees the terminal's console opens the page: a token signs in one browser once.
/// </summary>
internal sealed class DeskSessions(StaffAccounts accounts, string consoleStaff, TimeProvider time)
{
    /// <summary>A working day with overtime.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Signed> _sessions = [];
    private string _token = Fresh();

    /// <summary>Raised with each new token, so that the console can show it.</summary>
    public event Action? TokenUsed;

    /// <summary>People sign in by name.</summary>
    public bool ByAccount => accounts.Any;

    /// <summary>The token that signs in the next browser; worthless where there are accounts.</summary>
    public string Token()
    {
        lock (_gate) return _token;
    }

    /// <returns>The session for the cookie; null when the token is wrong, was used, or there are accounts.</returns>
    public string? SignIn(string token)
    {
        if (ByAccount) return null;
        string session;
        lock (_gate)
        {
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(_token))) return null;
            _token = Fresh();
            session = Open(consoleStaff, Role.Admin);
        }

        TokenUsed?.Invoke();
        return session;
    }

    /// <param name="code">Second factor; empty where the account has none.</param>
    public string? SignIn(string id, string password, string code)
    {
        if (accounts.SignIn(id, password, code) is not { } account) return null;
        lock (_gate) return Open(account.Id, account.Role);
    }

    public void SignOut(string? session)
    {
        lock (_gate)
        {
            if (session is not null) _sessions.Remove(session);
        }
    }

    public Signed? Who(string? session)
    {
        lock (_gate) return session is not null && _sessions.TryGetValue(session, out Signed? signed) && time.GetUtcNow() < signed.Ends ? signed : null;
    }

    private string Open(string id, Role role)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (string old in _sessions.Where(s => s.Value.Ends <= now).Select(s => s.Key).ToList()) _sessions.Remove(old);
        string session = Fresh();
        _sessions[session] = new(id, role, now + Life);
        return session;
    }

    private static string Fresh() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
