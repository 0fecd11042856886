using System.Globalization;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Link;
using InsuranceState = Kiosk.Core.Reception.InsuranceState;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>
/// What the centre has for a patient, with the patient's answer. Nothing there, "no", and "could not be asked" are three different things
/// to staff.
/// </summary>
internal static class RecordWords
{
    private const string NotAsked = "未確認：窓口でおたずねください";

    /// <summary>
    /// 医療費助成. A kiosk that asked one general question, or a centre that has not answered, says nothing of records.
    /// </summary>
    public static IReadOnlyList<string> Aids(CheckInRequest m, Eligibility? answer, SitePolicy site)
    {
        if (m.Pmh is Pmh.Use or Pmh.DoNotUse) return ["医療費助成 " + Words(m.Pmh)];
        if (!site.AsksPmh) return [];
        if (answer is null) return m.Aids.Count > 0 ? [.. m.Aids.Select(a => "医療費助成 " + Words(a.Answer))] : [];
        if (answer.Aids.Count == 0) return InsuranceStates.StateOf(answer) is InsuranceState.Valid ? ["医療費助成 記録なし"] : [];
        return [.. answer.Aids.Select((aid, i) => $"{aid.Name}（{aid.Municipality}、{Until(aid.Until)}） "
            + (m.Aids.FirstOrDefault(a => a.Id == RecordIds.OfAid(i)) is { } given ? Words(given.Answer) : NotAsked))];
    }

    /// <summary>
    /// 紹介状 and 電子処方箋. The issuer is shown only where the patient said yes: a hospital's name can tell what a person is treated for.
    /// After a restart of the reception issuers and days are not known any more; the answers are in the check-in.
    /// </summary>
    /// <param name="arrived">Day of the check-in: a prescription that was usable then was asked about.</param>
    public static IReadOnlyList<string> Documents(CheckInRequest m, Eligibility? answer, SitePolicy site, DateOnly arrived) =>
    [
        .. Of("紹介状", "見てよい", "見せない", RecordIds.Letter, site.AsksLetters, m, answer,
            answer?.Letters?.Select((l, i) => (RecordIds.OfLetter(i), l.Issuer, Day(l.Issued), true))),
        .. Of("電子処方箋", "調剤する", "調剤しない", RecordIds.Prescription, site.DispensesPrescriptions, m, answer,
            answer?.Prescriptions?.Select((p, i) => (RecordIds.OfPrescription(i), p.Issuer, $"{Day(p.Issued)}、{Until(p.LastDay)}",
                PendingDocuments.IsUsable(p, arrived)))),
    ];

    /// <param name="ids">How the ids of this kind begin.</param>
    /// <param name="records">Null: the centre did not say.</param>
    private static IEnumerable<string> Of(string kind, string yes, string no, string ids, bool asks, CheckInRequest m, Eligibility? answer,
        IEnumerable<(string Id, string Issuer, string Days, bool IsUsable)>? records)
    {
        List<DocumentAnswer> answers = [.. m.Documents.Where(d => d.Id.StartsWith(ids, StringComparison.Ordinal))];
        if (!asks && answers.Count == 0) return [];
        if (records is null)
        {
            return answers.Count > 0 ? answers.Select(d => $"{kind} {d.Id[ids.Length..]} {(d.Given ? yes : no)}")
                // No answer at all is shown by the insurance already.
                : answer is null ? [] : [$"{kind} {NotAsked}"];
        }

        List<(string Id, string Issuer, string Days, bool IsUsable)> all = [.. records];
        if (all.Count == 0) return [$"{kind} なし"];
        return all.Select(r => answers.Find(d => d.Id == r.Id) switch
        {
            { Given: true } => $"{kind} {r.Issuer}（{r.Days}） {yes}",
            { Given: false } => $"{kind}（{r.Days}） {no}",
            null => $"{kind}（{r.Days}） {(r.IsUsable ? NotAsked : "期限切れ")}",
        });
    }

    private static string Until(DateOnly day) => day.ToString("yyyy年M月d日まで", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string Words(Pmh pmh) => pmh switch { Pmh.Use => "利用する", Pmh.DoNotUse => "利用しない", _ => "" };
}
