using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// The code tables of the OQS files that are used here, with the Japanese words for the page. As public OQS clients implement them;
/// the official text (外部インターフェイス仕様書 別紙5-1) is not public.
/// </summary>
internal static class OqsCodes
{
    /// <summary>OQSCD002 照会区分: by card.</summary>
    public const string ByCard = "1";

    /// <summary>OQSCD002: by insurance number.</summary>
    public const string ByInsurance = "2";

    /// <summary>OQSCD003 処理結果区分: normal end.</summary>
    public const string Normal = "1";

    /// <summary>OQSCD003: 処理中.</summary>
    public const string Working = "2";

    /// <summary>OQSCD003: abnormal end. (In the client it was taken from, a table says 9 and a comment says 3.)</summary>
    public const string Abnormal = "9";

    /// <summary>OQSCD004 処理結果状況: the centre processed the inquiry.</summary>
    public const string Processed = "1";

    /// <summary>OQSCD004: it did not; code and message say why.</summary>
    public const string Refused = "2";

    /// <summary>OQSCD005 文字コード識別. Sample files have 0 = UTF-8 and 1 = Shift_JIS; one client's table says 1 and 2.</summary>
    public const string ShiftJis = "1";

    /// <inheritdoc cref="ShiftJis"/>
    public const string Utf8 = "0";

    /// <summary>OQSCD006 資格有効性.</summary>
    public static IReadOnlyDictionary<string, string> Validity { get; } = new Dictionary<string, string>
    {
        ["1"] = "有効",
        ["2"] = "無効",
        ["3"] = "無効（新しい資格あり）",
        ["4"] = "該当資格なし",
        ["5"] = "複数該当",
        ["6"] = "有効（未登録）",
    };

    /// <summary>OQSCD007 性別.</summary>
    public static IReadOnlyDictionary<string, string> Sex { get; } =
        new Dictionary<string, string> { ["1"] = "男", ["2"] = "女", ["3"] = "未設定" };

    /// <summary>OQSCD008 喪失事由.</summary>
    public static IReadOnlyDictionary<string, string> LossReason { get; } = new Dictionary<string, string>
    {
        ["01"] = "死亡",
        ["02"] = "生活保護受給開始",
        ["03"] = "医療保険等の資格取得",
        ["99"] = "その他",
    };

    /// <summary>OQSCD009 本人・家族.</summary>
    public static IReadOnlyDictionary<string, string> PersonOrFamily { get; } =
        new Dictionary<string, string> { ["1"] = "本人", ["2"] = "家族" };

    /// <summary>OQSCD010 証区分.</summary>
    public static IReadOnlyDictionary<string, string> Card { get; } = new Dictionary<string, string>
    {
        ["01"] = "一般",
        ["02"] = "退職",
        ["03"] = "短期（一般）",
        ["04"] = "短期（退職）",
        ["05"] = "特別療養費",
        ["06"] = "特例退職",
        ["07"] = "自衛官",
        ["A1"] = "医療扶助",
    };

    /// <summary>OQSCD011 限度額適用認定証区分.</summary>
    public static IReadOnlyDictionary<string, string> LimitKind { get; } = new Dictionary<string, string>
    {
        ["01"] = "限度額適用認定証",
        ["02"] = "限度額適用・標準負担額減額認定証",
        ["03"] = "標準負担額減額認定証",
    };

    /// <summary>OQSCD012 適用区分.</summary>
    public static IReadOnlyDictionary<string, string> Limit { get; } = new Dictionary<string, string>
    {
        ["A01"] = "ア",
        ["A02"] = "イ",
        ["A03"] = "ウ",
        ["A04"] = "エ",
        ["A05"] = "オ",
        ["A06"] = "オ（境）",
        ["B01"] = "現役並みⅢ",
        ["B02"] = "現役並みⅡ",
        ["B03"] = "現役並みⅠ",
        ["B04"] = "一般",
        ["B05"] = "低所得Ⅱ",
        ["B06"] = "低所得Ⅰ",
        ["B07"] = "低所得Ⅰ（老福）",
        ["B08"] = "低所得Ⅰ（境）",
        ["B09"] = "一般Ⅱ",
        ["B10"] = "一般Ⅰ",
    };

    /// <summary>OQSCD013 特定疾病療養受療証認定疾病区分.</summary>
    public static IReadOnlyDictionary<string, string> Disease { get; } = new Dictionary<string, string>
    {
        ["1"] = "慢性腎不全（人工透析）",
        ["2"] = "先天性血液凝固因子障害",
        ["3"] = "血液製剤によるHIV感染症",
    };

    /// <summary>OQSCD015 未就学区分.</summary>
    public static IReadOnlyDictionary<string, string> Preschool { get; } = new Dictionary<string, string> { ["1"] = "未就学児" };

    /// <summary>OQSCD018 医療券・調剤券.</summary>
    public static IReadOnlyDictionary<string, string> Ticket { get; } =
        new Dictionary<string, string> { ["01"] = "医療券", ["02"] = "調剤券" };

    /// <summary>OQSCD019 診療別.</summary>
    public static IReadOnlyDictionary<string, string> Treatment { get; } = new Dictionary<string, string>
    {
        ["01"] = "入院",
        ["02"] = "入院外",
        ["03"] = "歯科",
        ["04"] = "調剤",
        ["05"] = "訪問看護",
    };

    /// <summary>OQSCD020 単独・併用.</summary>
    public static IReadOnlyDictionary<string, string> Combined { get; } =
        new Dictionary<string, string> { ["01"] = "単独", ["02"] = "併用" };

    /// <summary>
    /// The Japanese word of a code. A code that this program does not know is shown as such: new ones come (限度額 has 13 classes from
    /// 2027-08), and a blank would look like "nothing".
    /// </summary>
    /// <returns>Empty for an absent code.</returns>
    public static string Word(IReadOnlyDictionary<string, string> table, string code) =>
        code.Length == 0 ? "" : table.GetValueOrDefault(code) ?? $"不明なコード {code}";

    /// <summary>OQSCD016 同意区分; OQSCD001 for 限度額.</summary>
    public static string Consent(bool given) => given ? "1" : "0";

    /// <summary>OQSCD017 処方箋発行形態; empty when it was not asked.</summary>
    public static string Prescription(PrescriptionForm form) => form switch
    {
        PrescriptionForm.Electronic => "1",
        PrescriptionForm.Paper => "2",
        PrescriptionForm.Unspecified => "",
        _ => "",
    };

    /// <summary>OQSCD036 閲覧同意種別: the parts of the file that each consent releases.</summary>
    public static IReadOnlyDictionary<string, string[]> ReleasedParts { get; } = new Dictionary<string, string[]>
    {
        ["YZK"] = ["PharmacistsInfo", "PrescriptionInfo"],
        ["SRJ"] = ["DiagnosisInfo", "AllergyInfo", "ContraindicationInfo", "TestInfo"],
        ["SHJ"] = ["OperationInfo", "DiagnosisName", "InfectiousInfo"],
        ["TKK"] = ["SpecificHealthCheckupsInfo"],
    };

    /// <summary>The consent whose answer goes to the SpecificDiseasesCertificateRelated tags.</summary>
    public const string SpecificDiseases = "TSR";
}
