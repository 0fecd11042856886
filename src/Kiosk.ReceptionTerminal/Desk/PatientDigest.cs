using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>
/// Names a person in the access log without a name: HMAC-SHA-256 with a key of this database, 16 hex digits. The same person has the same
/// digest in every look-up, and who knows a name and birth date can ask the page for its digest. Without the key nobody can try names.
/// </summary>
/// <param name="key">32 bytes.</param>
internal sealed class PatientDigest(byte[] key, TimeProvider time)
{
    private const int MaxFound = 2000;
    private static readonly TimeSpan _kept = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, (string Digest, DateTimeOffset At)> _found = new(StringComparer.Ordinal);

    /// <param name="name">Spaces in it do not count.</param>
    public string OfPerson(string name, DateOnly birthdate) => Of("person", Plain(name), Text(birthdate));

    /// <summary>Of what stands on a 資格確認書.</summary>
    public string OfInsurance(InsuranceQuery asked)
    {
        string[] parts = ["insurance", asked.Insurer.PadLeft(8, '0'), Plain(asked.Symbol), Plain(asked.Number), Text(asked.Birthdate)];
        // Without a branch as before there was one: the digests of older lines stay comparable.
        return Of(asked.Branch.Length > 0 ? [.. parts, asked.Branch] : parts);
    }

    /// <summary>Keeps whose handles a search gave out, in memory. A handle that no search gave out opens nothing.</summary>
    /// <returns>The digest.</returns>
    public string Found(FoundPerson found)
    {
        DateTimeOffset now = time.GetUtcNow();
        string digest = OfPerson(found.Person.Name, found.Person.Birthdate);
        if (_found.Count >= MaxFound) _found.Clear();
        _found[found.Handle] = (digest, now);
        return digest;
    }

    /// <returns>Null: no search gave out this handle within the last hours.</returns>
    public string? OfHandle(string handle) =>
        _found.TryGetValue(handle, out (string Digest, DateTimeOffset At) one) && time.GetUtcNow() - one.At < _kept ? one.Digest : null;

    private string Of(params string[] parts) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16];

    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static string Text(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
