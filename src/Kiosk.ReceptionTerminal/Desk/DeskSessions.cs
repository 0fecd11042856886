using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Somebody signed in at the page.</summary>
/// <param name="Id">Recorded with what this person does.</param>
/// <param name="Session">The value of the cookie.</param>
/// <param name="MustChange">Only the page that changes the password is served.</param>
/// <param name="Salt">
/// Of the account when its owner signed in; another one now means another password. Null: signed in from the console.
/// </param>
/// <param name="Over">Cancelled when the session ends.</param>
internal sealed record SignedInStaff(
    string Id, Role Role, string Session, bool MustChange, byte[]? Salt, DateTimeOffset Ends, CancellationTokenSource Over,
    Rights Rights = Rights.All)
{
    public DateTimeOffset LastUsed { get; set; }
}

/// <summary>
/// Sessions of the page, in memory: a restart signs everybody out. With staff accounts people sign in by name and password.
/// Without accounts the address on the terminal's console signs in: its token works once, for one browser. A session ends at sign-out,
/// after <see cref="Lifetime"/>, when nobody used it for a while, and when its account, role or password was changed. Thread-safe.
/// </summary>
/// <param name="idle">How long a session may be unused.</param>
internal sealed class DeskSessions(StaffAccounts accounts, string consoleStaff, TimeSpan idle, TimeProvider time)
{
    /// <summary>A working day with overtime.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SignedInStaff> _sessions = [];
    private string _token = NewToken();

    /// <summary>Raised with each new token, so that the console can show it.</summary>
    public event Action? TokenUsed;

    /// <summary>Raised when a session ended by itself, with who and why.</summary>
    public event Action<string, string>? Ended;

    /// <summary>True: people sign in by name and password.</summary>
    public bool UsesAccounts => accounts.Any;

    /// <summary>The token that signs in the next browser; without effect where there are accounts.</summary>
    public string Token()
    {
        lock (_gate) return _token;
    }

    /// <returns>The session; null when the token is wrong, was used, or there are accounts.</returns>
    public SignedInStaff? SignIn(string token) =>
        !UsesAccounts && TakeToken(token) ? Open(consoleStaff, Role.Admin, false, null) : null;

    /// <summary>Uses up the console's token: who has it stands at the console now.</summary>
    public bool TakeToken(string token)
    {
        lock (_gate)
        {
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(_token))) return false;
            _token = NewToken();
        }

        TokenUsed?.Invoke();
        return true;
    }

    /// <summary>For somebody whose password and second factor were checked.</summary>
    public SignedInStaff Open(StaffAccount account) => Open(account.Id, account.Role, account.MustChange, account.Salt, account.Rights);

    public void SignOut(SignedInStaff session)
    {
        lock (_gate) _sessions.Remove(session.Session);
        session.Over.Cancel();
    }

    /// <param name="used">False for what the page asks for by itself: it does not keep a session alive.</param>
    /// <returns>Null: no such session, or it has ended.</returns>
    public SignedInStaff? Find(string? session, bool used)
    {
        SignedInStaff? signed;
        lock (_gate) signed = session is null ? null : _sessions.GetValueOrDefault(session);
        if (signed is null) return null;
        DateTimeOffset now = time.GetUtcNow();
        string? why = now >= signed.Ends ? "its time is over"
            : now - signed.LastUsed >= idle ? "nobody used it"
            : IsCurrent(signed) ? null : "account changed";
        if (why is null)
        {
            if (used) signed.LastUsed = now;
            return signed;
        }

        SignOut(signed);
        Ended?.Invoke(signed.Id, why);
        return null;
    }

    /// <summary>How long until this session ends if nobody uses it.</summary>
    public TimeSpan Left(SignedInStaff session)
    {
        DateTimeOffset unused = session.LastUsed + idle;
        return (unused < session.Ends ? unused : session.Ends) - time.GetUtcNow();
    }

    // Somebody who was removed, lost a role or got another password is out at once.
    private bool IsCurrent(SignedInStaff signed) => signed.Salt is null
        ? !UsesAccounts
        : accounts.Find(signed.Id) is { } account && account.Role == signed.Role && account.Rights == signed.Rights
            && account.Salt.AsSpan().SequenceEqual(signed.Salt);

    private SignedInStaff Open(string id, Role role, bool mustChange, byte[]? salt, Rights rights = Rights.All)
    {
        DateTimeOffset now = time.GetUtcNow();
        SignedInStaff opened = new(id, role, NewToken(), mustChange, salt, now + Lifetime, new(), rights) { LastUsed = now };
        lock (_gate)
        {
            foreach (string old in _sessions.Where(s => s.Value.Ends <= now).Select(s => s.Key).ToList()) _sessions.Remove(old);
            _sessions[opened.Session] = opened;
        }

        return opened;
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
