using System.Security.Cryptography;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>One hashed code.</summary>
internal sealed record StaffCode(string Staff, byte[] Hash);

/// <summary>The file. One salt for all codes: the code alone tells whose it is, and each attempt may cost only one PBKDF2.</summary>
internal sealed record StaffCodeFile(byte[] Salt, int Iterations, IReadOnlyList<StaffCode> Codes);

/// <summary>
/// Finds whose 目視 code was typed. Six digits are a million codes: the hash only keeps the file from being read at a glance. The
/// defence is <see cref="MayTry"/>: after five wrong codes a kiosk must wait five minutes.
/// </summary>
internal sealed class StaffCodes
{
    public const int Digits = 6;
    private const int HashBytes = 32;

    // OWASP Password Storage Cheat Sheet: 210,000 for PBKDF2-HMAC-SHA512; about 0.1 s.
    private const int DefaultIterations = 210_000;

    private readonly StaffCodeFile? _file;
    // Kiosk ids come from certificates, so none of them is invented.
    private readonly AttemptLimit _attempts;

    private StaffCodes(StaffCodeFile? file, TimeProvider time) => (_file, _attempts) = (file, new(_ => true, time));

    /// <param name="path">Null: no code is ever right.</param>
    /// <exception cref="StartException">The file is missing or broken.</exception>
    public static StaffCodes Load(string? path, TimeProvider time) => new(path is null ? null : Read(path), time);

    /// <summary>Adds or replaces one person's code; makes the file when missing (for its owner only).</summary>
    /// <param name="code">6 ASCII digits.</param>
    /// <exception cref="StartException">Another person has the same code, or the file cannot be written.</exception>
    public static void Set(string path, string staff, ReadOnlySpan<byte> code)
    {
        StaffCodeFile file = File.Exists(path) ? Read(path) : new(RandomNumberGenerator.GetBytes(16), DefaultIterations, []);
        byte[] hash = Hash(file, code);
        if (file.Codes.Any(c => c.Staff != staff && CryptographicOperations.FixedTimeEquals(c.Hash, hash)))
            throw new StartException("code", "is taken; choose another one");
        StaffFile.Write(path, file with { Codes = [.. file.Codes.Where(c => c.Staff != staff), new(staff, hash)] });
    }

    /// <summary>Counts as an attempt.</summary>
    /// <returns>False while this kiosk must wait.</returns>
    public bool MayTry(string kiosk) => _attempts.MayTry(kiosk);

    /// <summary>After <see cref="MayTry"/>.</summary>
    /// <returns>Whose code it is; null when nobody's.</returns>
    public async Task<string?> FindAsync(string kiosk, ReadOnlyMemory<byte> code)
    {
        if (_file is null) return null;
        byte[] hash = await Task.Run(() => Hash(_file, code.Span));
        string? staff = _file.Codes.FirstOrDefault(c => CryptographicOperations.FixedTimeEquals(c.Hash, hash))?.Staff;
        if (staff is not null) _attempts.Reset(kiosk);
        return staff;
    }

    private static byte[] Hash(StaffCodeFile file, ReadOnlySpan<byte> code) =>
        Rfc2898DeriveBytes.Pbkdf2(code, file.Salt, file.Iterations, HashAlgorithmName.SHA512, HashBytes);

    private static StaffCodeFile Read(string path) => StaffFile.Read<StaffCodeFile>(
        path, "staff codes", "reception staff-code",
        // A list may hold null although its type says otherwise.
        file => file is { Salt.Length: >= 16, Iterations: >= 1 }
            && file.Codes.All(c => c is { Staff.Length: > 0, Hash.Length: HashBytes }));
}
