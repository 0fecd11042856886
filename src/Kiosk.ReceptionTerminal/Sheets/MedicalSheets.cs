using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Sheets;

/// <summary>The sheets of medical information as people know them on paper: who it is, tables by date, footnotes.</summary>
internal static class MedicalSheets
{
    /// <summary>Side by side on A4.</summary>
    private const int MostDates = 5;

    /// <summary>閲覧同意種別 of which there is a sheet, with its title.</summary>
    public static IReadOnlyDictionary<string, string> Titles { get; } = new Dictionary<string, string>
    {
        ["TKK"] = "特定健康診査受診結果",
        ["YZK"] = "薬剤情報一覧",
        ["SRJ"] = "診療情報一覧",
        ["SHJ"] = "手術・傷病名・感染症情報一覧",
    };

    /// <param name="kind">A key of <see cref="Titles"/>.</param>
    /// <param name="source">模擬, or empty.</param>
    /// <param name="alert">Under which exception it is shown; empty: the patient agreed.</param>
    public static SheetView Make(string kind, MedicalRecords records, string source, DateTimeOffset now, string alert = "")
    {
        List<SheetBlock> tables = kind switch
        {
            "TKK" => Checkups(records),
            "YZK" => Drugs(records),
            _ => Care(records),
        };
        List<string> notes = [.. kind switch
        {
            "TKK" => CheckupNotes(records),
            "YZK" => ["数量の「×」の後は日数または回数です。用法と用量は、処方した医療機関・薬局が請求した内容です。"],
            _ => (string[])["診療行為などは、医療機関が請求した内容です。"],
        }];
        if (kind != "TKK" && records.Until is { } until)
            notes.Insert(0, $"この一覧には、{until.Year}年{until.Month}月診療分までの情報が表示されています。それより後の診療・調剤は含まれていないことがあります。");
        return new(Titles[kind], source, SheetText.Made(now), tables.Count == 0 ? "登録されている情報はありません。" : "", Good: true,
            alert.Length > 0 ? [alert] : [],
            [SheetText.Identity(records.Person, JapanTime.DateOf(now)), .. tables], notes);
    }

    private static List<SheetBlock> Checkups(MedicalRecords records)
    {
        if (records.Checkups.Count == 0) return [];
        HealthCheckup[] shown = [.. records.Checkups.OrderByDescending(c => c.Day).Take(MostDates)];
        string sex = records.Person.Sex, group = "";
        List<IReadOnlyList<string>> rows = [["", "健診機関", "", "", .. shown.Select(c => SheetText.Or(c.Institution))]];
        foreach (CheckupRow row in CheckupItems.All)
        {
            // An item of which nobody has a result is left out, except the limits: that they were not measured is said.
            if (row.Limit is null && !shown.Any(c => c.Results.ContainsKey(row.Item))) continue;
            rows.Add([row.Group == group ? "" : row.Group, row.Name, row.Unit, row.LimitWords(sex),
                .. shown.Select(c =>
                    c.Results.GetValueOrDefault(row.Item) is { Length: > 0 } result ? row.MarkOf(result, sex) + result : "－")]);
            group = row.Group;
        }

        return [new("", IsCard: false, [], new(["区分", "項目", "単位", "受診勧奨判定値", .. shown.Select(c => SheetText.ShortDay(c.Day))], rows))];
    }

    private static IEnumerable<string> CheckupNotes(MedicalRecords records)
    {
        yield return "▲は受診勧奨判定値以上、▽は受診勧奨判定値以下の結果です。「－」は記録がないことを表します。";
        yield return "受診勧奨判定値は目安です。治療中かどうか、年齢や病気によって医師の判断は異なります。";
        yield return "血色素量の受診勧奨判定値は、男性12.0、女性11.0です。中性脂肪と血糖は、空腹時と随時を分けて表示しています。";
        if (records.Checkups.Count > MostDates) yield return $"新しい{MostDates}回分を表示しています。記録は{records.Checkups.Count}回分あります。";
    }

    private static List<SheetBlock> Drugs(MedicalRecords records)
    {
        List<IReadOnlyList<string>> rows = [];
        foreach (Dispensing d in records.Dispensings.OrderByDescending(d => d.Day))
        {
            string place = d.InHouse ? "院内" : "院外", day = SheetText.ShortDay(d.Day);
            for (int n = 0; n < d.Drugs.Count; n++)
            {
                Drug drug = d.Drugs[n];
                string from = n > 0 ? "" : d.InHouse ? d.Prescriber : $"{d.Prescriber}\n{d.Pharmacy}";
                rows.Add([n == 0 ? day : "", $"{place}・{drug.Use}", $"{drug.Name}\n（{SheetText.Or(drug.Ingredient)}）",
                    $"{SheetText.Or(drug.Usage)}\n1回用量 {SheetText.Or(drug.Dose)}",
                    drug.Days is { } days ? $"{drug.Quantity}×{SheetText.Number(days)}" : drug.Quantity, from]);
            }
        }

        return rows.Count == 0 ? []
            : [new("", IsCard: false, [], new(["調剤年月日", "処方区分", "医薬品名（成分名）", "用法・1回用量", "数量", "医療機関・薬局"], rows))];
    }

    private static List<SheetBlock> Care(MedicalRecords records) =>
        records.Care.All(g => g.Entries.Count == 0) ? []
        : [.. records.Care.Select(g => new SheetBlock(g.Name, IsCard: false, [], new(["年月日", "医療機関", g.Name, "回数・部位など"],
            g.Entries.Count == 0 ? [["－", "－", "登録されている情報はありません", "－"]]
            : [.. g.Entries.OrderByDescending(e => e.Day).Select(e => (IReadOnlyList<string>)
                [SheetText.ShortDay(e.Day), SheetText.Or(e.Place), e.What, e.Detail.Length > 0 ? e.Detail : "－"])])))];
}
