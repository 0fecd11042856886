using System.Globalization;
using Kiosk.Contract;
using Kiosk.Core;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>What the page shows, whole; sent again after each change.</summary>
/// <param name="Disaster">The disaster notice is on at all kiosks.</param>
/// <param name="Centre">模擬 where the centre is simulated; empty otherwise.</param>
internal sealed record DeskView(bool Disaster, string Centre, IReadOnlyList<KioskView> Kiosks, IReadOnlyList<ArrivalView> Arrivals);

/// <param name="AtKiosk">Somebody's card was placed and not yet handed over: 目視確認 can be given.</param>
/// <param name="CertificateDays">Days the kiosk's certificate is still valid, where so few that its renewal should have come; else null.</param>
/// <param name="Contested">Two machines seem to have this id.</param>
/// <param name="Refused">Why a machine with this id is being turned away at the door; empty when none is.</param>
internal sealed record KioskView(string Id, bool Connected, string Version, bool Maintenance, bool AtKiosk, CallView? Call, HealthView? Health, int? CertificateDays, bool Contested, string Refused);

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
/// <param name="NameImage">The name has characters that cannot be shown, and the card's own picture of it is there: /name/NO.</param>
internal sealed record ArrivalView(
    long Number, DateTimeOffset At, string Kiosk, string Method, string Staff, int Readings, bool ChainChecked,
    string CertificateStatus, int CertificateLastDay, IReadOnlyList<ConsentView> Consents,
    long No, string Prescription, string Pmh, long ConsentUntil, EligibilityView? Eligibility, bool NameImage);

/// <param name="Validity">Words of OQSCD006; empty while there is no answer.</param>
/// <param name="Good">Insurance may be used as it is.</param>
/// <param name="Name">As the centre says it, whole; the page can show it, レセコン may not.</param>
/// <param name="Missing">Fields with characters レセコン cannot show, for example 氏名 2字.</param>
/// <param name="Trouble">Why there is no answer, or no file.</param>
internal sealed record EligibilityView(
    string Validity, bool Good, string Name, string Kana, string Sex, string Birthdate, IReadOnlyList<string> Insurances, string Notice, string Missing, string Trouble);

internal sealed record ConsentView(string Code, bool Given);

/// <summary>Draws the view from store and lines.</summary>
internal sealed class DeskViews(ReceptionStore store, CommandPost post, EligibilityDesk eligibility, NameImages names, TimeProvider time)
{
    private const int Shown = 200;

    /// <summary>Kiosks ask for a new certificate with a third of its 90 days left; ten days later something is wrong.</summary>
    private const int FewDays = 20;

    private static readonly Dictionary<string, FailureEntry> s_failures =
        Enum.GetValues<Failure>().Select(FailureCatalogue.EntryFor).ToDictionary(f => f.Code, StringComparer.Ordinal);

    public DeskView Now() => new(
        post.Disaster,
        eligibility.Centre.Label,
        [.. post.Lines.Select(Of)],
        [.. store.Latest(Shown).GroupBy(r => r.JoinedTo ?? r.No).Select(g => Of([.. g])).OrderByDescending(a => a.Number)]);

    private KioskView Of(KioskLine l) =>
        new(l.Id, l.Connected, l.Version, post.Maintenance(l.Id), post.OpenVisit(l) is not null, l.Call is { } c ? Of(c) : null,
            l.Health is { } h ? Of(h) : null,
            l.CertificateEnds is { } ends && (ends - time.GetUtcNow()).TotalDays is < FewDays and var days ? (int)days : null,
            l.IsContested(time.GetUtcNow()), RefusedNow(l));

    // A kiosk knocks every five seconds.
    private string RefusedNow(KioskLine l) => l.Refused is { } r && time.GetUtcNow() - r.At < TimeSpan.FromMinutes(1)
        ? r.Why == KioskTrust.Denied
            ? "停止された機器（deniedKeys）が接続しようとしています。接続は断りました。"
            : "証明書の期限が切れているか、日時が違うため、接続を断りました。受付端末と機器の日時を確かめ、正しければ登録し直してください。"
        : "";

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
    private ArrivalView Of(IReadOnlyList<ArrivalRow> readings)
    {
        ArrivalRow newest = readings[0];
        CheckInRequest m = CheckInRequest.Parser.ParseFrom(newest.Message);
        return new(
            newest.Number, readings[^1].At, newest.Kiosk, m.Method.ToString(), m.StaffId, readings.Count, newest.ChainChecked,
            m.CertificateStatus.ToString(), m.CertificateLastDay, [.. m.Consents.Items.Select(c => new ConsentView(c.Code, c.Given))],
            newest.No, Word(m.PrescriptionForm), Word(m.Pmh), m.Consents.ValidUntilUnixMs, eligibility.Of(newest.No) is { } q ? Of(q) : null,
            NameImage(newest) is not null);
    }

    /// <summary>Only where it is needed: a character of the name cannot be shown somewhere.</summary>
    public byte[]? NameImage(ArrivalRow row) =>
        eligibility.Of(row.No) is { NameNeedsImage: true } ? names.Of(row.Kiosk, new(CheckInRequest.Parser.ParseFrom(row.Message).Evidence.VisitId.Span, bigEndian: true)) : null;

    private static string Word(PrescriptionForm form) => form switch { PrescriptionForm.Electronic => "電子", PrescriptionForm.Paper => "紙", _ => "" };

    private static string Word(Pmh pmh) => pmh switch { Pmh.Use => "利用する", Pmh.DoNotUse => "利用しない", _ => "" };

    /// <summary>One answer of the centre in the desk's words.</summary>
    public static EligibilityView Of(Inquiry q)
    {
        string missing = string.Join("、", q.Missing.Select(m => $"{Fields.GetValueOrDefault(m.Key, m.Key)} {m.Value}字"));
        if (q.Answer is not { } a) return new("", false, "", "", "", "", [], "", missing, q.Trouble);
        Person? p = a.Insurances.Count > 0 ? a.Insurances[0].Person : null;
        return new(
            Codes.Validity.GetValueOrDefault(a.Validity, a.Validity), a.Validity is "1" or "6", p?.Name ?? "", p?.NameKana ?? "",
            p is null ? "" : Codes.Sex.GetValueOrDefault(p.Sex, ""), p?.Birthdate.ToString("yyyy年M月d日", CultureInfo.InvariantCulture) ?? "",
            [.. a.Insurances.Select(Words)],
            a.NoticeCode.Length == 0 ? "" : $"{a.NoticeCode} {a.Notice}", missing, q.Trouble);
    }

    private static string Words(Insurance i) => string.Create(
        CultureInfo.InvariantCulture,
        $"{i.InsurerName} {i.Insurer} {i.Symbol} {i.Number}（{Codes.Card.GetValueOrDefault(i.Card, i.Card)}・{Codes.PersonOrFamily.GetValueOrDefault(i.PersonOrFamily, "")}）") +
        (i.Limit is { } l ? $" 限度額 {Codes.Limit.GetValueOrDefault(l.Flag, l.Flag)}" : "") +
        (i.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $" {until:yyyy年M月d日}まで") : "");

    private static Dictionary<string, string> Fields { get; } = new()
    {
        ["Name"] = "氏名",
        ["NameKana"] = "カナ",
        ["InsuredName"] = "被保険者氏名",
        ["Address"] = "住所",
        ["InsurerName"] = "保険者名",
        ["InsuredCardSymbol"] = "記号",
    };
}
