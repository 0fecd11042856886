using Kiosk.Contract;
using Kiosk.Core;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>What the page shows, whole; sent again after each change.</summary>
/// <param name="Disaster">The disaster notice is on at all kiosks.</param>
internal sealed record DeskView(bool Disaster, IReadOnlyList<KioskView> Kiosks, IReadOnlyList<ArrivalView> Arrivals);

/// <param name="AtKiosk">Somebody's card was placed and not yet handed over: 目視確認 can be given.</param>
internal sealed record KioskView(string Id, bool Connected, string Version, bool Maintenance, bool AtKiosk, CallView? Call, HealthView? Health);

/// <param name="Engine">Face engine, or empty.</param>
/// <param name="Rollback">Why the last update was not kept; empty when it was.</param>
internal sealed record HealthView(string Version, IReadOnlyList<DeviceView> Devices, string Engine, string EngineWarning, string Image, string Rollback);

/// <param name="Code">K-code; empty when it works.</param>
internal sealed record DeviceView(string Name, string Code, string Text, string Remedy, string Detail);

/// <param name="Code">K-code or empty.</param>
/// <param name="Text">The catalogue's words for staff, and its remedy; empty for an unknown code.</param>
internal sealed record CallView(DateTimeOffset At, string Code, string Text, string Remedy);

/// <summary>One arrival; readings of the same card are one, shown with the newest reading's answers.</summary>
/// <param name="Readings">1, or more after repeats.</param>
internal sealed record ArrivalView(
    long Number, DateTimeOffset At, string Kiosk, string Method, string Staff, int Readings, bool ChainChecked,
    string CertificateStatus, int CertificateLastDay, IReadOnlyList<ConsentView> Consents);

internal sealed record ConsentView(string Code, bool Given);

/// <summary>Draws the view from store and lines.</summary>
internal sealed class DeskViews(ReceptionStore store, CommandPost post)
{
    private const int Shown = 200;

    private static readonly Dictionary<string, FailureEntry> s_failures =
        Enum.GetValues<Failure>().Select(FailureCatalogue.Of).ToDictionary(f => f.Code, StringComparer.Ordinal);

    public DeskView Now() => new(
        post.Disaster,
        [.. post.Lines.Select(Of)],
        [.. store.Latest(Shown).GroupBy(r => r.JoinedTo ?? r.No).Select(g => Of([.. g])).OrderByDescending(a => a.Number)]);

    private KioskView Of(KioskLine l) =>
        new(l.Id, l.Connected, l.Version, post.Maintenance(l.Id), post.OpenVisit(l) is not null, l.Call is { } c ? Of(c) : null,
            l.Health is { } h ? Of(h) : null);

    private static HealthView Of(KioskHealth h) => new(
        h.Version, [.. h.Devices.Select(Of)], h.EngineId, h.EngineWarning,
        h.Image is { } i ? $"{i.Version} ({i.Slot})" : "", h.Image?.RollbackReason ?? "");

    private static DeviceView Of(DeviceHealth d) => s_failures.TryGetValue(d.FailureCode, out FailureEntry? f)
        ? new(d.Name, f.Code, f.Staff, f.Remedy, d.Detail)
        : new(d.Name, d.FailureCode, "", "", d.Detail);

    private static CallView Of(StaffCall call) => s_failures.TryGetValue(call.FailureCode, out FailureEntry? f)
        ? new(call.At, f.Code, f.Staff, f.Remedy)
        : new(call.At, call.FailureCode, "", "");

    /// <param name="readings">Newest first.</param>
    private static ArrivalView Of(IReadOnlyList<ArrivalRow> readings)
    {
        ArrivalRow newest = readings[0];
        CheckInRequest m = CheckInRequest.Parser.ParseFrom(newest.Message);
        return new(
            newest.Number, readings[^1].At, newest.Kiosk, m.Method.ToString(), m.StaffId, readings.Count, newest.ChainChecked,
            m.CertificateStatus.ToString(), m.CertificateLastDay, [.. m.Consents.Items.Select(c => new ConsentView(c.Code, c.Given))]);
    }
}
