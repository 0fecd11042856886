namespace Kiosk.Core.Consents;

/// <summary>One question. The texts live in the screens under <c>consent.CODE</c>.</summary>
/// <param name="Code">閲覧同意種別 of OQSCD036: YZK 薬剤, SRJ 診療, SHJ 手術, TKK 特定健診.</param>
public sealed record ConsentItem(string Code)
{
    /// <summary>What one answer covers, by the names of the reception's XML, where each has a ConsFlg of its own
    /// (since 2025-01: ORCA patientget 6-52). Empty for a code this program does not know.</summary>
    public IReadOnlyList<string> Parts => Code switch
    {
        "YZK" => ["PharmacistsInfo", "PrescriptionInfo"],
        "SRJ" => ["DiagnosisInfo", "AllergyInfo", "ContraindicationInfo", "TestInfo"],
        "SHJ" => ["OperationInfo", "DiagnosisName", "InfectiousInfo"],
        "TKK" => ["SpecificHealthCheckupsInfo"],
        _ => [],
    };
}

/// <summary>
/// The questions of this site, in order; data, because they changed in 2024 and 2025 (Shaho nf650364b1e76).
/// </summary>
/// <param name="Version">Goes with every answer to the reception.</param>
/// <param name="Items">At least one.</param>
/// <param name="ValidHours">24: then a new reading (Portal post-14).</param>
public sealed record ConsentCatalogue(string Version, IReadOnlyList<ConsentItem> Items, int ValidHours)
{
    /// <summary>Used until the reception says otherwise.</summary>
    public static ConsentCatalogue Embedded { get; } =
        new("2025-01", [new("SRJ"), new("SHJ"), new("YZK"), new("TKK")], 24);
}
