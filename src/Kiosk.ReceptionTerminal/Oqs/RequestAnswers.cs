using System.Globalization;
using System.Xml.Linq;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>Answers the requests of a レセコン, each kind in its own way. README.md in this folder lists their tags.</summary>
/// <param name="records">Null: nobody's medical records are given.</param>
internal sealed class RequestAnswers(IEligibilityCentre centre, IConsentedRecords? records, TimeProvider time)
{
    public const string Wrong = "KIOSK01", NoAnswer = "KIOSK02", UnknownKind = "KIOSK03", UnknownNumber = "KIOSK04", NotGiven = "KIOSK05";
    public const string NoAnswerWords = "資格確認の回答がありません。時間をおいて照会してください。";

    private const string LimitFlag = "LimitApplicationCertificateRelatedConsFlg";
    private const int LongestReference = 50, LongestText = 20;

    // The search information of a request, in the order of the interface.
    private static readonly string[] s_searchTags =
    [
        "InsurerNumber", "InsuredCardSymbol", "InsuredIdentificationNumber", "InsuredBranchNumber", "Birthdate", LimitFlag,
        "ArbitraryIdentifier",
    ];

    private static readonly string[] s_registrationTags =
        ["ReferenceNumber", "InsurerNumber", "InsuredCardSymbol", "InsuredIdentificationNumber", "InsuredBranchNumber"];

    private readonly BulkInquiries _bulk = new(centre, time);

    /// <summary>A bulk inquiry holds many people.</summary>
    public static bool IsBulk(string kind) => Is(kind, "OQSmuquc01");

    /// <param name="kind">The file name before <c>req_</c>.</param>
    /// <param name="root">The request.</param>
    /// <param name="xml">In the encoding of the answer.</param>
    /// <param name="id">ArbitraryFileIdentifier of the answer.</param>
    /// <returns>Null: a kind that is not handled.</returns>
    public async Task<byte[]?> AnswerAsync(string kind, XElement root, ResultXml xml, string id, CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            return kind.ToUpperInvariant() switch
            {
                "OQSSIQUC01" => await ByNumberAsync(root, xml, now, id, stop),
                "OQSSIIMM01" or "OQSSIIMM02" => await RegisterAsync(root, xml, now, id, canTakeBack: Is(kind, "OQSsiimm02"), stop),
                "OQSMUQUC01" => BeginBulk(root, xml, now, id, stop),
                "OQSMUQUC02" => BulkResult(root, xml, now, id),
                "YZKSIQUC01" => await RecordsAsync("YZK", root, xml, now, id, stop),
                "TKKSIQUC01" => await RecordsAsync("TKK", root, xml, now, id, stop),
                _ => null,
            };
        }
        catch (CentreException)
        {
            return xml.Error(now, id, NoAnswer, NoAnswerWords);
        }
    }

    public static string Value(XElement root, string tag) => root.DescendantsAndSelf(tag).FirstOrDefault()?.Value ?? "";

    public static string WrongWords(string what) => $"要求ファイルの内容に誤りがあります。{what}。";

    private static bool Is(string kind, string known) => kind.Equals(known, StringComparison.OrdinalIgnoreCase);

    private async Task<byte[]> ByNumberAsync(XElement root, ResultXml xml, DateTimeOffset now, string id, CancellationToken stop)
    {
        (InsuranceQuery? query, string wrong) = Query(root);
        if (query is null) return xml.Error(now, id, Wrong, WrongWords(wrong));
        if (DayOf(root, now) is not { } day) return xml.Error(now, id, Wrong, WrongWords("資格確認日を確かめてください"));
        return xml.RequestResult(await centre.AskAsync(query, stop), now, day, id, Asked(root, query.WithLimit), query.WithLimit);
    }

    private byte[] BeginBulk(XElement root, ResultXml xml, DateTimeOffset now, string id, CancellationToken stop)
    {
        List<XElement> people = [.. root.Descendants("QualificationConfirmSearchInfo")];
        if (people.Count is 0 or > BulkInquiries.MaxUnits) return xml.Error(now, id, Wrong, WrongWords(
            $"照会する方（QualificationConfirmSearchInfo）は1件から{BulkInquiries.MaxUnits.ToString(CultureInfo.InvariantCulture)}件までです"));
        if (DayOf(root, now) is not { } day) return xml.Error(now, id, Wrong, WrongWords("資格確認日を確かめてください"));
        return xml.BulkAccepted(_bulk.Begin([.. people.Select(Unit)], day, stop), isResult: false, now, id);
    }

    private static BulkUnit Unit(XElement person)
    {
        // One wrong line must not stop the others. A bulk inquiry gives no 限度額, so its flag is not judged.
        (InsuranceQuery? query, string wrong) = Numbers(person, withLimit: false);
        return new([.. s_searchTags.Select(tag => (tag, Value(person, tag)))], query, query is null ? Wrong : "",
            query is null ? WrongWords(wrong) : "");
    }

    private byte[] BulkResult(XElement root, ResultXml xml, DateTimeOffset now, string id)
    {
        string number = Value(root, "ReceptionNumber").Trim();
        return _bulk.Find(number) switch
        {
            null => xml.Error(now, id, UnknownNumber, "この受付番号の照会はありません。もう一度、照会を要求してください。"),
            (_, null) => xml.BulkAccepted(number, isResult: true, now, id),
            ({ } day, { } units) => xml.BulkResult(number, units, now, day, id),
        };
    }

    private async Task<byte[]> RegisterAsync(
        XElement root, ResultXml xml, DateTimeOffset now, string id, bool canTakeBack, CancellationToken stop)
    {
        List<(string Tag, string Text)> asked = [.. s_registrationTags.Select(tag => (tag, Value(root, tag)))];
        string reference = asked[0].Text.Trim(), insurer = FullWidth.ToAsciiForms(asked[1].Text).Trim(), symbol = asked[2].Text.Trim(),
            number = asked[3].Text.Trim(), branch = FullWidth.ToAsciiForms(asked[4].Text).Trim();
        List<string> wrong = [];
        if (reference.Length > LongestReference || (reference.Length == 0 && !canTakeBack)) wrong.Add("照会番号（1～50字）");
        if (insurer.Length is < 6 or > 8 || !insurer.All(char.IsAsciiDigit)) wrong.Add("保険者番号（6～8桁）");
        if (symbol.Length > LongestText) wrong.Add("記号（20字以内）");
        if (number.Length is 0 or > LongestText) wrong.Add("番号（1～20字）");
        if (branch.Length > 2 || !branch.All(char.IsAsciiDigit)) wrong.Add("枝番（2桁）");
        if (wrong.Count > 0) return xml.Error(now, id, Wrong, WrongWords(string.Join("、", wrong) + "を確かめてください"));
        Registered answer = await centre.RegisterAsync(
            new(insurer, symbol, number, branch.Length == 1 ? "0" + branch : branch, reference), stop);
        return xml.RegistrationResult(answer, now, id, asked);
    }

    private async Task<byte[]> RecordsAsync(
        string kind, XElement root, ResultXml xml, DateTimeOffset now, string id, CancellationToken stop)
    {
        string category = Value(root, "FileCategory").Trim();
        if (category.Length > 0 && (!int.TryParse(category, NumberStyles.None, CultureInfo.InvariantCulture, out int c) || c % 2 != 0))
            return xml.RecordsRefused(now, id, NotGiven, "この受付端末はXMLだけを出力します。FileCategoryを偶数（XML）にして要求してください。");
        if (RecordsPeriod.Parse(Value(root, "StartDate").Trim(), Value(root, "EndDate").Trim()) is not { } period)
            return xml.RecordsRefused(now, id, Wrong, WrongWords("期間（StartDate、EndDate）を確かめてください"));
        NumbersAsked asked = new(Value(root, "InsurerNumber"), Value(root, "InsuranceCardSymbol"),
            Value(root, "InsuredPersonIdentificationNumber"), Value(root, "BranchNumber"));
        if (asked.Insurer.Trim().Length == 0 || asked.Number.Trim().Length == 0)
            return xml.RecordsRefused(now, id, Wrong, WrongWords("保険者番号と番号を確かめてください"));
        if (records is null) return xml.RecordsRefused(now, id, NotGiven, "この受付端末は医療情報を出力しません。");
        try
        {
            (MedicalRecords? found, string why) = await records.FindAsync(asked, kind, stop);
            return found is null ? xml.RecordsRefused(now, id, NotGiven, why + "。") : xml.Records(kind, found, period, now, id);
        }
        catch (CentreException)
        {
            return xml.RecordsRefused(now, id, NoAnswer, NoAnswerWords);
        }
    }

    private static (InsuranceQuery? Query, string Wrong) Query(XElement root)
    {
        string limit = Value(root, LimitFlag);
        // Without the flag nothing says that the patient agrees.
        bool withLimit = limit == OqsCodes.Consent(true);
        return limit.Length > 0 && !withLimit && limit != OqsCodes.Consent(false)
            ? (null, "限度額の同意フラグ（0か1）を確かめてください") : Numbers(root, withLimit);
    }

    private static (InsuranceQuery? Query, string Wrong) Numbers(XElement root, bool withLimit) => InsuranceQuery.Of(
        Value(root, "InsurerNumber"), Value(root, "InsuredCardSymbol"), Value(root, "InsuredIdentificationNumber"),
        Value(root, "InsuredBranchNumber"), Date(Value(root, "Birthdate")), withLimit);

    /// <summary>The flag always goes back: public readers need it, and it says what the answer can contain.</summary>
    private static IEnumerable<(string Tag, string Text)> Asked(XElement root, bool withLimit) =>
        s_searchTags.Select(tag => (tag, tag == LimitFlag ? OqsCodes.Consent(withLimit) : Value(root, tag)));

    private static DateOnly? DayOf(XElement root, DateTimeOffset now) =>
        Value(root, "QualificationConfirmationDate") is { Length: > 0 } day ? Date(day) : JapanTime.DateOf(now);

    /// <returns>Null: not yyyyMMdd, or no such day.</returns>
    private static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;
}
