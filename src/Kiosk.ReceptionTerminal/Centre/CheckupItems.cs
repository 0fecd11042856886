using System.Globalization;

namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>A limit of 受診勧奨: a result at it or beyond it is marked.</summary>
/// <param name="IsUpper">True: marked from the value upwards (▲); false: from it downwards (▽).</param>
/// <param name="Women">Where the limit of women is another one; null: the same.</param>
internal sealed record CheckupLimit(bool IsUpper, double Value, double? Women = null)
{
    /// <param name="sex">OQSCD007. Of a person whose sex is not set the limit of men counts: it marks more.</param>
    public double For(string sex) => sex == "2" ? Women ?? Value : Value;
}

/// <param name="Group">Heading of several items.</param>
/// <param name="Decimals">0 or 1, with which the limit is written, as the results are.</param>
internal sealed record CheckupRow(CheckupItem Item, string Group, string Name, string Unit, CheckupLimit? Limit = null, int Decimals = 0)
{
    /// <summary>JLAC10, 17 digits, as public readers of 特定健診 files know it; empty where no public source here has one.</summary>
    public string Code { get; init; } = "";

    public string LimitWords(string sex) => Limit is not { } l ? ""
        : (l.IsUpper ? "▲" : "▽") + l.For(sex).ToString(Decimals == 0 ? "F0" : "F1", CultureInfo.InvariantCulture);

    /// <returns>▲ or ▽ where the result reaches the limit; a result that is no figure has no mark.</returns>
    public string MarkOf(string result, string sex)
    {
        if (Limit is not { } l) return "";
        if (!double.TryParse(result, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return "";
        return l.IsUpper ? value >= l.For(sex) ? "▲" : "" : value <= l.For(sex) ? "▽" : "";
    }
}

/// <summary>
/// The items of 特定健康診査受診結果 in the order of the sheet, with the limits of 受診勧奨 (標準的な健診・保健指導プログラム, MHLW, table of
/// 受診勧奨判定値). HDL, 血色素量 and eGFR are marked at the limit and below, the others at it and above.
/// </summary>
internal static class CheckupItems
{
    private const string Interview = "問診・診察", Body = "身体計測", Pressure = "血圧", Lipids = "血中脂質", Liver = "肝機能", Sugar = "血糖",
        Urine = "尿", Blood = "貧血", Kidney = "腎機能", Further = "詳細検査", Judged = "判定";

    public static IReadOnlyList<CheckupRow> All { get; } =
    [
        new(CheckupItem.PastIllness, Interview, "既往歴", "") { Code = "9N056160400000049" },
        new(CheckupItem.SubjectiveSymptoms, Interview, "自覚症状", "") { Code = "9N061160800000049" },
        new(CheckupItem.ObjectiveSymptoms, Interview, "他覚症状", "") { Code = "9N066160800000049" },
        new(CheckupItem.Medication, Interview, "服薬", ""),
        new(CheckupItem.Smoking, Interview, "喫煙", "") { Code = "9N736000000000011" },
        new(CheckupItem.Height, Body, "身長", "cm") { Code = "9N001000000000001" },
        new(CheckupItem.Weight, Body, "体重", "kg") { Code = "9N006000000000001" },
        new(CheckupItem.Waist, Body, "腹囲", "cm") { Code = "9N016160100000001" },
        new(CheckupItem.Bmi, Body, "BMI", "kg/m²") { Code = "9N011000000000001" },
        new(CheckupItem.Systolic, Pressure, "収縮期血圧", "mmHg", new(true, 140)) { Code = "9A751000000000001" },
        new(CheckupItem.Diastolic, Pressure, "拡張期血圧", "mmHg", new(true, 90)) { Code = "9A761000000000001" },
        new(CheckupItem.FastingTriglycerides, Lipids, "空腹時中性脂肪", "mg/dL", new(true, 300)) { Code = "3F015000002327101" },
        new(CheckupItem.CasualTriglycerides, Lipids, "随時中性脂肪", "mg/dL", new(true, 300)),
        new(CheckupItem.Hdl, Lipids, "HDLコレステロール", "mg/dL", new(false, 34)) { Code = "3F070000002327101" },
        new(CheckupItem.Ldl, Lipids, "LDLコレステロール", "mg/dL", new(true, 140)) { Code = "3F077000002327101" },
        new(CheckupItem.NonHdl, Lipids, "Non-HDLコレステロール", "mg/dL", new(true, 170)),
        new(CheckupItem.Ast, Liver, "AST（GOT）", "U/L", new(true, 51)) { Code = "3B035000002327201" },
        new(CheckupItem.Alt, Liver, "ALT（GPT）", "U/L", new(true, 51)) { Code = "3B045000002327201" },
        new(CheckupItem.GammaGt, Liver, "γ-GT（γ-GTP）", "U/L", new(true, 101)) { Code = "3B090000002327101" },
        new(CheckupItem.FastingGlucose, Sugar, "空腹時血糖", "mg/dL", new(true, 126)) { Code = "3D010000001927201" },
        new(CheckupItem.CasualGlucose, Sugar, "随時血糖", "mg/dL", new(true, 126)),
        new(CheckupItem.HbA1c, Sugar, "HbA1c（NGSP）", "%", new(true, 6.5), 1) { Code = "3D046000001920402" },
        new(CheckupItem.UrineSugar, Urine, "尿糖", "") { Code = "1A020000000190111" },
        new(CheckupItem.UrineProtein, Urine, "尿蛋白", "") { Code = "1A010000000190111" },
        new(CheckupItem.Haematocrit, Blood, "ヘマトクリット値", "%") { Code = "2A040000001930102" },
        new(CheckupItem.Haemoglobin, Blood, "血色素量", "g/dL", new(false, 12.0, 11.0), 1) { Code = "2A030000001930101" },
        new(CheckupItem.RedCells, Blood, "赤血球数", "万/mm³") { Code = "2A020000001930101" },
        new(CheckupItem.Creatinine, Kidney, "血清クレアチニン", "mg/dL") { Code = "3C015000002327101" },
        new(CheckupItem.Egfr, Kidney, "eGFR", "mL/min/1.73m²", new(false, 45.0), 1) { Code = "8A065000002391901" },
        new(CheckupItem.Electrocardiogram, Further, "心電図", "") { Code = "9A110160800000049" },
        new(CheckupItem.Fundus, Further, "眼底検査", ""),
        new(CheckupItem.MetabolicSyndrome, Judged, "メタボリックシンドローム判定", ""),
        new(CheckupItem.DoctorsJudgement, Judged, "医師の判断", ""),
    ];
}
