using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Arrivals;

/// <summary>
/// Medical records that a レセコン asks for by insurance numbers: only of somebody who arrived, whose card is proven and whose consent still
/// holds, as at the desk. Each is in the access log before it is asked for.
/// </summary>
internal sealed class ConsentedRecords(ReceptionStore store, EligibilityQueries queries) : IConsentedRecords
{
    private const string Asker = "レセコン";

    public async Task<(MedicalRecords? Records, string Why)> FindAsync(NumbersAsked asked, string kind, CancellationToken stop)
    {
        ArrivalRow[] rows = [.. store.Recent().Reverse().Where(r => !r.IsByHand
            && queries.Find(r.No)?.Answer?.Insurances.Any(asked.AreOf) == true)];
        if (rows.Length == 0) return (null, "この番号の方の受付がありません。カードを読み取ってから要求してください");
        // Twins without a branch: nobody's records.
        if (rows.Select(r => r.Card).Distinct().Count() > 1) return (null, "この番号の方が複数います。枝番を入れて要求してください");
        (RecordAccess access, ArrivalRow? row) = store.RecordsOf(rows[0].No, kind);
        if (access != RecordAccess.Open) return (null, access == RecordAccess.Ended
            ? "同意から24時間が過ぎました。もう一度カードを読み取ってください" : "この情報の提供に同意していません");
        await store.LogAccessAsync(
            Asker, "medical " + kind, string.Create(CultureInfo.InvariantCulture, $"{JapanTime.DateOf(row!.At):yyyy-MM-dd} #{row.Number}"));
        MedicalRecords records = await queries.Centre.ViewAsync(row.CheckIn.Evidence.Certificate.ToByteArray(), kind, stop);
        // Once more: the patient may have said no while the centre was asked.
        return store.RecordsOf(row.No, kind).Access == RecordAccess.Open ? (records, "") : (null, "この情報の提供に同意していません");
    }
}
