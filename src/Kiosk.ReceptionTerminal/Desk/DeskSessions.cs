using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Somebody signed in at the page.</summary>
/// <param name="Id">Recorded with what this person does.</param>
internal sealed record SignedInStaff(string Id, Role Role, DateTimeOffset Ends);

/// <summary>
/// Sessions of the page, in memory: a restart signs everybody out. With staff accounts people sign in by name and password.
/// Without accounts the address on the terminal's console signs in: its token works once, for one browser.
/// </summary>
internal sealed class DeskSessions(StaffAccounts accounts, string consoleStaff, TimeProvider time)
{
    /// <summary>A working day with overtime.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SignedInStaff> _sessions = [];
    private string _token = NewToken();

    /// <summary>Raised with each new token, so that the console can show it.</summary>
    public event Action? TokenUsed;

    /// <summary>True: people sign in by name and password.</summary>
    public bool UsesAccounts => accounts.Any;

    /// <summary>The token that signs in the next browser; without effect where there are accounts.</summary>
    public string Token()
    {
        lock (_gate) return _token;
    }

    /// <returns>The session for the cookie; null when the token is wrong, was used, or there are accounts.</returns>
    public string? SignIn(string token)
    {
        if (UsesAccounts) return null;
        string session;
        lock (_gate)
        {
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(_token))) return null;
            _token = NewToken();
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

    /// <returns>Null: no such session, or it has ended.</returns>
    public SignedInStaff? Find(string? session)
    {
        lock (_gate) return session is not null && _sessions.TryGetValue(session, out SignedInStaff? signed)
            && time.GetUtcNow() < signed.Ends ? signed : null;
    }

    private string Open(string id, Role role)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (string old in _sessions.Where(s => s.Value.Ends <= now).Select(s => s.Key).ToList()) _sessions.Remove(old);
        string session = NewToken();
        _sessions[session] = new(id, role, now + Lifetime);
        return session;
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
