using System.Security.Cryptography;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>管理者 (admin) changes the settings and reads the access log; 利用者 (user) works at the page.</summary>
internal enum Role
{
    User,
    Admin,
}

/// <param name="Hash">PBKDF2-HMAC-SHA512 of the password.</param>
/// <param name="TotpKey">RFC 6238 key, 20 bytes; null: no second factor.</param>
internal sealed record StaffAccount(string Id, Role Role, byte[] Salt, int Iterations, byte[] Hash, byte[]? TotpKey);

/// <summary>
/// Who may sign in at the page. Passwords are stored as PBKDF2 hashes, a second factor is optional, and after five failed attempts
/// an account is closed for five minutes.
/// </summary>
internal sealed class StaffAccounts
{
    public const int ShortestPassword = 8;
    // OWASP Password Storage Cheat Sheet: 210,000 for PBKDF2-HMAC-SHA512.
    private const int Iterations = 210_000;
    private static readonly StaffAccount _nobody = New("", Role.User, "nobody has this", null);

    private readonly IReadOnlyList<StaffAccount> _accounts;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly AttemptLimit _attempts;
    private readonly Dictionary<string, long> _usedSteps = [];

    private StaffAccounts(IReadOnlyList<StaffAccount> accounts, TimeProvider time) =>
        (_accounts, _time, _attempts) = (accounts, time, new(id => accounts.Any(a => a.Id == id), time));

    /// <summary>False: nobody has an account; then the address on the console signs in.</summary>
    public bool Any => _accounts.Count > 0;

    /// <param name="path">Null: no accounts.</param>
    /// <exception cref="StartException">The file is missing or broken.</exception>
    public static StaffAccounts Load(string? path, TimeProvider time) => new(path is null ? [] : Read(path), time);

    /// <summary>Adds or replaces one account.</summary>
    /// <exception cref="StartException">The password is too short, or the file cannot be written.</exception>
    public static void Set(string path, string id, Role role, string password, byte[]? totpKey)
    {
        if (id.Length is < 1 or > 32) throw new StartException("--add", "must have 1 to 32 characters");
        if (password.Length < ShortestPassword) throw new StartException("password", "must have at least 8 characters");
        List<StaffAccount> all = [.. (File.Exists(path) ? Read(path) : []).Where(a => a.Id != id), New(id, role, password, totpKey)];
        StaffFile.Write(path, all);
    }

    /// <summary>Checks both factors and does not tell which one was wrong.</summary>
    /// <returns>Null: refused.</returns>
    public StaffAccount? SignIn(string id, string password, string code)
    {
        if (!_attempts.MayTry(id)) return null;
        // An unknown name takes as long as a known one.
        StaffAccount account = _accounts.FirstOrDefault(a => a.Id == id) ?? _nobody;
        bool right = CryptographicOperations.FixedTimeEquals(Hash(password, account.Salt, account.Iterations), account.Hash);
        if (!right || ReferenceEquals(account, _nobody)) return null;
        lock (_gate)
        {
            if (account.TotpKey is { } key)
            {
                if (SecondFactor.MatchingStep(key, code, _time.GetUtcNow()) is not { } step || step <= _usedSteps.GetValueOrDefault(id))
                    return null;
                // A used code must not work for somebody who saw it being typed.
                _usedSteps[id] = step;
            }
        }

        _attempts.Reset(id);
        return account;
    }

    private static StaffAccount New(string id, Role role, string password, byte[]? totpKey)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        return new(id, role, salt, Iterations, Hash(password, salt, Iterations), totpKey);
    }

    private static byte[] Hash(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, 32);

    private static List<StaffAccount> Read(string path) => StaffFile.Read<List<StaffAccount>>(
        path, "staff accounts", "reception staff", all => all.All(a => a is { Salt.Length: >= 16, Hash.Length: 32, Iterations: >= 1 }));
}
