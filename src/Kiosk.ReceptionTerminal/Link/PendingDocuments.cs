using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>What a kiosk is told of letters and prescriptions: issuer and days, so that the patient knows which is meant.</summary>
internal static class PendingDocuments
{
    /// <summary>The newest first.</summary>
    public static IEnumerable<PendingDocument> Letters(Eligibility answer) => (answer.Letters ?? [])
        .Select((letter, i) => (letter, i)).OrderByDescending(l => l.letter.Issued).Take(RecordLimits.DocumentsOfAKind)
        .Select(l => new PendingDocument
        {
            Id = RecordIds.OfLetter(l.i),
            Issuer = RecordLimits.Cut(l.letter.Issuer, RecordLimits.Name),
            Issued = Number(l.letter.Issued),
        });

    /// <summary>Those that can be used today, the one that ends first at the top.</summary>
    public static IEnumerable<PendingDocument> Prescriptions(Eligibility answer, DateOnly today) => (answer.Prescriptions ?? [])
        .Select((prescription, i) => (prescription, i)).Where(p => IsUsable(p.prescription, today)).OrderBy(p => p.prescription.LastDay)
        .Take(RecordLimits.DocumentsOfAKind)
        .Select(p => new PendingDocument
        {
            Id = RecordIds.OfPrescription(p.i),
            Issuer = RecordLimits.Cut(p.prescription.Issuer, RecordLimits.Name),
            Issued = Number(p.prescription.Issued),
            LastDay = Number(p.prescription.LastDay),
        });

    public static bool IsUsable(PrescriptionRecord prescription, DateOnly today) => prescription.LastDay >= today;

    private static int Number(DateOnly day) => (day.Year * 10000) + (day.Month * 100) + day.Day;
}
