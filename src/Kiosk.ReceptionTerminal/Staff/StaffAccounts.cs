using System.Security.Cryptography;
using System.Text;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>管理者 (admin) manages accounts and settings and reads the access log; 一般利用者 (user) works at the page.</summary>
internal enum Role
{
    User,
    Admin,
}

/// <summary>What somebody may do besides the role: both, one, or for an administrator none.</summary>
[Flags]
internal enum Rights
{
    None = 0,

    /// <summary>受付: 資格情報, inquiries by number, entry by hand, 目視確認, the kiosks.</summary>
    Reception = 1,

    /// <summary>医療情報閲覧: 薬剤, 特定健診, 診療, 手術, also in a disaster or an emergency.</summary>
    Medical = 2,
    All = Reception | Medical,
}

/// <summary>Set by an administrator for somebody who forgot the password; works once.</summary>
/// <param name="Hash">PBKDF2-HMAC-SHA512 of the code, with the account's salt and iterations.</param>
internal sealed record OneTimeCode(byte[] Hash, DateTimeOffset Until);

/// <param name="Hash">PBKDF2-HMAC-SHA512 of the password.</param>
/// <param name="TotpKey">RFC 6238 key, 20 bytes; null: no second factor.</param>
/// <param name="MustChange">Somebody else chose the password: it is changed at the next sign-in.</param>
/// <param name="Misses">Failed attempts since the last success.</param>
/// <param name="OneTime">While it is set the password is not accepted.</param>
/// <param name="Rights">All where a file of an earlier program does not say.</param>
internal sealed record StaffAccount(
    string Id, Role Role, byte[] Salt, int Iterations, byte[] Hash, byte[]? TotpKey, bool MustChange = false, int Misses = 0,
    OneTimeCode? OneTime = null, Rights Rights = Rights.All)
{
    public bool Locked => Misses >= StaffAccounts.MaxMisses;
}

/// <summary>
/// Who may sign in at the page. Passwords are stored as PBKDF2 hashes, a second factor is optional. After five failed attempts an account
/// is closed for five minutes; after <see cref="MaxMisses"/> without a success it is locked until an administrator acts (NIST SP 800-63B-4,
/// section 3.2.2: at most 100). The file is read again when it changes, so <c>reception staff</c> works while the reception runs.
/// Thread-safe. Hashing takes about 0.1 s: call through <see cref="PasswordQueue"/>.
/// </summary>
internal sealed class StaffAccounts
{
    public const int MaxMisses = 100;

    public static readonly TimeSpan OneTimeCodeLife = TimeSpan.FromHours(24);

    // OWASP Password Storage Cheat Sheet: 210,000 for PBKDF2-HMAC-SHA512.
    private const int Iterations = 210_000;
    private static readonly StaffAccount _nobody = New("", Role.User, "nobody has this", null, false);

    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly AttemptLimit _attempts;
    private readonly Dictionary<string, long> _usedSteps = [];
    private IReadOnlyList<StaffAccount> _accounts;
    private (DateTime, long) _readAt;

    private StaffAccounts(string? path, TimeProvider time)
    {
        (_path, _time, _attempts) = (path, time, new(id => Find(id) is not null, time));
        _accounts = path is null ? [] : Read(path);
        _readAt = Stamp();
    }

    /// <summary>False: nobody has an account; then the address on the console signs in.</summary>
    public bool Any => All.Count > 0;

    public IReadOnlyList<StaffAccount> All
    {
        get
        {
            lock (_gate)
            {
                if (_path is null || Stamp() is var now && now == _readAt) return _accounts;
                try
                {
                    _accounts = Read(_path);
                    _readAt = now;
                }
                catch (StartException)
                {
                    // Half written, or broken by hand: the accounts that were read last stay in force.
                }

                return _accounts;
            }
        }
    }

    /// <param name="path">Null: no accounts.</param>
    /// <exception cref="StartException">The file is missing or broken.</exception>
    public static StaffAccounts Load(string? path, TimeProvider time) => new(path, time);

    /// <summary>Adds or replaces one account.</summary>
    /// <param name="mustChange">The password is known to somebody else: it is changed at the first sign-in.</param>
    /// <exception cref="StartException">The password is too easy, or the file cannot be written.</exception>
    public static void Set(string path, string id, Role role, string password, byte[]? totpKey, bool mustChange = false,
        Rights rights = Rights.All)
    {
        if (id.Length is < 1 or > 32) throw new StartException("--add", "must have 1 to 32 characters");
        if (PasswordRules.FaultOf(password, id, []) is { } fault) throw new StartException("password", PasswordRules.InEnglish(fault));
        StaffFile.Write<List<StaffAccount>>(path,
            [.. (File.Exists(path) ? Read(path) : []).Where(a => a.Id != id),
                New(id, role, password, totpKey, mustChange) with { Rights = rights }]);
    }

    public StaffAccount? Find(string id) => All.FirstOrDefault(a => a.Id == id);

    /// <summary>Checks both factors and does not tell which one was wrong.</summary>
    /// <param name="password">Or the one-time code, which is then used up.</param>
    /// <returns>Null: refused. Otherwise the account, which may have to change its password first.</returns>
    public StaffAccount? SignIn(string id, string password, string code)
    {
        if (!_attempts.MayTry(id)) return null;
        // An unknown name takes as long as a known one.
        StaffAccount account = Find(id) ?? _nobody;
        byte[] right = account.OneTime is { } once
            ? _time.GetUtcNow() < once.Until ? once.Hash : RandomNumberGenerator.GetBytes(32)
            : account.Hash;
        string typed = account.OneTime is null ? password : PairingCode.Parse(password) ?? "";
        bool matches = CryptographicOperations.FixedTimeEquals(Hash(typed, account.Salt, account.Iterations), right);
        lock (_gate)
        {
            if (ReferenceEquals(account, _nobody)) return null;
            // It may have been changed while the hash was computed.
            if (Find(id) is not { } now || !now.Salt.AsSpan().SequenceEqual(account.Salt)) return null;
            if (!matches || now.Locked || now.OneTime != account.OneTime || !SecondFactorFits(now, code))
            {
                Replace(now with { Misses = Math.Min(now.Misses + 1, MaxMisses) });
                return null;
            }

            StaffAccount signedIn = now with { Misses = 0, MustChange = now.MustChange || now.OneTime is not null };
            // A one-time code is used up: the account then has no password until its owner chooses one.
            if (now.OneTime is not null) signedIn = signedIn with { OneTime = null, Hash = RandomNumberGenerator.GetBytes(32) };
            if (signedIn != now) Replace(signedIn);
            account = signedIn;
        }

        _attempts.Reset(id);
        return account;
    }

    /// <summary>The owner chooses a password. Every other session of the account ends, because the salt changes.</summary>
    /// <returns>The account as it is now.</returns>
    /// <exception cref="StartException">The file cannot be written, or the account is gone.</exception>
    public StaffAccount ChangePassword(string id, string password)
    {
        StaffAccount next = New(id, Role.User, password, null, false);
        lock (_gate)
        {
            StaffAccount now = Find(id) ?? throw new StartException(id, "has no account any more");
            next = next with { Role = now.Role, TotpKey = now.TotpKey, Rights = now.Rights };
            Write(next);
            return next;
        }
    }

    /// <summary>An administrator lets somebody in again who forgot the password or whose account is locked.</summary>
    /// <returns>The code, three groups of four characters; null: there is no such account.</returns>
    /// <exception cref="StartException">The file cannot be written.</exception>
    public string? Reset(string id)
    {
        (StaffAccount fresh, string code) = WithCode(id);
        lock (_gate)
        {
            if (Find(id) is not { } now) return null;
            Write(fresh with { Role = now.Role, TotpKey = now.TotpKey, Rights = now.Rights });
        }

        _attempts.Reset(id);
        return code;
    }

    /// <summary>A new person, who signs in with a one-time code first.</summary>
    /// <returns>The code; null: the name is taken.</returns>
    /// <exception cref="StartException">The file cannot be written.</exception>
    public string? Add(string id, Role role, Rights rights)
    {
        (StaffAccount fresh, string code) = WithCode(id);
        lock (_gate)
        {
            if (Find(id) is not null) return null;
            Write(fresh with { Role = role, Rights = rights });
        }

        return code;
    }

    /// <summary>Gives another role or other rights. Sessions of the account end.</summary>
    /// <returns>False: no such account, or the last administrator would be none.</returns>
    /// <exception cref="StartException">The file cannot be written.</exception>
    public bool Change(string id, Role role, Rights rights)
    {
        lock (_gate)
        {
            if (Find(id) is not { } now || (role != Role.Admin && IsLastAdmin(now))) return false;
            Write(now with { Role = role, Rights = rights });
            return true;
        }
    }

    /// <summary>Ends an account. Its sessions end at once; the access log keeps the name.</summary>
    /// <returns>False: no such account, or it is the last administrator's.</returns>
    /// <exception cref="StartException">The file cannot be written.</exception>
    public bool Remove(string id)
    {
        lock (_gate)
        {
            if (Find(id) is not { } now || IsLastAdmin(now)) return false;
            List<StaffAccount> all = [.. All.Where(a => a.Id != id)];
            if (_path is not null) StaffFile.Write(_path, all);
            (_accounts, _readAt) = (all, Stamp());
            return true;
        }
    }

    private bool IsLastAdmin(StaffAccount account) => account.Role == Role.Admin && All.Count(a => a.Role == Role.Admin) == 1;

    /// <summary>An account without a password, with a one-time code.</summary>
    private (StaffAccount Account, string Code) WithCode(string id)
    {
        string code = PairingCode.New();
        StaffAccount fresh = New(id, Role.User, PairingCode.Parse(code)!, null, true);
        return (fresh with
        {
            OneTime = new(fresh.Hash, _time.GetUtcNow() + OneTimeCodeLife),
            Hash = RandomNumberGenerator.GetBytes(32),
        }, code);
    }

    private bool SecondFactorFits(StaffAccount account, string code)
    {
        if (account.TotpKey is not { } key) return true;
        if (SecondFactor.MatchingStep(key, code, _time.GetUtcNow()) is not { } step || step <= _usedSteps.GetValueOrDefault(account.Id))
            return false;
        // A used code must not work for somebody who saw it being typed.
        _usedSteps[account.Id] = step;
        return true;
    }

    /// <summary>As <see cref="Write"/>; a disk that is full must not keep staff out, so the change then holds in memory only.</summary>
    private void Replace(StaffAccount account)
    {
        try
        {
            Write(account);
        }
        catch (StartException)
        {
            _accounts = [.. _accounts.Where(a => a.Id != account.Id), account];
        }
    }

    private void Write(StaffAccount account)
    {
        List<StaffAccount> all = [.. All.Where(a => a.Id != account.Id), account];
        if (_path is not null) StaffFile.Write(_path, all);
        (_accounts, _readAt) = (all, Stamp());
    }

    private (DateTime, long) Stamp() =>
        _path is not null && new FileInfo(_path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private static StaffAccount New(string id, Role role, string password, byte[]? totpKey, bool mustChange)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        return new(id, role, salt, Iterations, Hash(password, salt, Iterations), totpKey, mustChange);
    }

    private static byte[] Hash(string password, byte[] salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, 32);

    private static List<StaffAccount> Read(string path) => StaffFile.Read<List<StaffAccount>>(
        path, "staff accounts", "reception staff", all => all.All(a => a is { Salt.Length: >= 16, Hash.Length: 32, Iterations: >= 1 }));
}
