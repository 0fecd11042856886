using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>The months of a request for drugs; empty: no limit.</summary>
/// <param name="From">yyyyMM or yyyyMMdd.</param>
/// <param name="Until">The same; its whole month or day counts.</param>
internal sealed record RecordsPeriod(string From, string Until)
{
    /// <returns>Null: a limit is neither a month nor a day.</returns>
    public static RecordsPeriod? Parse(string from, string until) =>
        IsDate(from) && IsDate(until) ? new(from, until) : null;

    public bool Holds(DateOnly day)
    {
        string text = day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return string.CompareOrdinal(text[..From.Length], From) >= 0 && string.CompareOrdinal(text[..Until.Length], Until) <= 0;
    }

    private static bool IsDate(string text) => text.Length is 0
        || (text.Length is 6 or 8 && DateOnly.TryParseExact(text.Length == 6 ? text + "01" : text, "yyyyMMdd",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
}

/// <summary>
/// Drugs (YZK) and 特定健診 (TKK) as a public reader takes them: its names of elements. README.md in this folder says what was seen.
/// </summary>
internal static partial class RecordsXml
{
    // 診療識別 of レセプト.
    private static readonly Dictionary<string, string> s_uses = new() { ["内服"] = "21", ["頓服"] = "22", ["外用"] = "23", ["注射"] = "31" };

    /// <param name="tag">Makes an element with a legible text; null for an absent value.</param>
    public static XElement Drugs(MedicalRecords records, RecordsPeriod period, XElement?[] header, Func<string, string, XElement?> tag)
    {
        Person p = records.Person;
        return new("XmlMsg",
            new XElement("MessageHeader", header, new XElement("QuaInf",
                tag("Name", p.Name), tag("KanaName", p.NameKana), tag("Birth", Day(p.Birthdate)), tag("AdmGendCode", p.Sex))),
            new XElement("MessageBody", records.Dispensings.Where(d => period.Holds(d.Day)).OrderByDescending(d => d.Day).Select(d =>
                new XElement("MeTrMonthInf",
                // 1 医科, 4 調剤: who sent the claim.
                tag("DiOrg", d.InHouse ? "1" : "4"), tag("MeTrDiHNm", d.InHouse ? d.Prescriber : d.Pharmacy),
                tag("MeTrMonth", d.Day.ToString("yyyyMM", CultureInfo.InvariantCulture)), d.InHouse ? null : tag("PrlsHNm", d.Prescriber),
                tag("InOut", d.InHouse ? "1" : "2"),
                new XElement("DiDateInfs", new XElement("DiDateInf", tag("DiDate", Day(d.Day)),
                    new XElement("DrugInfs", d.Drugs.Select(drug => Drug(drug, tag)))))))));
    }

    public static XElement Checkups(MedicalRecords records, XElement?[] header, Func<string, string, XElement?> tag)
    {
        Person p = records.Person;
        return new("XmlMsg",
            new XElement("MessageHeader", header, new XElement("QualificationsInfo",
                tag("Name", p.Name), tag("KanasName", p.NameKana), tag("Birthday", Day(p.Birthdate)),
                tag("AdministrativeGenderCode", p.Sex))),
            new XElement("MessageBody", records.Checkups.OrderByDescending(c => c.Day).Select(c => new XElement("SpecificHealthCheckupInfo",
                tag("EffectiveTime", Day(c.Day)),
                new XElement("HealthCheckupResultAndQuestionInfos", CheckupItems.All.Where(r => c.Results.ContainsKey(r.Item)).Select(r =>
                    new XElement("HealthCheckupResultAndQuestionInfo",
                        tag("ItemCode", r.Code), tag("ItemName", r.Name), tag("DataType", r.Unit.Length > 0 ? "PQ" : "ST"),
                        tag("DataValue", c.Results[r.Item]), tag("Unit", r.Unit))))))));
    }

    private static XElement Drug(Drug drug, Func<string, string, XElement?> tag)
    {
        // "21枚" and "0.8g": a figure and its unit.
        Match amount = Amount().Match(drug.Quantity);
        return new("DrugInf",
            tag("MeTrIdCl", s_uses.GetValueOrDefault(drug.Use, "")), tag("DrugN", drug.Name), tag("IngreN", drug.Ingredient),
            tag("Qua1", amount.Groups["figure"].Value), tag("Unit", amount.Groups["unit"].Value), tag("UsageN", drug.Usage),
            tag("SpInst", drug.Dose.Length > 0 ? "1回用量 " + drug.Dose : ""),
            tag("Times", (drug.Days ?? 1).ToString(CultureInfo.InvariantCulture)));
    }

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?<figure>[0-9.]+)(?<unit>.*)\z")]
    private static partial Regex Amount();
}
