using System.Globalization;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Oqs;

namespace Kiosk.ReceptionTerminal.Sheets;

/// <summary>What else the sheet says beside the centre's answer.</summary>
/// <param name="Heading">For example 受付 3番.</param>
/// <param name="Alerts">For example カード未確認.</param>
/// <param name="WithDiseases">The patient let 特定疾病 be given.</param>
internal sealed record SheetContext(string Heading, IReadOnlyList<string> Alerts, bool WithDiseases);

/// <summary>資格情報確認: the centre's whole answer about one person, every entitlement as a card of its own.</summary>
internal static class QualificationSheet
{
    /// <param name="source">模擬, or empty.</param>
    public static SheetView Make(Eligibility answer, SheetContext context, string source, DateTimeOffset now)
    {
        List<string> alerts = [.. context.Alerts];
        if ($"{answer.NoticeCode} {answer.Notice}".Trim() is { Length: > 0 } notice) alerts.Add(notice);
        if (answer.LostReference is { Length: > 0 } lost)
            alerts.Add($"保険者が変わったため、照会番号 {lost} は使えなくなりました。新しい資格で登録し直してください");
        List<SheetBlock> blocks = [];
        Person? first = answer.Insurances.Count > 0 ? answer.Insurances[0].Person : null;
        if (first is not null) blocks.Add(PersonBlock(first));
        for (int n = 0; n < answer.Insurances.Count; n++)
        {
            Insurance i = answer.Insurances[n];
            string title = answer.Insurances.Count == 1 ? "資格"
                : string.Create(CultureInfo.InvariantCulture, $"資格 {n + 1}／{answer.Insurances.Count}");
            if (i.Until is not null) title += "（喪失）";
            if (i.Person != first) blocks.Add(PersonBlock(i.Person) with { Title = title + " の方" });
            blocks.Add(new(title, IsCard: true, Fields(i, context.WithDiseases)));
        }

        return new($"資格情報確認　{context.Heading}", source, SheetText.Made(now), SheetText.Status(answer),
            !answer.IsRefused && answer.Validity is "1" or "6", alerts, blocks, []);
    }

    private static SheetBlock PersonBlock(Person p) => new("", IsCard: false,
    [
        Copied("氏名", p.Name), Copied("カナ", p.NameKana), SheetText.Field("氏名（その他）", p.NameOfOther),
        SheetText.Field("カナ（その他）", p.NameOfOtherKana), SheetText.Field("性別", OqsCodes.Word(OqsCodes.Sex, p.Sex)),
        SheetText.Field("生年月日", SheetText.Day(p.Birthdate), p.Birthdate.ToString("yyyyMMdd", CultureInfo.InvariantCulture)),
        Copied("郵便番号", p.IsAddressWithheld ? "" : p.PostNumber),
        p.IsAddressWithheld ? new("住所", "不開示（本人の申出により表示しません）", IsWithheld: true) : Copied("住所", p.Address),
    ]);

    private static List<SheetField> Fields(Insurance i, bool withDiseases) =>
    [
        SheetText.Field("証区分", OqsCodes.Word(OqsCodes.Card, i.Card)),
        Copied(i.IsPublicAssistance ? "公費負担者番号" : "保険者番号", i.Insurer), SheetText.Field("保険者名", i.InsurerName),
        Copied("記号", i.Symbol), Copied(i.IsPublicAssistance ? "受給者番号" : "番号", i.Number), Copied("枝番", i.Branch),
        SheetText.Field("本人・家族", OqsCodes.Word(OqsCodes.PersonOrFamily, i.PersonOrFamily)), SheetText.Field("被保険者氏名", i.InsuredName),
        Copied("照会番号", i.ReferenceNumber),
        SheetText.Field("一部負担金割合", SheetText.Share(i.PartialContribution)),
        SheetText.Field("未就学区分", OqsCodes.Word(OqsCodes.Preschool, i.Preschool)),
        SheetText.Field("資格取得年月日", SheetText.Day(i.From)), SheetText.Field("資格喪失年月日", SheetText.Day(i.Until)),
        SheetText.Field("喪失事由", OqsCodes.Word(OqsCodes.LossReason, i.LossReason)),
        SheetText.Field("交付年月日", SheetText.Day(i.Issued)), SheetText.Period("有効期間", i.CardFrom, i.CardUntil),
        .. i.Elderly is { } e
            ? (SheetField[])
            [
                SheetText.Field("高齢受給者証の負担割合", SheetText.Share(e.Ratio)), SheetText.Field("高齢受給者証の交付年月日", SheetText.Day(e.Issued)),
                SheetText.Period("高齢受給者証の有効期間", e.From, e.Until),
            ]
            : [SheetText.Field("高齢受給者証", "")],
        .. i.Limit is { } l
            ? (SheetField[])
            [
                SheetText.Field("限度額適用認定証区分", OqsCodes.Word(OqsCodes.LimitKind, l.Classification)),
                SheetText.Field("限度額の適用区分", OqsCodes.Word(OqsCodes.Limit, l.Flag)), SheetText.Field("限度額の交付年月日", SheetText.Day(l.Issued)),
                SheetText.Period("限度額の有効期間", l.From, l.Until), SheetText.Field("長期入院該当年月日", SheetText.Day(l.LongTerm)),
            ]
            : [SheetText.Field("限度額適用認定証", "")],
        .. withDiseases ? Diseases(i.Diseases ?? []) : [new SheetField("特定疾病", "同意がないため表示しません")],
        .. Tickets(i.Tickets ?? []),
    ];

    private static IEnumerable<SheetField> Diseases(IReadOnlyList<DiseaseCertificate> all) => all.Count == 0
        ? [SheetText.Field("特定疾病", "")]
        : all.SelectMany(d => (SheetField[])
        [
            SheetText.Field("特定疾病", OqsCodes.Word(OqsCodes.Disease, d.Category)), SheetText.Field("特定疾病の交付年月日", SheetText.Day(d.Issued)),
            SheetText.Period("特定疾病の有効期間", d.From, d.Until),
            SheetText.Field("特定疾病の自己負担限度額", d.SelfPay.ToString("N0", CultureInfo.InvariantCulture) + "円"),
        ]);

    private static IEnumerable<SheetField> Tickets(IReadOnlyList<MedicalTicket> all) => all.SelectMany((t, n) =>
    {
        string name = OqsCodes.Word(OqsCodes.Ticket, t.Type) + (all.Count(o => o.Type == t.Type) > 1 ? SheetText.Number(n + 1) : "");
        return (SheetField[])
        [
            SheetText.Field($"{name}（{OqsCodes.Word(OqsCodes.Treatment, t.Treatment)}）の診療年月", Month(t.Month)),
            Copied($"{name}の交付番号", t.IssueNumber), SheetText.Period($"{name}の有効期間", t.From, t.Until),
            SheetText.Field($"{name}の委託先", t.Institution.Length == 0 ? "未委託" : $"{t.InstitutionName} {t.Institution}".Trim()),
            .. t.InstitutionFlag == "1" ? (SheetField[])[new($"{name}の指定医療機関", "この医療機関ではありません")] : [],
            .. t.PrescriberName.Length > 0 ? (SheetField[])[new($"{name}の処方元", $"{t.PrescriberName} {t.Prescriber}")] : [],
            SheetText.Field($"{name}の傷病名", string.Join("、", t.Injuries)),
            SheetText.Field($"{name}の本人支払額", t.SelfPay.ToString("N0", CultureInfo.InvariantCulture) + "円"),
            SheetText.Field($"{name}の単独・併用", OqsCodes.Word(OqsCodes.Combined, t.Combined)), SheetText.Field($"{name}の福祉事務所", t.Office),
            SheetText.Field($"{name}の備考", string.Join("、", t.Remarks)),
        ];
    });

    private static string Month(string month) =>
        DateOnly.TryParseExact(month + "01", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly first)
            ? first.ToString("yyyy年M月", CultureInfo.InvariantCulture) : month;

    private static SheetField Copied(string name, string value) => SheetText.Field(name, value, value);
}
