using System.Globalization;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.Simulators.Centre;

/// <summary>
/// Invented medical records of the people of <see cref="SimulatedPeople"/>. Children have no 特定健診, everybody has some drugs.
/// </summary>
internal static class SimulatedRecords
{
    private const int YoungestCheckup = 40;

    // The columns of the three checkups, newest first.
    private static readonly (DateOnly Day, string Place)[] s_checkups =
        [(new(2026, 6, 12), "見本市健診センター"), (new(2025, 6, 20), "見本市健診センター"), (new(2024, 7, 2), "例示病院健診部")];

    private static readonly (CheckupItem Item, string[] Results)[] s_results =
    [
        (CheckupItem.PastIllness, ["高血圧症、２型糖尿病", "高血圧症", "特記事項なし"]),
        (CheckupItem.SubjectiveSymptoms, ["ときどき動悸", "特記事項なし", "特記事項なし"]),
        (CheckupItem.ObjectiveSymptoms, ["特記事項なし", "特記事項なし", "特記事項なし"]),
        (CheckupItem.Medication, ["血圧・血糖", "血圧", "なし"]),
        (CheckupItem.Smoking, ["いいえ", "いいえ", "はい"]),
        (CheckupItem.Height, ["156.2", "156.4", "156.5"]), (CheckupItem.Weight, ["63.5", "62.8", "61.0"]),
        (CheckupItem.Waist, ["88.0", "87.5", "85.0"]), (CheckupItem.Bmi, ["26.0", "25.7", "24.9"]),
        (CheckupItem.Systolic, ["148", "140", "139"]), (CheckupItem.Diastolic, ["84", "90", "82"]),
        (CheckupItem.FastingTriglycerides, ["131", "300", "149"]), (CheckupItem.Hdl, ["34", "35", "42"]),
        (CheckupItem.Ldl, ["118", "141", "139"]), (CheckupItem.NonHdl, ["150", "171", "165"]),
        (CheckupItem.Ast, ["24", "51", "28"]), (CheckupItem.Alt, ["22", "50", "26"]), (CheckupItem.GammaGt, ["30", "101", "44"]),
        (CheckupItem.FastingGlucose, ["132", "125", "108"]), (CheckupItem.HbA1c, ["6.8", "6.5", "6.0"]),
        (CheckupItem.UrineSugar, ["（＋）", "（－）", "（－）"]), (CheckupItem.UrineProtein, ["（±）", "（－）", "（－）"]),
        (CheckupItem.Haematocrit, ["35.1", "37.0", "38.2"]), (CheckupItem.Haemoglobin, ["11.0", "12.0", "12.8"]),
        (CheckupItem.RedCells, ["398", "410", "421"]), (CheckupItem.Creatinine, ["0.98", "0.92", "0.85"]),
        (CheckupItem.Egfr, ["44.8", "48.2", "52.9"]), (CheckupItem.Electrocardiogram, ["所見なし", "所見なし", "所見なし"]),
        (CheckupItem.MetabolicSyndrome, ["予備群該当", "予備群該当", "非該当"]),
        (CheckupItem.DoctorsJudgement, ["要医療（血糖・腎機能）", "要再検査", "異常なし"]),
    ];

    private static readonly Dispensing[] s_drugs =
    [
        new(new(2026, 11, 4), InHouse: false, "模擬クリニック", "試験薬局",
        [
            new("内服", "アムロジピン錠５ｍｇ「模擬」", "アムロジピンベシル酸塩", "1日1回 朝食後", "1錠", "1錠", 28),
            new("内服", "メトホルミン塩酸塩錠２５０ｍｇＭＴ「模擬」", "メトホルミン塩酸塩", "1日2回 朝・夕食後", "1錠", "2錠", 28),
            new("外用", "ケトプロフェンテープ４０ｍｇ「模擬」", "ケトプロフェン", "1日1回 患部に貼付", "1枚", "21枚", null),
        ]),
        new(new(2026, 10, 7), InHouse: true, "模擬クリニック", "",
            [new("頓服", "ロキソプロフェンナトリウム錠６０ｍｇ「模擬」", "ロキソプロフェンナトリウム水和物", "痛い時", "1錠", "1錠", 10)]),
        new(new(2026, 9, 9), InHouse: false, "例示病院", "見本薬局",
        [
            new("内服", "アムロジピン錠５ｍｇ「模擬」", "アムロジピンベシル酸塩", "1日1回 朝食後", "1錠", "1錠", 28),
            new("内服", "レバミピド錠１００ｍｇ「模擬」", "レバミピド", "1日3回 毎食後", "1錠", "3錠", 7),
        ]),
    ];

    private static readonly Dispensing[] s_childrensDrugs =
    [
        new(new(2026, 10, 21), InHouse: false, "模擬こどもクリニック", "試験薬局",
        [
            new("内服", "アセトアミノフェン細粒２０％「模擬」", "アセトアミノフェン", "発熱時 6時間以上あける", "0.8g", "0.8g", 5),
            new("内服", "カルボシステインシロップ５％「模擬」", "Ｌ－カルボシステイン", "1日3回 毎食後", "3mL", "9mL", 5),
        ]),
    ];

    private static readonly CareGroup[] s_treatment =
    [
        new("診療行為",
        [
            new(new(2026, 11, 4), "模擬クリニック（入院外）", "再診料", "1回"), new(new(2026, 11, 4), "模擬クリニック（入院外）", "血液化学検査", "1回"),
            new(new(2026, 11, 4), "模擬クリニック（入院外）", "生活習慣病管理料（Ⅰ）", "1回"),
            new(new(2026, 9, 9), "例示病院（入院外）", "単純撮影", "膝関節 2枚"),
        ]),
        new("薬剤アレルギー等", [new(new(2025, 2, 3), "例示病院", "ペニシリン系抗菌薬", "発疹")]),
        new("その他アレルギー等", [new(new(2025, 2, 3), "例示病院", "そば", "")]),
        new("検査", [new(new(2026, 11, 4), "模擬クリニック", "HbA1c（NGSP）", "6.8 %"), new(new(2026, 11, 4), "模擬クリニック", "血清クレアチニン", "0.98 mg/dL")]),
    ];

    private static readonly CareGroup[] s_operations =
    [
        new("手術", [new(new(2023, 5, 17), "例示病院（入院）", "腹腔鏡下胆嚢摘出術", ""), new(new(2019, 11, 8), "見本眼科（入院外）", "水晶体再建術", "右")]),
        new("傷病名", [new(new(2026, 11, 4), "模擬クリニック", "高血圧症", ""), new(new(2026, 11, 4), "模擬クリニック", "２型糖尿病", "")]),
        new("感染症", [new(new(2023, 5, 16), "例示病院", "ＨＢｓ抗原", "（－）"), new(new(2023, 5, 16), "例示病院", "ＨＣＶ抗体", "（－）")]),
    ];

    /// <param name="kind">YZK, SRJ, SHJ or TKK.</param>
    public static MedicalRecords RecordsOf(Person person, string kind)
    {
        bool isAdult = person.Birthdate.Year <= s_checkups[0].Day.Year - YoungestCheckup;
        MedicalRecords none = new(person, new(2026, 9, 1));
        return kind switch
        {
            "YZK" => none with { Dispensings = isAdult ? s_drugs : s_childrensDrugs },
            "SRJ" => none with { Care = s_treatment },
            "SHJ" => none with { Care = isAdult ? s_operations : [] },
            "TKK" when isAdult => none with
            {
                Checkups = [.. s_checkups.Select((c, n) => new HealthCheckup(c.Day, c.Place, Results(person, n)))],
            },
            _ => none,
        };
    }

    /// <summary>A little different for everybody, so that one person's sheet is not taken for another's.</summary>
    private static Dictionary<CheckupItem, string> Results(Person person, int column)
    {
        Dictionary<CheckupItem, string> results = s_results.ToDictionary(r => r.Item, r => r.Results[column]);
        results[CheckupItem.Height] = (150 + person.Birthdate.Day + 0.5).ToString("F1", CultureInfo.InvariantCulture);
        return results;
    }
}
