using Kiosk.Contract;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using State = Kiosk.Core.Reception.InsuranceState;

namespace Kiosk.Devices.Reception;

/// <summary>Reads the answer before the check-in. What cannot be asked about is left out: the desk asks.</summary>
internal static class PreAnswerWire
{
    /// <summary>A word that this program does not know is no answer; a record without a name cannot be asked about.</summary>
    public static PreAnswer ToCore(InsuranceReply r) => new(
        r.State switch
        {
            Contract.InsuranceState.Valid => State.Valid,
            Contract.InsuranceState.Newer => State.Newer,
            Contract.InsuranceState.Several => State.Several,
            Contract.InsuranceState.None => State.None,
            Contract.InsuranceState.Invalid => State.Invalid,
            Contract.InsuranceState.Revoked => State.Revoked,
            Contract.InsuranceState.Unregistered => State.Unregistered,
            Contract.InsuranceState.Lapsed => State.Lapsed,
            _ => State.NoAnswer,
        },
        [.. r.Aids.Where(a => IsId(a.Id) && IsName(a.Name)).DistinctBy(a => a.Id).Take(RecordLimits.Aids)
            .Select(a => new Core.Consents.MedicalAid(a.Id, a.Name, RecordLimits.Cut(a.Municipality, RecordLimits.Municipality)))])
    {
        Documents = [.. Documents(r.Letters, DocumentKind.Letter)
            .Concat(Documents(r.Prescriptions, DocumentKind.Prescription)).DistinctBy(d => d.Id)],
    };

    private static IEnumerable<Core.Consents.PendingDocument> Documents(
        IEnumerable<Contract.PendingDocument> documents, DocumentKind kind) =>
        (from d in documents
         where IsId(d.Id) && IsName(d.Issuer)
         let issued = Day(d.Issued)
         let last = Day(d.LastDay)
         where issued is not null && (kind is DocumentKind.Letter || last is not null)
         select new Core.Consents.PendingDocument(kind, d.Id, d.Issuer, issued.Value, kind is DocumentKind.Letter ? null : last))
        .Take(RecordLimits.DocumentsOfAKind);

    private static bool IsId(string id) => id.Length is > 0 and <= 32;

    private static bool IsName(string name) => name.Length is > 0 and <= RecordLimits.Name;

    /// <param name="number">yyyymmdd.</param>
    private static DateOnly? Day(int number)
    {
        (int year, int month, int day) = (number / 10000, number / 100 % 100, number % 100);
        return year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new(year, month, day) : null;
    }
}
