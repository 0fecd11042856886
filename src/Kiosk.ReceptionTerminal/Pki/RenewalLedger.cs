using System.Text.Json;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>One certificate given for an older one of the same kiosk.</summary>
/// <param name="From">Pin of the key that asked.</param>
/// <param name="To">Pin of the key that the certificate is for.</param>
/// <param name="Certificate">PEM, sent again when the kiosk repeats its request.</param>
/// <param name="Used">When the new key called for the first time; null: not yet.</param>
/// <param name="Superseded">The kiosk asked again with another key before this one was used; this one is not accepted.</param>
internal sealed record Renewed(
    string Kiosk, string From, string To, string Certificate, DateTimeOffset At, DateTimeOffset Ends, DateTimeOffset? Used,
    bool Superseded);

/// <summary>
/// Which key replaced which, in <c>renewals.json</c> of the folder of <c>reception pair</c>. Each key has at most one renewal that counts:
/// a newer request ends the older one, and a key whose successor was used is no longer accepted. So somebody with a copy of a key cannot
/// collect certificates, and cannot go on beside the kiosk unnoticed. Thread-safe.
/// </summary>
/// <exception cref="StartException">The file is broken.</exception>
internal sealed class RenewalLedger
{
    public const string Superseded = "superseded", Replaced = "replaced";

    /// <summary>Calls that were on their way when the kiosk changed its key end within seconds.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly string? _file;
    private readonly TimeProvider _time;
    private Dictionary<string, Renewed> _byNewKey = [];
    private Dictionary<string, Renewed> _usedByOldKey = [];

    /// <param name="dir">Null: nothing is renewed here, so nothing is refused.</param>
    public RenewalLedger(string? dir, TimeProvider time)
    {
        (_file, _time) = (dir is null ? null : Path.Combine(dir, "renewals.json"), time);
        if (_file is null || !File.Exists(_file)) return;
        try
        {
            Index(JsonSerializer.Deserialize<List<Renewed>>(File.ReadAllText(_file)) ?? []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartException(_file, $"cannot be read; restore a copy, or remove it and pair the kiosks again ({e.Message})", e);
        }
    }

    /// <param name="pin">Of the key that calls.</param>
    /// <returns>Null: accepted. Otherwise <see cref="Superseded"/> or <see cref="Replaced"/>.</returns>
    public string? WhyRefused(string pin)
    {
        lock (_gate)
        {
            if (_byNewKey.GetValueOrDefault(pin) is { Superseded: true }) return Superseded;
            return _usedByOldKey.GetValueOrDefault(pin)?.Used is { } used && _time.GetUtcNow() - used > _grace ? Replaced : null;
        }
    }

    /// <summary>A key called. The first call of a new key ends the renewals of the old one.</summary>
    /// <exception cref="IOException">It cannot be written; the next call tries again.</exception>
    public void Called(string pin)
    {
        lock (_gate)
        {
            if (_byNewKey.GetValueOrDefault(pin) is not { Used: null, Superseded: false } one) return;
            Write([.. _byNewKey.Values.Where(r => r != one), one with { Used = _time.GetUtcNow() }]);
        }
    }

    /// <summary>True: the new key of an earlier renewal is in use, so this key has no more to ask for.</summary>
    public bool HasSuccessor(string from)
    {
        lock (_gate) return _usedByOldKey.ContainsKey(from);
    }

    /// <returns>The renewal that this key asked for before with the same new key; null: none.</returns>
    public Renewed? Repeated(string from, string to)
    {
        lock (_gate) return _byNewKey.GetValueOrDefault(to) is { Superseded: false } r && r.From == from ? r : null;
    }

    /// <summary>True: a certificate was given for this key before; a key is used for one renewal only.</summary>
    public bool WasIssued(string to)
    {
        lock (_gate) return _byNewKey.ContainsKey(to);
    }

    /// <returns>How many this key asked for since then.</returns>
    public int CountSince(string from, DateTimeOffset since)
    {
        lock (_gate) return _byNewKey.Values.Count(r => r.From == from && r.At >= since);
    }

    /// <summary>Notes a renewal; an earlier one of the same key that was not used yet no longer counts.</summary>
    /// <exception cref="IOException">It cannot be written; then the certificate must not be given out.</exception>
    public void Add(Renewed next)
    {
        lock (_gate)
        {
            Write([.. _byNewKey.Values.Where(r => r.Ends > _time.GetUtcNow())
                .Select(r => r.From == next.From && r.Used is null ? r with { Superseded = true } : r), next]);
        }
    }

    private void Write(List<Renewed> all)
    {
        DurableFile.Replace(_file!, JsonSerializer.SerializeToUtf8Bytes(all));
        Index(all);
    }

    private void Index(List<Renewed> all)
    {
        _byNewKey = all.ToDictionary(r => r.To, StringComparer.Ordinal);
        _usedByOldKey = all.Where(r => r.Used is not null).GroupBy(r => r.From, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }
}
