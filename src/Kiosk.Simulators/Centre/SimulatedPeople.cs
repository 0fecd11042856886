using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.Simulators.Centre;

/// <summary>Invented people of the simulated centre, with their insurance and medical data. Every name is clearly invented.</summary>
internal static class SimulatedPeople
{
    private static readonly DateOnly s_from = new(2024, 4, 1);

    // Of the month of the ticket, in the sample institution of the READMEs.
    private static readonly MedicalTicket s_ticket =
        new("01", new(2026, 11, 1), new(2026, 11, 30), "100001", "202611", "02", 0, "見本市福祉事務所", ["高血圧症", "２型糖尿病"])
        {
            Institution = "1312345678",
            InstitutionFlag = "0",
            InstitutionName = "模擬クリニック",
            Combined = "01",
            SocialInsurance = "02",
            Infection = "02",
            Elderly = "02",
            Prefectural = "02",
            Remarks = ["模擬"],
        };

    public static IReadOnlyList<Insurance> All { get; } =
    [
        Insured(new("試験　花子", "ｼｹﾝ ﾊﾅｺ", "2", new(1948, 5, 3), "東京都千代田区試験町１－２－３", "1000001"), "39131234", "東京都後期高齢者医療広域連合", "", "12345678",
            elderly: true),
        Insured(new("模擬　太郎", "ﾓｷﾞ ﾀﾛｳ", "1", new(1985, 11, 20), "神奈川県横浜市模擬区４－５", "2200001"), "01130012", "全国健康保険協会　東京支部", "１２３４", "567"),
        // 𠮷 and 𩸽 are not in cp932; 髙 and 﨑 are.
        Insured(new("𠮷野　𩸽子", "ﾖｼﾉ ﾎｯｹｺ", "2", new(1972, 2, 9), "北海道札幌市試験区髙﨑６", "0600001"), "06139876", "試験健康保険組合", "７７", "88"),
        Insured(new("見本　次郎", "ﾐﾎﾝ ｼﾞﾛｳ", "1", new(2021, 7, 15), "大阪府大阪市見本区７", "5300001"), "00270012", "大阪市", "大見", "9012", preschool: true),
        Insured(new("例示　美咲", "ﾚｲｼﾞ ﾐｻｷ", "2", new(1960, 1, 30), "福岡県福岡市例示区８－９", "8100001"), "00400002", "福岡市", "福例", "3456",
            diseases: true),
        // 生活保護: no insurance, so no 記号, 枝番 or 限度額; 公費負担者番号 and 受給者番号 instead.
        new(new("見本　四郎", "ﾐﾎﾝ ｼﾛｳ", "1", new(1966, 8, 8), "東京都千代田区見本町１０", "1000002"), "12131234", "見本市福祉事務所", "", "1234567", "", "A1",
            "1", "見本　四郎", new(2025, 10, 1), null, "", Tickets:
            [
                s_ticket,
                s_ticket with
                {
                    Type = "02", IssueNumber = "100002", Treatment = "04", Institution = "", InstitutionFlag = "1", InstitutionName = "",
                    Prescriber = "1312345678", PrescriberName = "模擬クリニック", SelfPay = 500,
                },
            ]),
        // Twins: only the branch tells their entitlements apart.
        Insured(new("例示　春", "ﾚｲｼﾞ ﾊﾙ", "2", new(2015, 3, 3), "福岡県福岡市例示区１", "8100001"), "06400005", "例示健康保険組合", "３３", "701",
            branch: "02"),
        Insured(new("例示　夏", "ﾚｲｼﾞ ﾅﾂ", "2", new(2015, 3, 3), "福岡県福岡市例示区１", "8100001"), "06400005", "例示健康保険組合", "３３", "701",
            branch: "03"),
        // 住所不開示: the address opens on demand only.
        Insured(new("例示　秋", "ﾚｲｼﾞ ｱｷ", "2", new(1990, 9, 9), "福岡県福岡市例示区不開示町１", "8100009") { IsAddressWithheld = true }, "06400005",
            "例示健康保険組合", "３３", "809"),
    ];

    private static Insurance Insured(
        Person p, string insurer, string name, string symbol, string number, bool elderly = false, bool preschool = false,
        bool diseases = false, string branch = "00")
    {
        LimitCertificate limit = new("01", elderly ? "B09" : "A03", s_from, s_from, new(2027, 7, 31), null);
        Insurance one = new(
            p, insurer, name, symbol, number, elderly ? "" : branch, "01", preschool ? "2" : "1", preschool ? "見本　一郎" : p.Name, s_from,
            null, "", elderly ? "010" : "", preschool ? "1" : "", elderly ? new(s_from, s_from, new(2027, 7, 31), "010") : null, limit,
            diseases ? [new("1", new(2025, 3, 20), s_from, new(2027, 3, 31), 10000)] : null);
        // The card was renewed during the entitlement.
        return one with { Issued = new(2025, 7, 20), CardFrom = new(2025, 8, 1), CardUntil = new(2027, 7, 31) };
    }
}
