using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.Simulators.Centre;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Reception;

/// <summary>Reads the files as foreign programs do: by the name pattern, the declared encoding, and tags by name in any order.</summary>
public sealed partial class FaceFileTests
{
    [Fact]
    public async Task A_check_in_becomes_one_file_that_a_foreign_reader_finds_and_understands()
    {
        await using Facility facility = await OpenAsync("valid");
        using CardInHand card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);

        Dictionary<string, string> tags = await ReadAsync(facility, 1);

        Assert.Equal("試験　花子", tags["Name"]);
        Assert.Equal("39131234", tags["InsurerNumber"]);
        Assert.Equal("1", tags["QualificationValidity"]);
        Assert.Equal("1", tags["CharacterCodeIdentifier"]);
        Assert.Equal("1312345678", tags["MedicalInstitutionCode"]);
        Assert.Equal(16, tags["ArbitraryFileIdentifier"].Length);
        Assert.Equal("1", tags["PharmacistsInfoConsFlg"]);
        DateTime given = Time(tags["PharmacistsInfoConsTime"]), until = Time(tags["PharmacistsInfoAvailableTime"]);
        Assert.Equal(TimeSpan.FromHours(24), until - given);
    }

    [Fact]
    public async Task Every_tag_of_the_interface_is_there_by_name()
    {
        Insurance full = SimulatedPeople.All[4] with { Elderly = SimulatedPeople.All[0].Elderly };
        using CardInHand card = new();
        await using Facility facility = await Facility.OpenAsync();
        Contract.CheckInRequest message = Wire.ToContract(await facility.VisitAsync(facility.Link(), card));
        message.PrescriptionForm = Contract.PrescriptionForm.Electronic;
        Dictionary<string, string> tags = Tags(new FaceXml("1312345678").Result(new Eligibility("1", "", "", [full]), TimeProvider.System.GetUtcNow(), "0123456789abcdef", message));
        Assert.Equal("1", tags["PrescriptionIssueSelect"]);
        Assert.Equal("", string.Join(' ', AllTags().Except(tags.Keys)));
    }

    [Fact]
    public async Task A_character_the_encoding_has_not_becomes_a_dot_and_the_desk_says_where()
    {
        await using Facility facility = await OpenAsync("unmappable");
        using CardInHand card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);

        Dictionary<string, string> tags = await ReadAsync(facility, 1);

        Assert.Equal("●野　●子", tags["Name"]);
        // Inside cp932, as extensions of JIS X 0208.
        Assert.Contains("髙﨑", tags["Address"], StringComparison.Ordinal);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string view = Regex.Unescape(await desk.LookAsync());
        Assert.Contains("氏名 2字", view, StringComparison.Ordinal);
        Assert.Contains("\"centre\":\"模擬\"", view, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("valid", "1", 1)]
    [InlineData("invalid", "2", 1)]
    [InlineData("newer", "3", 2)]
    [InlineData("none", "4", 0)]
    [InlineData("several", "5", 2)]
    [InlineData("notice", "1", 1)]
    public async Task Each_answer_of_the_centre_reaches_the_file(string answer, string validity, int insurances)
    {
        await using Facility facility = await OpenAsync(answer);
        using CardInHand card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        string text = Legible.ShiftJis.GetString(await File.ReadAllBytesAsync((await FilesAsync(facility, 1))[0]));
        Assert.Contains($"<QualificationValidity>{validity}<", text, StringComparison.Ordinal);
        Assert.Equal(insurances, Regex.Count(text, "<ResultOfQualificationConfirmation>"));
        Assert.Equal(answer == "notice", text.Contains("<ProcessingResultCode>006<", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_taken_away_does_not_come_back_after_a_restart()
    {
        await using Facility facility = await OpenAsync("valid");
        using CardInHand card = new(), other = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        File.Delete((await FilesAsync(facility, 1))[0]);
        int port = facility.Host.LinkPort;
        await facility.Host.DisposeAsync();
        await facility.StartAsync(port, o => With(o, facility.Dir));
        await link.SubmitAsync(await facility.VisitAsync(link, other), default);
        string file = Assert.Single(await FilesAsync(facility, 1));
        Assert.Contains("00000000000000002_", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_arrival_of_before_midnight_gets_its_file_after_it()
    {
        // The next 23:58 in Japan: the certificates of the test are valid then.
        DateTimeOffset japan = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(9));
        FakeTimeProvider clock = new(new DateTimeOffset(japan.Date, japan.Offset).AddDays(1).AddMinutes(-2));
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, folder = Path.Combine(dir, "Face");
        // A file in the folder's place: nothing can be written yet.
        await File.WriteAllTextAsync(folder, "");
        await using Facility facility = await Facility.OpenAsync(clock, o => With(o, dir), ["valid"]);
        using CardInHand card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        string day = clock.GetUtcNow().ToOffset(japan.Offset).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);

        clock.Advance(TimeSpan.FromMinutes(5));
        File.Delete(folder);

        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (!Directory.Exists(folder) || !Directory.GetFiles(folder).Any(f => ReadersPattern().IsMatch(f)))
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
        }

        Assert.Contains($"_{day}2358", Assert.Single(Directory.GetFiles(folder)), StringComparison.Ordinal);
        Directory.Delete(dir, recursive: true);
    }

    [Fact]
    public void What_a_crash_left_half_done_is_published_only_when_it_was_noted()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName;
        FaceFiles files = new(dir, "1312345678");
        string noted = files.Name(1, TimeProvider.System.GetUtcNow()), lost = files.Name(2, TimeProvider.System.GetUtcNow());
        files.WriteAside(noted, [1]);
        files.WriteAside(lost, [2]);
        Assert.DoesNotContain(Directory.GetFiles(dir), f => ReadersPattern().IsMatch(f));
        files.Recover(name => name == noted);
        Assert.Equal([noted], Directory.GetFiles(dir).Select(Path.GetFileName));
        Directory.Delete(dir, recursive: true);
    }

    [Fact]
    public async Task A_request_by_insurance_number_is_answered_once_it_is_whole_and_a_bad_one_with_an_error()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, req = Path.Combine(dir, "Req"), res = Path.Combine(dir, "Res");
        Requests requests = new(req, res, "1312345678", new SimulatedCentre([]), TimeProvider.System, NullLogger.Instance);
        Directory.CreateDirectory(req);
        await File.WriteAllBytesAsync(Path.Combine(req, "OQSsiquc01req_1.xml"), Legible.ShiftJis.GetBytes(
            "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\r\n<XmlMsg><MessageHeader><ArbitraryFileIdentifier>abc</ArbitraryFileIdentifier></MessageHeader><MessageBody>" +
            "<InsurerNumber>01130012</InsurerNumber><InsuredCardSymbol>１２３４</InsuredCardSymbol><InsuredIdentificationNumber>567</InsuredIdentificationNumber><Birthdate>19851120</Birthdate></MessageBody></XmlMsg>"));
        await File.WriteAllTextAsync(Path.Combine(req, "OQSsiquc01req_2.xml"), "<XmlMsg><Birthdate>soon");
        await requests.LookAsync(default);
        Assert.Empty(Directory.GetFiles(res));

        await requests.LookAsync(default);

        Dictionary<string, string> good = Tags(await File.ReadAllBytesAsync(Path.Combine(res, "OQSsiquc01res_1.xml")));
        Assert.Equal(("模擬　太郎", "abc", "2"), (good["Name"], good["ArbitraryFileIdentifier"], good["ReferenceClassification"]));
        Dictionary<string, string> bad = Tags(await File.ReadAllBytesAsync(Path.Combine(res, "OQSsiquc01res_2.xml")));
        Assert.Equal("9", bad["SegmentOfResult"]);
        Assert.Contains("保険者番号", bad["ErrorMessage"], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(req));
        Directory.Delete(dir, recursive: true);
    }

    [Fact]
    public async Task A_file_whose_folder_is_gone_in_the_moment_of_renaming_is_shown_later_without_a_restart()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, folder = Path.Combine(dir, "Face");
        string name = new FaceFiles(folder, "1312345678").Name(1, clock.GetUtcNow());
        // A folder in the file's place: it can be written aside, and not be renamed.
        Directory.CreateDirectory(Path.Combine(folder, name, "in the way"));
        await using Facility facility = await Facility.OpenAsync(clock, o => With(o, dir), ["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        using CardInHand card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (!Regex.Unescape(await desk.LookAsync()).Contains("レセコン用のファイルを書けません", StringComparison.Ordinal)) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);

        Directory.Delete(Path.Combine(folder, name), recursive: true);

        while (!File.Exists(Path.Combine(folder, name)))
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
        }

        Directory.Delete(dir, recursive: true);
    }

    private static Task<Facility> OpenAsync(string answer) => Facility.OpenAsync(change: o => With(o, Path.GetDirectoryName(o.Database)!), centreAnswers: [answer]);

    private static ReceptionOptions With(ReceptionOptions o, string dir) =>
        o with { Oqs = new("1312345678", Path.Combine(dir, "Face")) };

    private static async Task<string[]> FilesAsync(Facility facility, int count)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        string folder = Path.Combine(facility.Dir, "Face");
        while (true)
        {
            string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(f => ReadersPattern().IsMatch(f))] : [];
            if (files.Length >= count) return files;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
        }
    }

    private static async Task<Dictionary<string, string>> ReadAsync(Facility facility, int count) => Tags(await File.ReadAllBytesAsync((await FilesAsync(facility, count))[0]));

    private static Dictionary<string, string> Tags(byte[] file)
    {
        string text = CodePagesEncodingProvider.Instance.GetEncoding("Shift_JIS")!.GetString(file);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\r\n", text, StringComparison.Ordinal);
        Assert.Equal(text.Count(c => c == '\n'), Regex.Count(text, "\r\n"));
        Dictionary<string, string> tags = [];
        using StringReader lines = new(text);
        using XmlReader reader = XmlReader.Create(lines);
        string last = "";
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element) tags.TryAdd(last = reader.Name, "");
            if (reader.NodeType == XmlNodeType.Text && tags[last].Length == 0) tags[last] = reader.Value;
        }

        return tags;
    }

    private static DateTime Time(string stamp) => DateTime.ParseExact(stamp, "yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture);

    // The interface's own list, written out, so that a tag renamed in the writer is missed here.
    private static IEnumerable<string> AllTags()
    {
        string[] consented = ["SpecificHealthCheckupsInfo", "PharmacistsInfo", "DiagnosisInfo", "OperationInfo", "DiagnosisName", "InfectiousInfo", "AllergyInfo", "ContraindicationInfo", "TestInfo", "PrescriptionInfo"];
        return """
            XmlMsg MessageHeader ProcessExecutionTime QualificationConfirmationDate MedicalInstitutionCode ArbitraryFileIdentifier ReferenceClassification SegmentOfResult
            CharacterCodeIdentifier MessageBody PrescriptionIssueSelect ProcessingResultStatus ProcessingResultCode ProcessingResultMessage QualificationValidity ResultList
            ResultOfQualificationConfirmation InsuredCardClassification InsurerNumber InsuredCardSymbol InsuredIdentificationNumber InsuredBranchNumber
            PersonalFamilyClassification InsuredName Name NameOfOther NameKana NameOfOtherKana Sex1 Sex2 Birthdate Address PostNumber QualificationDate DisqualificationDate
            InsuredCertificateIssuanceDate InsuredCardValidDate InsuredCardExpirationDate InsuredPartialContributionRatio PreschoolClassification ReasonOfLoss InsurerName
            ElderlyRecipientCertificateInfo ElderlyRecipientCertificateDate ElderlyRecipientValidStartDate ElderlyRecipientValidEndDate ElderlyRecipientContributionRatio
            LimitApplicationCertificateRelatedConsFlg LimitApplicationCertificateRelatedConsTime LimitApplicationCertificateRelatedInfo LimitApplicationCertificateClassification
            LimitApplicationCertificateClassificationFlag LimitApplicationCertificateDate LimitApplicationCertificateValidStartDate LimitApplicationCertificateValidEndDate
            LimitApplicationCertificateLongTermDate SpecificDiseasesCertificateRelatedConsFlg SpecificDiseasesCertificateRelatedConsTime SpecificDiseasesCertificateList
            SpecificDiseasesCertificateInfo SpecificDiseasesDiseaseCategory SpecificDiseasesCertificateDate SpecificDiseasesValidStartDate SpecificDiseasesValidEndDate
            SpecificDiseasesSelfPay PublicExpenseResultList MedicalTicketInfo TicketType MedicalTicketValidDate MedicalTicketExpirationDate IssueNumber MedicalTreatmentMonth
            DesignatedMedicalInstitutionCode DesignatedMedicalInstitutionFlag DesignatedMedicalInstitutionName PrescriptionIssuerMedicalInstitutionCode
            PrescriptionIssuerMedicalInstitutionName InjuryName1 InjuryName2 InjuryName3 MedicalTreatmentType SelfPayAmount DistrictContactName HandlingContactName
            SingleOrCombinedUse StatusOfSocialInsurance ConsistencyFlag StatusOfInfecton StatusOfElderlyMedicalCare StatusOfPrefecturalExpenses Remarks1 Remarks2 Remarks3
            ReferenceNumber
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Concat(consented.SelectMany(c => (string[])[c + "ConsFlg", c + "ConsTime", c + "AvailableTime"]));
    }

    [GeneratedRegex(@"OQSsiquc01res_face_.+_(\d{14})\.xml")]
    private static partial Regex ReadersPattern();
}
