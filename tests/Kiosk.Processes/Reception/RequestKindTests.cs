using System.Globalization;
using System.Xml;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.Simulators.Centre;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>
/// Requests besides the one by number. They are written, and their answers read, as public programs do it: OQSDrug2 and a reception agent
/// (C#), a clinic system with classes for each file (C#).
/// </summary>
public sealed class RequestKindTests : IDisposable
{
    private const string Numbers =
        "<InsurerNumber>39131234</InsurerNumber><InsuredCardSymbol/><InsuredIdentificationNumber>12345678</InsuredIdentificationNumber>";

    private readonly string _dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName;
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly SimulatedCentre _centre = new([]);
    private readonly Records _records = new();
    private readonly RequestFolder _requests;
    private readonly string _req;
    private readonly string _res;

    public RequestKindTests()
    {
        (_req, _res) = (Path.Combine(_dir, "Req"), Path.Combine(_dir, "Res"));
        _requests = new(_req, _res, "1312345678", "shift_jis", new(_centre, _records, _clock), new ReceptionTroubles(new ChangeSignal()),
            _clock, NullLogger.Instance);
        Directory.CreateDirectory(_req);
    }

    public void Dispose() => Directory.Delete(_dir, recursive: true);

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("Shift_JIS")]
    public async Task A_照会番号_is_registered_echoed_and_stands_in_every_later_result(string encoding)
    {
        XmlDocument answer = await AskAsync("OQSsiimm01req_202611290001", Registration("P-24434", Numbers), encoding);
        // As the reception agent judges it.
        Assert.Equal(("1", "1", "P-24434", "12345678", "abc", "1312345678"), (Value(answer, "//SegmentOfResult"),
            Value(answer, "//ProcessingResultStatus"), Value(answer, "//ReferenceNumberRegistrationInfo/ReferenceNumber"),
            Value(answer, "//ReferenceNumberRegistrationInfo/InsuredIdentificationNumber"), Value(answer, "//ArbitraryFileIdentifier"),
            Value(answer, "//MedicalInstitutionCode")));
        Assert.Null(answer.SelectSingleNode("//InsuredCardSymbol"));

        XmlDocument result = await AskAsync(
            "OQSsiquc01req_1", $"<MessageBody>{Numbers}<Birthdate>19480503</Birthdate></MessageBody>", encoding);

        Assert.Equal("P-24434", Value(result, "//ResultOfQualificationConfirmation/ReferenceNumber"));
    }

    [Fact]
    public async Task One_照会番号_for_two_people_is_refused_and_the_first_keeps_it()
    {
        await AskAsync("OQSsiimm01req_1", Registration("7", Numbers));
        XmlDocument other = await AskAsync("OQSsiimm01req_2", Registration("7",
            "<InsurerNumber>01130012</InsurerNumber><InsuredIdentificationNumber>567</InsuredIdentificationNumber>"));
        Assert.Equal(("2", "SIM03"), (Value(other, "//ProcessingResultStatus"), Value(other, "//ProcessingResultCode")));
        XmlDocument again = await AskAsync("OQSsiimm01req_3", Registration("8", Numbers));
        Assert.Equal("1", Value(again, "//ProcessingResultStatus"));
        XmlDocument free = await AskAsync("OQSsiimm01req_4", Registration("7",
            "<InsurerNumber>01130012</InsurerNumber><InsuredIdentificationNumber>567</InsuredIdentificationNumber>"));
        Assert.Equal("1", Value(free, "//ProcessingResultStatus"));
    }

    [Theory]
    [InlineData("", "01130012", "567", "", "照会番号")]
    [InlineData("1", "1130X", "567", "", "保険者番号")]
    [InlineData("1", "01130012", "", "", "番号（1")]
    [InlineData("1", "01130012", "567", "100", "枝番")]
    public async Task A_registration_with_a_wrong_field_names_it(
        string reference, string insurer, string number, string branch, string words)
    {
        XmlDocument answer = await AskAsync("OQSsiimm01req_1", Registration(reference,
            $"<InsurerNumber>{insurer}</InsurerNumber><InsuredIdentificationNumber>{number}</InsuredIdentificationNumber>"
                + $"<InsuredBranchNumber>{branch}</InsuredBranchNumber>"));
        Assert.Equal(("9", "KIOSK01"), (Value(answer, "//SegmentOfResult"), Value(answer, "//ErrorCode")));
        Assert.Contains(words, Value(answer, "//ErrorMessage"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_change_of_the_insurer_the_number_is_gone_and_that_is_said()
    {
        SimulatedCentre centre = new(["newer"]);
        using TestCard card = new();
        Insurance person = SimulatedPeople.All[0];
        Assert.True((await centre.RegisterAsync(new(person.Insurer, "", person.Number, "", "55"), default)).IsGood);
        Eligibility answer = await centre.AskAsync(card.Certificate, default);
        Assert.Equal(("", "55"), (answer.ReferenceNumber, answer.LostReference));
        Insurance fresh = answer.Insurances.Single(i => i.Until is null);
        Assert.True((await centre.RegisterAsync(new(fresh.Insurer, fresh.Symbol, fresh.Number, fresh.Branch, "55"), default)).IsGood);
        answer = await centre.AskAsync(card.Certificate, default);
        Assert.Equal(("55", ""), (answer.ReferenceNumber, answer.LostReference));
    }

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("Shift_JIS")]
    public async Task A_bulk_inquiry_gets_a_number_and_with_it_one_unit_for_each_person(string encoding)
    {
        string[] people =
        [
            Person("01130012", "567", "19851120", "A1"), Person("01130012", "999", "19851120", "A2"),
            Person("99000001", "1", "20000101", "A3"), Person("0113", "567", "19851120", "A4"), Person("06400005", "701", "20150303", "A5"),
        ];
        XmlDocument accepted = await AskAsync("OQSmuquc01req_1", $"<MessageBody>{string.Concat(people)}</MessageBody>", encoding);
        string number = Value(accepted, "//ReceptionNumber");
        Assert.Equal(("1", 18), (Value(accepted, "//SegmentOfResult"), number.Length));

        XmlDocument result = await AskAsync("OQSmuquc02req_1",
            $"<MessageBody><ReceptionNumber>{number}</ReceptionNumber></MessageBody>", encoding);

        Assert.Equal((number, "5", "3", "2"), (Value(result, "/XmlMsg/MessageHeader/ReceptionNumber"),
            Value(result, "//NumberOfProcessingResult"), Value(result, "//NumberOfNormalProcessing"), Value(result, "//NumberOfError")));
        List<XmlNode> units = [.. result.SelectNodes("/XmlMsg/MessageBody/BulkConfirmUnit")!.Cast<XmlNode>()];
        Assert.Equal(["A1", "A2", "A3", "A4", "A5"], units.Select(u => Value(u, "QualificationConfirmSearchInfo/ArbitraryIdentifier")));
        Assert.Equal(["1", "1", "2", "2", "1"], units.Select(u => Value(u, "ProcessingResultStatus")));
        Assert.Equal(["1", "4", "", "", "5"], units.Select(u => Value(u, "QualificationValidity")));
        Assert.Equal("模擬　太郎", Value(units[0], "ResultOfQualificationConfirmation/Name"));
        Assert.Equal(("SIM01", "KIOSK01"), (Value(units[2], "ProcessingResultCode"), Value(units[3], "ProcessingResultCode")));
        Assert.Empty(result.SelectNodes("//*[not(*) and not(text())]")!);
        XmlDocument unknown = await AskAsync("OQSmuquc02req_2", "<MessageBody><ReceptionNumber>1</ReceptionNumber></MessageBody>");
        Assert.Equal("KIOSK04", Value(unknown, "//ErrorCode"));
    }

    [Fact]
    public async Task Drugs_are_read_by_a_public_reader_and_only_of_the_months_asked_for()
    {
        XmlDocument answer = await AskAsync("YZKsiquc01req_022611291200123", Wanted("2", "202610", "202611"), "Shift_JIS");
        Assert.Equal("1", Value(answer, "//ResultCode"));
        XmlNode who = answer.SelectSingleNode("/XmlMsg/MessageHeader/QuaInf")!;
        Assert.Equal(("試験　花子", "19480503", "2"), (Value(who, "Name"), Value(who, "Birth"), Value(who, "AdmGendCode")));
        XmlNodeList months = answer.SelectNodes("/XmlMsg/MessageBody/MeTrMonthInf")!;
        Assert.Equal(["202611", "202610"], months.Cast<XmlNode>().Select(m => Value(m, "MeTrMonth")));
        XmlNode day = months[0]!.SelectSingleNode("DiDateInfs/DiDateInf")!;
        Assert.Equal("20261104", Value(day, "DiDate"));
        XmlNode drug = day.SelectNodes("DrugInfs/DrugInf")![1]!;
        Assert.Equal(("メトホルミン塩酸塩錠２５０ｍｇＭＴ「模擬」", "メトホルミン塩酸塩", "2", "錠", "28", "21"), (Value(drug, "DrugN"), Value(drug, "IngreN"),
            float.Parse(Value(drug, "Qua1"), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture), Value(drug, "Unit"),
            Value(drug, "Times"), Value(drug, "MeTrIdCl")));
        Assert.Equal(("39131234", "12345678", "YZK"), (_records.Asked!.Insurer.Trim(), _records.Asked.Number, _records.Kind));
    }

    [Fact]
    public async Task Checkups_are_read_by_a_public_reader_with_their_JLAC10_codes()
    {
        XmlDocument answer = await AskAsync("TKKsiquc01req_002611291200123", Wanted("0", "", ""));
        Assert.Equal("19480503", Value(answer, "/XmlMsg/MessageHeader/QualificationsInfo/Birthday"));
        XmlNodeList all = answer.SelectNodes("//SpecificHealthCheckupInfo")!;
        Assert.Equal(["20260612", "20250620", "20240702"], all.Cast<XmlNode>().Select(c => Value(c, "EffectiveTime")));
        XmlNode pressure = all[0]!.SelectSingleNode(
            "HealthCheckupResultAndQuestionInfos/HealthCheckupResultAndQuestionInfo[ItemCode='9A751000000000001']")!;
        Assert.Equal(("148", "mmHg", "収縮期血圧"), (Value(pressure, "DataValue"), Value(pressure, "Unit"), Value(pressure, "ItemName")));
    }

    [Theory]
    [InlineData("1", "202610", "202611", "", "偶数")]
    [InlineData("2", "2026", "202611", "", "期間")]
    [InlineData("2", "202610", "202611", "この情報の提供に同意していません", "同意していません")]
    public async Task Records_that_are_not_given_have_a_reason_where_readers_look_for_it(
        string category, string from, string until, string refusal, string words)
    {
        _records.Why = refusal;
        XmlDocument answer = await AskAsync("YZKsiquc01req_1", Wanted(category, from, until));
        Assert.NotEqual("1", Value(answer, "//ResultCode"));
        Assert.Contains(words, Value(answer, "//MessageContents"), StringComparison.Ordinal);
        Assert.DoesNotContain("花子", answer.OuterXml, StringComparison.Ordinal);
    }

    private static string Registration(string reference, string numbers) => $"<MessageBody><ReferenceNumberRegistrationInfo>"
        + $"<ReferenceNumber>{reference}</ReferenceNumber>{numbers}</ReferenceNumberRegistrationInfo></MessageBody>";

    private static string Person(string insurer, string number, string birthdate, string own) => "<QualificationConfirmSearchInfo>"
        + $"<InsurerNumber>{insurer}</InsurerNumber><InsuredIdentificationNumber>{number}</InsuredIdentificationNumber>"
        + $"<Birthdate>{birthdate}</Birthdate><ArbitraryIdentifier>{own}</ArbitraryIdentifier></QualificationConfirmSearchInfo>";

    // As OQSDrug2 writes it: the numbers in the header, under other names than in an inquiry.
    private static string Wanted(string category, string from, string until) =>
        "<MessageHeader><MedicalInstitutionCode>1312345678</MedicalInstitutionCode><InsurerNumber>39131234</InsurerNumber>"
        + "<InsuranceCardSymbol></InsuranceCardSymbol><InsuredPersonIdentificationNumber>12345678</InsuredPersonIdentificationNumber>"
        + "<BranchNumber></BranchNumber><ArbitraryFileIdentifier>240</ArbitraryFileIdentifier></MessageHeader><MessageBody>"
        + $"<StartDate>{from}</StartDate><EndDate>{until}</EndDate><FileCategory>{category}</FileCategory>"
        + "<PrDiInfClassification>1</PrDiInfClassification><MedicalTreatmentFlag>1</MedicalTreatmentFlag></MessageBody>";

    /// <summary>Writes a request, lets it be answered, and loads the answer as the public programs do: by its declaration.</summary>
    private async Task<XmlDocument> AskAsync(string name, string body, string encoding = "Shift_JIS")
    {
        string header = body.Contains("<MessageHeader>", StringComparison.Ordinal) ? ""
            : "<MessageHeader><ArbitraryFileIdentifier>abc</ArbitraryFileIdentifier></MessageHeader>";
        string text = $"<?xml version=\"1.0\" encoding=\"{encoding}\" standalone=\"no\"?>\n<XmlMsg>{header}{body}</XmlMsg>";
        await File.WriteAllBytesAsync(Path.Combine(_req, name + ".xml"),
            encoding == "UTF-8" ? System.Text.Encoding.UTF8.GetBytes(text) : ShiftJisText.Encoding.GetBytes(text));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _requests.PollAsync(default);
        await _requests.PollAsync(default);
        string file = Path.Combine(_res, name.Replace("req_", "res_", StringComparison.Ordinal) + ".xml");
        byte[] bytes = await File.ReadAllBytesAsync(file);
        XmlDocument answer = new();
        answer.LoadXml((encoding == "UTF-8" ? System.Text.Encoding.UTF8 : ShiftJisText.Encoding).GetString(bytes));
        Assert.Equal(encoding == "UTF-8" ? "0" : "1", Value(answer, "//CharacterCodeIdentifier"));
        Assert.False(File.Exists(Path.Combine(_req, name + ".xml")));
        return answer;
    }

    private static string Value(XmlNode from, string path) => from.SelectSingleNode(path)?.InnerText.Trim() ?? "";

    /// <summary>Gives the records of 試験　花子 unless the test says why not.</summary>
    private sealed class Records : IConsentedRecords
    {
        public string Why { get; set; } = "";

        public NumbersAsked? Asked { get; private set; }

        public string Kind { get; private set; } = "";

        public Task<(MedicalRecords? Records, string Why)> FindAsync(NumbersAsked asked, string kind, CancellationToken stop)
        {
            (Asked, Kind) = (asked, kind);
            return Task.FromResult<(MedicalRecords?, string)>(
                Why.Length > 0 ? (null, Why) : (SimulatedRecords.RecordsOf(SimulatedPeople.All[0].Person, kind), ""));
        }
    }
}
