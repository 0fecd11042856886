namespace Kiosk.Core.Consents;

/// <summary>One question. Its texts are <c>consent.CODE</c> in the texts of the screens.</summary>
/// <param name="Code">閲覧同意種別 of OQSCD036: YZK 薬剤, SRJ 診療, SHJ 手術, TKK 特定健診, TSR 特定疾病.</param>
public sealed record ConsentItem(string Code)
{
    /// <summary>
    /// What one answer covers, by the element names of the reception's XML. Each of them has its own ConsFlg (since 2025-01: ORCA
    /// patientget, 6-52). Empty: this program does not know the code.
    /// </summary>
    public IReadOnlyList<string> Parts => Code switch
    {
        "YZK" => ["PharmacistsInfo", "PrescriptionInfo"],
        "SRJ" => ["DiagnosisInfo", "AllergyInfo", "ContraindicationInfo", "TestInfo"],
        "SHJ" => ["OperationInfo", "DiagnosisName", "InfectiousInfo"],
        "TKK" => ["SpecificHealthCheckupsInfo"],
        "TSR" => ["SpecificDiseasesCertificateRelated"],
        _ => [],
    };
}

/// <summary>
/// The questions of this site, in order. They are data because they changed in 2024 and 2025 (media.shaho.co.jp nf650364b1e76).
/// </summary>
/// <param name="Version">Sent with every answer.</param>
/// <param name="Items">At least one.</param>
/// <param name="ValidHours">24; after that the card is read again (医療機関等向け総合ポータルサイト post-14).</param>
public sealed record ConsentCatalogue(string Version, IReadOnlyList<ConsentItem> Items, int ValidHours)
{
    /// <summary>Used until the reception sends another one.</summary>
    public static ConsentCatalogue Embedded { get; } =
        new("2025-01", [new("SRJ"), new("SHJ"), new("YZK"), new("TKK")], 24);
}
