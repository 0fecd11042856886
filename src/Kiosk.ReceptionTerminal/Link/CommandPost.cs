using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>All kiosks that ever spoke since the start, and what staff tell them.</summary>
/// <param name="policy">How kiosks of this site ask.</param>
internal sealed class CommandPost(ReceptionStore store, SitePolicy policy, Bell bell, TimeProvider time)
{
    private const string DisasterFlag = "disaster";

    /// <summary>Under this name a policy set on the page is kept; it stands over the configuration's.</summary>
    private const string PolicyBlob = "policy";

    /// <summary>A visit older than this has surely ended; a call for 目視確認 then grants nothing. Minutes.</summary>
    private const int VisitMinutes = 10;

    private readonly ConcurrentDictionary<string, KioskLine> _lines = new(StringComparer.Ordinal);

    // Never 0, which a kiosk says when it has none.
    private readonly ulong _epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    public IEnumerable<KioskLine> Lines => _lines.Values.OrderBy(l => l.Id, StringComparer.Ordinal);

    public SitePolicy Policy { get; private set; } = store.Blob(PolicyBlob) is { } kept ? Here(SitePolicy.Parser.ParseFrom(kept), policy) : policy;

    public async Task SetPolicyAsync(SitePolicy next)
    {
        await store.SetBlobAsync(PolicyBlob, next.ToByteArray());
        Policy = Here(next, policy);
        foreach (KioskLine line in _lines.Values) line.Push(new() { SitePolicy = Policy });
    }

    /// <summary>What hangs on the configuration alone, not on the page.</summary>
    private static SitePolicy Here(SitePolicy set, SitePolicy configured)
    {
        set.SignsWithoutPin = configured.SignsWithoutPin;
        return set;
    }

    public bool Disaster => store.Flag(DisasterFlag);

    public KioskLine Line(string kiosk) => _lines.GetOrAdd(kiosk, id => new(id, _epoch));

    public KioskLine? Known(string kiosk) => _lines.GetValueOrDefault(kiosk);

    public bool Maintenance(string kiosk) => store.Flag("maintenance/" + kiosk);

    /// <summary>What a kiosk that comes without knowledge must hear.</summary>
    public IEnumerable<Command> State(string kiosk)
    {
        yield return new() { SitePolicy = Policy };
        yield return new() { Maintenance = new() { On = Maintenance(kiosk) } };
        yield return new() { Disaster = new() { On = Disaster } };
    }

    public async Task SetMaintenanceAsync(string kiosk, bool on)
    {
        await store.SetFlagAsync("maintenance/" + kiosk, on);
        Line(kiosk).Push(new() { Maintenance = new() { On = on } });
        bell.Ring();
    }

    public async Task SetDisasterAsync(bool on)
    {
        await store.SetFlagAsync(DisasterFlag, on);
        foreach (KioskLine line in _lines.Values) line.Push(new() { Disaster = new() { On = on } });
        bell.Ring();
    }

    /// <summary>Ends all streams; otherwise closing waits for them until its time is up.</summary>
    public void HangUp()
    {
        foreach (KioskLine line in _lines.Values) line.HangUp();
    }

    /// <summary>The visit a 目視確認 would be for; null when nobody is at the kiosk.</summary>
    public Guid? OpenVisit(KioskLine line) =>
        line.Visit is { } v && time.GetUtcNow() - v.At < TimeSpan.FromMinutes(VisitMinutes) ? v.Id : null;

    /// <summary>Staff confirmed the patient at this kiosk by sight.</summary>
    /// <returns>False when nobody is there: nothing was granted.</returns>
    public async Task<bool> GrantVisualAsync(KioskLine line, string staff)
    {
        if (OpenVisit(line) is not { } visit) return false;
        await store.GrantAsync(line.Id, visit, staff);
        line.Push(new() { VisualGranted = new() { VisitId = ByteString.CopyFrom(visit.ToByteArray(bigEndian: true)), StaffId = staff } });
        line.Call = null;
        bell.Ring();
        return true;
    }
}
