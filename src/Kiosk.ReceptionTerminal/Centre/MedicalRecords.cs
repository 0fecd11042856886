namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>Medical information of one person, of one 閲覧同意種別. An empty list: nothing is registered, or it is of another kind.</summary>
/// <param name="Person">Whose records these are; stands on every sheet.</param>
/// <param name="Until">First day of the newest month of 診療 of which the centre has data; null: it does not say.</param>
internal sealed record MedicalRecords(Person Person, DateOnly? Until)
{
    /// <summary>TKK.</summary>
    public IReadOnlyList<HealthCheckup> Checkups { get; init; } = [];

    /// <summary>YZK.</summary>
    public IReadOnlyList<Dispensing> Dispensings { get; init; } = [];

    /// <summary>SRJ: 診療情報, allergies, tests. SHJ: 手術, 傷病名, 感染症.</summary>
    public IReadOnlyList<CareGroup> Care { get; init; } = [];
}

/// <summary>One 特定健康診査.</summary>
/// <param name="Day">受診年月日.</param>
/// <param name="Results">As the checkup reported them: figures without unit, or words.</param>
internal sealed record HealthCheckup(DateOnly Day, string Institution, IReadOnlyDictionary<CheckupItem, string> Results);

/// <summary>The items of the sheet, in its order.</summary>
internal enum CheckupItem
{
    PastIllness,
    SubjectiveSymptoms,
    ObjectiveSymptoms,
    Medication,
    Smoking,
    Height,
    Weight,
    Waist,
    Bmi,
    Systolic,
    Diastolic,
    FastingTriglycerides,
    CasualTriglycerides,
    Hdl,
    Ldl,
    NonHdl,
    Ast,
    Alt,
    GammaGt,
    FastingGlucose,
    CasualGlucose,
    HbA1c,
    UrineSugar,
    UrineProtein,
    Haematocrit,
    Haemoglobin,
    RedCells,
    Creatinine,
    Egfr,
    Electrocardiogram,
    Fundus,
    MetabolicSyndrome,
    DoctorsJudgement,
}

/// <summary>What was dispensed on one day by one place.</summary>
/// <param name="Day">調剤年月日, or the day of 院内処方.</param>
/// <param name="InHouse">院内; false: 院外, by a pharmacy.</param>
/// <param name="Prescriber">Who prescribed it.</param>
/// <param name="Pharmacy">Empty with <paramref name="InHouse"/>.</param>
internal sealed record Dispensing(DateOnly Day, bool InHouse, string Prescriber, string Pharmacy, IReadOnlyList<Drug> Drugs);

/// <param name="Use">内服, 外用, 頓服, 注射.</param>
/// <param name="Ingredient">成分名.</param>
/// <param name="Usage">用法.</param>
/// <param name="Dose">1回用量 with unit; may be empty.</param>
/// <param name="Quantity">With unit: for a day with <paramref name="Days"/>, else in all.</param>
/// <param name="Days">Days or times; null: not counted, for example 外用.</param>
internal sealed record Drug(string Use, string Name, string Ingredient, string Usage, string Dose, string Quantity, int? Days);

/// <summary>Records of one sort, for example 手術 or 感染症.</summary>
/// <param name="Name">The sort, as a heading.</param>
internal sealed record CareGroup(string Name, IReadOnlyList<CareEntry> Entries);

/// <param name="Place">Institution and 入院, 入院外, 歯科.</param>
/// <param name="What">診療行為, 手術, 傷病名.</param>
/// <param name="Detail">Count, part of the body, result; may be empty.</param>
internal sealed record CareEntry(DateOnly Day, string Place, string What, string Detail);
