using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>災害時: kiosks show "no card needed", and staff may look people up without a card.</summary>
/// <param name="Until">It ends by itself then.</param>
/// <param name="By">Who switched it on; two names joined by 、.</param>
internal sealed record DisasterState(DateTimeOffset Until, string By, string Reason);

/// <summary>All kiosks that called since the start, and the commands and settings that staff send them.</summary>
/// <param name="configured">How kiosks of this site ask, by the configuration file.</param>
internal sealed class KioskRegistry(ReceptionStore store, SitePolicy configured, ChangeSignal changes, TimeProvider time)
{
    private const string DisasterBlob = "disaster-mode";

    /// <summary>Under this name a policy set on the page is stored; it takes the place of the configured one.</summary>
    private const string PolicyBlob = "policy";

    /// <summary>With a kiosk's id: who switched its maintenance last.</summary>
    private const string MaintenanceStaff = "maintenance-staff/";

    private static readonly string _tamperCode = FailureCatalogue.EntryFor(Failure.TamperOpened).Code;

    /// <summary>A visit that began longer ago has ended, even if its end was not heard: a 目視確認 then grants nothing.</summary>
    private static readonly TimeSpan _longestVisit = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, KioskState> _kiosks = new(StringComparer.Ordinal);

    // Never 0: a kiosk sends 0 when it knows no epoch yet.
    private readonly ulong _epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<KioskState> All => _kiosks.Values.OrderBy(k => k.Id, StringComparer.Ordinal);

    public SitePolicy Policy { get; private set; } =
        store.Blob(PolicyBlob) is { } stored ? WithConfiguredParts(SitePolicy.Parser.ParseFrom(stored), configured) : configured;

    public async Task SetPolicyAsync(SitePolicy next)
    {
        await store.SetBlobAsync(PolicyBlob, next.ToByteArray());
        Policy = WithConfiguredParts(next, configured);
        foreach (KioskState kiosk in _kiosks.Values) kiosk.Push(new() { SitePolicy = Policy });
    }

    /// <summary>What only the configuration file decides, not the page.</summary>
    private static SitePolicy WithConfiguredParts(SitePolicy set, SitePolicy configured)
    {
        set.SignsWithoutPin = configured.SignsWithoutPin;
        set.ComparesCardFace = configured.ComparesCardFace;
        set.AnswersInsurance = configured.AnswersInsurance;
        set.InsuranceSeconds = configured.InsuranceSeconds;
        set.AfterCheckIn = configured.AfterCheckIn;
        set.AfterCheckInTexts.Clear();
        set.AfterCheckInTexts.Add(configured.AfterCheckInTexts);
        return set;
    }

    /// <summary>Null: it is off, or its time is over.</summary>
    public DisasterState? Disaster =>
        store.Blob(DisasterBlob) is { Length: > 0 } stored && JsonSerializer.Deserialize<DisasterState>(stored) is { } state
            && state.Until > time.GetUtcNow() ? state : null;

    /// <summary>The last state that was sent to the kiosks.</summary>
    private bool _disasterSent;

    /// <summary>Adds the kiosk when it is new.</summary>
    public KioskState Get(string id) => _kiosks.GetOrAdd(id, added => new(added, _epoch));

    /// <returns>Null: it has not called since the start.</returns>
    public KioskState? Find(string id) => _kiosks.GetValueOrDefault(id);

    public bool Maintenance(string id) => store.Flag("maintenance/" + id);

    /// <summary>Commands that bring a kiosk which knows nothing to the present state.</summary>
    public IEnumerable<Command> PresentState(string id)
    {
        yield return new() { SitePolicy = Policy };
        yield return new() { Maintenance = new() { On = Maintenance(id) } };
        yield return new() { Disaster = new() { On = Disaster is not null } };
    }

    /// <summary>The cause of an exception of the store, for the link's answer.</summary>
    public StoreCause? CauseOf(Exception e) => store.CauseOf(e);

    /// <param name="staff">Who switched. In the access log before the kiosk hears of it.</param>
    public async Task SetMaintenanceAsync(string id, bool on, string staff)
    {
        await store.LogAccessAsync(staff, on ? "maintenance on" : "maintenance off", id);
        await store.SetBlobAsync(MaintenanceStaff + id, Encoding.UTF8.GetBytes(staff));
        await store.SetFlagAsync("maintenance/" + id, on);
        Get(id).Push(new() { Maintenance = new() { On = on } });
        changes.Notify();
    }

    /// <summary>
    /// A kiosk's report. When its tamper lock is gone since the last one, the access log gets the release: only the end of a
    /// maintenance releases the lock, so the staff id is that of who switched maintenance last.
    /// </summary>
    public async Task NoteHealthAsync(KioskState kiosk, KioskHealth health)
    {
        if (kiosk.Health is { } before && IsLocked(before) && !IsLocked(health))
        {
            string staff = store.Blob(MaintenanceStaff + kiosk.Id) is { } known ? Encoding.UTF8.GetString(known) : "";
            await store.LogAccessAsync(staff, "tamper release", kiosk.Id);
        }

        kiosk.Health = health;
    }

    private static bool IsLocked(KioskHealth health) => health.Devices.Any(d => d.FailureCode == _tamperCode);

    public async Task BeginDisasterAsync(DisasterState state)
    {
        await store.SetBlobAsync(DisasterBlob, JsonSerializer.SerializeToUtf8Bytes(state));
        SendDisaster(true);
    }

    public async Task EndDisasterAsync()
    {
        await store.SetBlobAsync(DisasterBlob, []);
        SendDisaster(false);
    }

    /// <summary>
    /// Called every few seconds: tells the kiosks when its time is over, or when another reception on the same database switched it.
    /// </summary>
    /// <exception cref="System.Data.Common.DbException">The database cannot be read; the next call tries again.</exception>
    public void FollowDisaster()
    {
        if (Disaster is not null != _disasterSent) SendDisaster(!_disasterSent);
    }

    private void SendDisaster(bool on)
    {
        _disasterSent = on;
        foreach (KioskState kiosk in _kiosks.Values) kiosk.Push(new() { Disaster = new() { On = on } });
        changes.Notify();
    }

    /// <summary>Ends all streams. Without it, stopping the server waits for them until its time limit.</summary>
    public void CloseStreams()
    {
        foreach (KioskState kiosk in _kiosks.Values) kiosk.CloseStream();
    }

    /// <summary>The visit that a 目視確認 would be for; null when nobody is at the kiosk.</summary>
    public Guid? OpenVisit(KioskState kiosk) => kiosk.Visit is { } v && time.GetUtcNow() - v.At < _longestVisit ? v.Id : null;

    /// <summary>Staff confirmed the patient at this kiosk by sight.</summary>
    /// <param name="seen">The visit that staff saw: another card may lie there by now.</param>
    /// <returns>False when that visit is over: nothing was granted.</returns>
    public async Task<bool> GrantVisualAsync(KioskState kiosk, Guid seen, string staff)
    {
        if (OpenVisit(kiosk) is not { } visit || visit != seen) return false;
        await store.GrantAsync(kiosk.Id, visit, staff);
        kiosk.Push(new() { VisualGranted = new() { VisitId = ByteString.CopyFrom(visit.ToByteArray(bigEndian: true)), StaffId = staff } });
        kiosk.Call = null;
        changes.Notify();
        return true;
    }
}
