using System.Globalization;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using InsuranceState = Kiosk.Core.Reception.InsuranceState;
using Kiosk.ReceptionTerminal.Arrivals;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Events;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.ReceptionTerminal.Sheets;
using Kiosk.ReceptionTerminal.Store;
using Kiosk.ReceptionTerminal.Waiting;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Builds what the page shows from the store, the kiosks and the centre's answers.</summary>
internal sealed class DeskViewBuilder(ReceptionStore store, KioskRegistry kiosks, EligibilityQueries eligibility, NameImages names,
    ArrivalAnswers said, WaitingNumbers? waiting, ReceptionTroubles troubles, string environment, TimeProvider time)
{
    private const int MaxArrivals = 200;

    /// <summary>Kiosks ask for a new certificate with a third of its 90 days left; ten days later something is wrong.</summary>
    private const int OverdueDays = 20;

    /// <summary>A refused kiosk tries again every five seconds: after this long it has stopped.</summary>
    private static readonly TimeSpan _refusalShown = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, FailureEntry> _failures =
        Enum.GetValues<Failure>().Select(FailureCatalogue.EntryFor).ToDictionary(f => f.Code, StringComparer.Ordinal);

    private static readonly Dictionary<string, string> _fieldNames = new()
    {
        ["Name"] = "氏名",
        ["NameKana"] = "カナ",
        ["InsuredName"] = "被保険者氏名",
        ["Address"] = "住所",
        ["InsurerName"] = "保険者名",
        ["InsuredCardSymbol"] = "記号",
    };

    // What staff enter is kept in memory only.
    private static readonly EligibilityView _lost = View(new EligibilityResult(null, new Dictionary<string, int>(),
        "手入力の内容は、受付端末が再起動したため残っていません。必要ならもう一度入力してください"));

    public DeskView Build() => new(
        kiosks.Disaster is { } d ? new(d.Until, d.By, d.Reason) : null,
        eligibility.Centre.Label,
        [.. kiosks.All.Select(View)],
        Arrivals(store.Latest(MaxArrivals)),
        troubles.Now,
        environment);

    /// <param name="rows">Newest first.</param>
    private List<ArrivalView> Arrivals(IReadOnlyList<ArrivalRow> rows)
    {
        Dictionary<string, ArrivalRow> newest = rows.DistinctBy(r => r.Card).ToDictionary(r => r.Card, StringComparer.Ordinal);
        IReadOnlySet<long>? called = waiting?.Called();
        return [.. rows.GroupBy(r => r.JoinedTo ?? r.No).Select(g => View([.. g], newest[g.First().Card], called))
            .OrderByDescending(a => a is { Alert.Length: > 0, TakenBy.Length: 0 }).ThenByDescending(a => a.Number)];
    }

    /// <summary>
    /// The card's own picture of the name, only where a character of the name cannot be shown somewhere, or where staff must compare it
    /// because the card is not proven.
    /// </summary>
    /// <returns>PNG; null: not needed, or there is none.</returns>
    public byte[]? NameImage(ArrivalRow row) =>
        !row.IsProven || eligibility.Find(row.No) is { NameNeedsImage: true } ? names.Find(row.Kiosk, row.Visit) : null;

    /// <summary>One answer of the centre in Japanese words.</summary>
    public static EligibilityView View(EligibilityResult result)
    {
        string missing = string.Join("、", result.Missing.Select(m => $"{_fieldNames.GetValueOrDefault(m.Key, m.Key)} {m.Value}字"));
        if (result.Answer is not { } a) return new("", false, "", "", "", "", [], "", missing, result.Trouble, "", "");
        Person? p = a.Insurances.Count > 0 ? a.Insurances[0].Person : null;
        return new(
            SheetText.Status(a), InsuranceStates.StateOf(a) is InsuranceState.Valid, p?.Name ?? "", p?.NameKana ?? "",
            p is null ? "" : OqsCodes.Word(OqsCodes.Sex, p.Sex),
            SheetText.Day(p?.Birthdate),
            [.. a.Insurances.Select(Words)],
            $"{a.NoticeCode} {a.Notice}".Trim(), missing, result.Trouble, a.ReferenceNumber, a.LostReference);
    }

    private KioskView View(KioskState k) =>
        new(k.Id, k.Connected, k.Version, kiosks.Maintenance(k.Id), kiosks.OpenVisit(k)?.ToString() ?? "", k.Call is { } c ? View(c) : null,
            k.Health is { } h ? View(h) : null,
            k.CertificateEnds is { } ends && (ends - time.GetUtcNow()).TotalDays is < OverdueDays and var days ? (int)days : null,
            k.IsContested(time.GetUtcNow()), RefusedNow(k));

    private string RefusedNow(KioskState k) => k.Refused is { } r && time.GetUtcNow() - r.At < _refusalShown
        ? r.Why switch
        {
            KioskTrust.Denied => "停止されたキオスク（deniedKeys）が接続しようとしています。接続は断りました。",
            RenewalLedger.Replaced or RenewalLedger.Superseded =>
                "古い鍵、または使われなかった鍵で接続しようとするキオスクがあります。接続は断りました。同じ鍵を持つ別のキオスクがないか確かめてください。",
            _ => "証明書の期限が切れているか、日時が違うため、接続を断りました。受付端末とキオスクの日時を確かめ、正しければ登録し直してください。",
        }
        : "";

    private static HealthView View(KioskHealth h) => new(
        h.Version, [.. h.Devices.Select(View)], h.EngineId, h.EngineWarning,
        h.Image is { } i ? $"{i.Version} ({i.Slot})" : "", h.Image?.RollbackReason ?? "");

    private static DeviceView View(DeviceHealth d) => _failures.TryGetValue(d.FailureCode, out FailureEntry? f)
        ? new(d.Name, f.Code, f.Staff, f.Remedy, d.Detail)
        : new(d.Name, d.FailureCode, "", "", d.Detail);

    private static CallView View(StaffCall call) => _failures.TryGetValue(call.FailureCode, out FailureEntry? f)
        ? new(call.At, f.Code, f.Staff, f.Remedy)
        : new(call.At, call.FailureCode, "", "");

    private static bool Gives(ArrivalRow row, string code) => row.CheckIn.Consents.Items.Any(c => c.Code == code && c.Given);

    /// <returns>Empty: it is proven.</returns>
    public static string WhyNotProven(ArrivalRow row) => row switch
    {
        { IsProven: true } => "",
        { Same: false } => "カード未確認：カードの生年月日・性別がセンターの回答と違います。別の人のカードのおそれがあります",
        _ => "カード未確認：電子証明書とカードが同じ人のものか照合できていません",
    };

    /// <param name="readings">Newest first.</param>
    /// <param name="latest">The newest reading of the same card: its answers are valid for all arrivals of this card.</param>
    /// <param name="called">First readings that were called; null: there is no waiting display.</param>
    private ArrivalView View(IReadOnlyList<ArrivalRow> readings, ArrivalRow latest, IReadOnlySet<long>? called)
    {
        ArrivalRow newest = readings[0];
        CheckInRequest m = newest.CheckIn;
        Eligibility? answer = eligibility.Find(newest.No)?.Answer;
        return new(
            newest.Number, readings[^1].At, newest.Kiosk, newest.IsByHand ? newest.Hand : m.Method.ToString(), m.StaffId,
            readings.Count, newest.ChainChecked,
            m.CertificateStatus.ToString(), m.CertificateLastDay,
            [.. m.Consents.Items.Select(c => new ConsentView(c.Code, c.Given && Gives(latest, c.Code)))],
            newest.No, Words(m.PrescriptionForm), RecordWords.Aids(m, answer, kiosks.Policy), m.Consents.ValidUntilUnixMs,
            eligibility.Find(newest.No) is { } result ? View(result) : newest.IsByHand ? _lost : null,
            NameImage(newest) is not null, WhyNotProven(newest), answer is null ? "" : AlertWords(InsuranceStates.StateOf(answer)),
            readings.Select(r => r.TakenBy).FirstOrDefault(by => by.Length > 0) ?? "",
            newest.IsByHand ? [] : RecordWords.Documents(m, answer, kiosks.Policy, JapanTime.DateOf(readings[^1].At)),
            SiteWords(said.Find(newest.JoinedTo ?? newest.No)),
            called is null || JapanTime.DateOf(newest.At) != JapanTime.DateOf(time.GetUtcNow()) ? null
                : called.Contains(newest.JoinedTo ?? newest.No));
    }

    private static IReadOnlyList<string> SiteWords(Core.Reception.SiteAnswer? answer) => answer is null ? [] :
    [
        .. answer.Department.Length > 0 ? ["案内 " + answer.Department] : Array.Empty<string>(),
        .. answer.QueueNumber.Length > 0 ? ["呼び出し番号 " + answer.QueueNumber] : Array.Empty<string>(),
        .. answer.SeeStaff ? ["窓口へ案内"] : Array.Empty<string>(),
    ];

    private static string Words(PrescriptionForm form) =>
        form switch { PrescriptionForm.Electronic => "電子", PrescriptionForm.Paper => "紙", _ => "" };

    private static string AlertWords(InsuranceState state) => state switch
    {
        InsuranceState.None => "資格が見つかりません。窓口で確かめてください",
        InsuranceState.Invalid => "資格が無効です。窓口で確かめてください",
        InsuranceState.Revoked => "電子証明書が失効しています。窓口で確かめてください",
        InsuranceState.Unregistered => "利用登録がありません。窓口で確かめてください",
        InsuranceState.Lapsed => "利用登録が解除されています。窓口で確かめてください",
        _ => "",
    };

    private static string Words(Insurance i)
    {
        string card = OqsCodes.Word(OqsCodes.Card, i.Card), holder = OqsCodes.Word(OqsCodes.PersonOrFamily, i.PersonOrFamily);
        string limit = i.Limit is { } l ? $" 限度額 {OqsCodes.Word(OqsCodes.Limit, l.Flag)}" : "";
        string branch = i.Branch.Length > 0 ? $" 枝番 {i.Branch}" : "";
        string until = i.Until is { } last ? last.ToString(" yyyy年M月d日まで", CultureInfo.InvariantCulture) : "";
        return $"{i.InsurerName} {i.Insurer} {i.Symbol} {i.Number}{branch}（{card}・{holder}）{limit}{until}";
    }
}
