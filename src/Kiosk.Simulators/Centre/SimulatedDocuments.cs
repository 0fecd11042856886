using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.Simulators.Centre;

/// <summary>Invented letters and prescriptions of the simulated centre. Their days follow the clock.</summary>
internal static class SimulatedDocuments
{
    /// <summary>The day of issue counts (保険医療機関及び保険医療養担当規則, article 20, item 3: four days).</summary>
    private const int UsableDays = 4;

    /// <param name="kind">Of <see cref="SimulatedCentre.Known"/>.</param>
    public static IReadOnlyList<LetterRecord> Letters(string kind, DateOnly today) => kind switch
    {
        "letter" => [new("模擬総合病院", today.AddDays(-6))],
        "letters" =>
        [
            new("模擬総合病院", today.AddDays(-6)),
            new("見本市立　見本医療センター", today.AddDays(-20)),
            new("医療法人社団　例示会　例示内科・循環器内科クリニック", today.AddDays(-2)),
        ],
        _ => [],
    };

    /// <summary>Of several, one has expired.</summary>
    /// <param name="kind">As for <see cref="Letters"/>.</param>
    public static IReadOnlyList<PrescriptionRecord> Prescriptions(string kind, DateOnly today) => kind switch
    {
        "prescription" => [Issued("模擬総合病院", today)],
        "prescriptions" =>
        [
            Issued("模擬総合病院", today),
            Issued("例示眼科", today.AddDays(-10)),
            Issued("医療法人社団　例示会　例示内科・循環器内科クリニック", today.AddDays(-2)),
        ],
        _ => [],
    };

    private static PrescriptionRecord Issued(string issuer, DateOnly day) => new(issuer, day, day.AddDays(UsableDays - 1));
}
