using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Sheets;
using Kiosk.Simulators.Centre;

namespace Kiosk.Tests.Simulated;

/// <summary>The sheets that staff read and print, with the people of the simulated centre.</summary>
public sealed class SheetTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Systolic", "1", "139", "")]
    [InlineData("Systolic", "1", "140", "▲")]
    [InlineData("Diastolic", "2", "90", "▲")]
    [InlineData("FastingTriglycerides", "1", "299", "")]
    [InlineData("FastingTriglycerides", "1", "300", "▲")]
    [InlineData("Hdl", "1", "35", "")]
    [InlineData("Hdl", "1", "34", "▽")]
    [InlineData("Ldl", "1", "140", "▲")]
    [InlineData("NonHdl", "1", "169", "")]
    [InlineData("NonHdl", "1", "170", "▲")]
    [InlineData("Ast", "1", "51", "▲")]
    [InlineData("Alt", "1", "50", "")]
    [InlineData("GammaGt", "1", "101", "▲")]
    [InlineData("FastingGlucose", "1", "126", "▲")]
    [InlineData("HbA1c", "1", "6.4", "")]
    [InlineData("HbA1c", "1", "6.5", "▲")]
    [InlineData("Haemoglobin", "1", "12.0", "▽")]
    [InlineData("Haemoglobin", "2", "12.0", "")]
    [InlineData("Haemoglobin", "2", "11.0", "▽")]
    [InlineData("Egfr", "1", "45.1", "")]
    [InlineData("Egfr", "1", "44.9", "▽")]
    [InlineData("Hdl", "1", "測定不能", "")]
    [InlineData("Waist", "1", "120", "")]
    public void A_result_at_or_beyond_the_limit_of_受診勧奨_is_marked(string item, string sex, string result, string mark) =>
        Assert.Equal(mark, CheckupItems.All.Single(r => r.Item == Enum.Parse<CheckupItem>(item)).MarkOf(result, sex));

    [Fact]
    public void The_sheet_of_特定健診_has_every_item_once_and_several_dates_side_by_side()
    {
        Assert.Equal(Enum.GetValues<CheckupItem>(), CheckupItems.All.Select(r => r.Item));
        SheetView sheet = Of("TKK", SimulatedPeople.All[0].Person);

        SheetTable table = Assert.Single(sheet.Blocks, b => b.Table is not null).Table!;

        Assert.Equal(["区分", "項目", "単位", "受診勧奨判定値", "2026年6月12日", "2025年6月20日", "2024年7月2日"], table.Columns);
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
        Assert.Equal(["▲140", "▲148", "▲140", "139"], Row("収縮期血圧"));
        Assert.Equal(["▽34", "▽34", "35", "42"], Row("HDLコレステロール"));
        Assert.Equal(["▲6.5", "▲6.8", "▲6.5", "6.0"], Row("HbA1c（NGSP）"));
        Assert.Equal(["▽45.0", "▽44.8", "48.2", "52.9"], Row("eGFR"));
        Assert.Equal("高血圧症、２型糖尿病", Row("既往歴")[1]);
        Assert.Equal(["－", "－", "－"], Row("随時血糖").Skip(1));
        Assert.Equal("78歳", Field(sheet, "年齢"));
        Assert.Contains(sheet.Notes, n => n.Contains('▲', StringComparison.Ordinal));

        IReadOnlyList<string> Row(string name) => [.. table.Rows.Single(r => r[1] == name).Skip(3)];
    }

    [Fact]
    public void The_list_of_drugs_has_place_use_ingredient_dose_and_quantity_and_says_up_to_which_month_data_are_there()
    {
        SheetView sheet = Of("YZK", SimulatedPeople.All[0].Person);
        IReadOnlyList<IReadOnlyList<string>> rows = Assert.Single(sheet.Blocks, b => b.Table is not null).Table!.Rows;
        Assert.Equal(["2026年11月4日", "院外・内服", "アムロジピン錠５ｍｇ「模擬」\n（アムロジピンベシル酸塩）", "1日1回 朝食後\n1回用量 1錠", "1錠×28",
            "模擬クリニック\n試験薬局"], rows[0]);
        Assert.Equal(("", "院外・外用", "21枚"), (rows[2][0], rows[2][1], rows[2][4]));
        Assert.Contains(rows, r => r[1] == "院内・頓服");
        Assert.Contains("2026年9月診療分まで", sheet.Notes[0], StringComparison.Ordinal);
        Assert.Equal("2026年11月29日 12:00", sheet.Made);
    }

    [Theory]
    [InlineData("SRJ", "診療行為")]
    [InlineData("SHJ", "腹腔鏡下胆嚢摘出術")]
    public void Treatment_and_operations_have_a_sheet_too(string kind, string word) => Assert.Contains(
        Of(kind, SimulatedPeople.All[0].Person).Blocks.SelectMany(b => b.Table?.Rows.SelectMany(r => r).Append(b.Title) ?? []),
        text => text == word);

    [Fact]
    public void A_person_without_records_is_told_to_have_none()
    {
        SheetView sheet = Of("TKK", SimulatedPeople.All[3].Person);
        Assert.Equal("登録されている情報はありません。", sheet.Status);
        Assert.Equal("見本　次郎", Field(sheet, "氏名"));
    }

    [Theory]
    [InlineData("2000-02-29", "2026-02-28", 25)]
    [InlineData("2000-02-29", "2026-03-01", 26)]
    [InlineData("1948-05-03", "2026-05-03", 78)]
    [InlineData("1948-05-03", "2026-05-02", 77)]
    public void The_age_is_in_whole_years(string born, string on, int years) => Assert.Equal(years,
        SheetText.Age(DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture),
            DateOnly.Parse(on, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void No_field_of_資格情報確認_is_blank_and_every_result_is_a_card_of_its_own()
    {
        foreach (Insurance person in SimulatedPeople.All)
        {
            Insurance ended = person with { Insurer = "06139999", Until = new(2026, 9, 30), LossReason = "03" };
            SheetView sheet = Sheet(new("5", "", "", [person, ended]));
            Assert.Equal(2, sheet.Blocks.Count(b => b.IsCard));
            Assert.All(sheet.Blocks.SelectMany(b => b.Fields), f => Assert.False(string.IsNullOrWhiteSpace(f.Value), f.Name));
            Assert.Equal("2026年9月30日（令和8年9月30日）", sheet.Blocks.Last(b => b.IsCard).Fields.Single(f => f.Name == "資格喪失年月日").Value);
            Assert.Equal("医療保険等の資格取得", sheet.Blocks.Last(b => b.IsCard).Fields.Single(f => f.Name == "喪失事由").Value);
        }
    }

    [Theory]
    [InlineData(0, "一部負担金割合", "1割")]
    [InlineData(0, "高齢受給者証の負担割合", "1割")]
    [InlineData(0, "枝番", "記載なし")]
    [InlineData(0, "限度額の適用区分", "一般Ⅱ")]
    [InlineData(0, "限度額の有効期間", "2024年4月1日（令和6年4月1日） ～ 2027年7月31日（令和9年7月31日）")]
    [InlineData(1, "記号", "１２３４")]
    [InlineData(1, "一部負担金割合", "記載なし")]
    [InlineData(3, "未就学区分", "未就学児")]
    [InlineData(3, "本人・家族", "家族")]
    [InlineData(4, "特定疾病", "慢性腎不全（人工透析）")]
    [InlineData(4, "特定疾病の自己負担限度額", "10,000円")]
    [InlineData(5, "公費負担者番号", "12131234")]
    [InlineData(5, "医療券（入院外）の診療年月", "2026年11月")]
    [InlineData(5, "調剤券の委託先", "未委託")]
    public void The_sheet_has_what_the_centre_answered(int person, string field, string value) =>
        Assert.Equal(value, Field(Sheet(new("1", "", "", [SimulatedPeople.All[person]])), field));

    [Fact]
    public void 特定疾病_is_shown_only_with_its_consent_and_a_code_that_nobody_knows_is_shown_as_such()
    {
        Insurance person = SimulatedPeople.All[4];
        person = person with { Limit = person.Limit! with { Flag = "C13" }, LossReason = "77", PartialContribution = "015" };
        SheetView sheet = QualificationSheet.Make(new("1", "", "", [person]), new("", [], WithDiseases: false), "", s_now);
        Assert.Equal("同意がないため表示しません", Field(sheet, "特定疾病"));
        Assert.Equal("不明なコード C13", Field(sheet, "限度額の適用区分"));
        Assert.Equal("不明なコード 77", Field(sheet, "喪失事由"));
        Assert.Equal("不明なコード 015", Field(sheet, "一部負担金割合"));
    }

    [Fact]
    public void A_withheld_address_stands_nowhere_on_the_sheet()
    {
        Person person = SimulatedPeople.All.Single(i => i.Person.IsAddressWithheld).Person;
        SheetView sheet = Sheet(new("1", "", "", [SimulatedPeople.All.Single(i => i.Person == person)]));
        Assert.DoesNotContain(sheet.Blocks.SelectMany(b => b.Fields), f => f.Value.Contains(person.Address, StringComparison.Ordinal)
            || f.Copy.Contains(person.Address, StringComparison.Ordinal) || f.Value.Contains(person.PostNumber, StringComparison.Ordinal));
        Assert.True(sheet.Blocks[0].Fields.Single(f => f.Name == "住所").IsWithheld);
    }

    private static SheetView Sheet(Eligibility answer) =>
        QualificationSheet.Make(answer, new("受付 1番", [], WithDiseases: true), "模擬", s_now);

    private static SheetView Of(string kind, Person person) =>
        MedicalSheets.Make(kind, SimulatedRecords.RecordsOf(person, kind), "模擬", s_now);

    private static string Field(SheetView sheet, string name) =>
        sheet.Blocks.SelectMany(b => b.Fields).First(f => f.Name == name).Value;
}
