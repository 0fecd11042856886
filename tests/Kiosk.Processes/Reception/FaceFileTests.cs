using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Kiosk.Core.Values;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Desk;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.Simulators.Centre;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>Reads the files as other programs do: by name pattern, declared encoding, and tags by name in any order.</summary>
public sealed partial class FaceFileTests
{
    [Fact]
    public async Task A_check_in_gives_one_file_that_another_program_finds_and_reads()
    {
        await using Facility facility = await OpenAsync("valid");
        using TestCard card = new();
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
    public async Task The_file_has_every_tag_of_the_interface()
    {
        Insurance full = Full();
        using TestCard card = new();
        await using Facility facility = await Facility.OpenAsync();
        Contract.CheckInRequest message = Wire.ToContract(await facility.VisitAsync(facility.Link(), card));
        message.PrescriptionForm = Contract.PrescriptionForm.Electronic;
        message.Consents.Items.Add(new Contract.Consent { Code = OqsCodes.SpecificDiseases, Given = true });
        Dictionary<string, string> tags = Tags(new ResultXml("1312345678", new ShiftJisText()).FaceResult(
            new Eligibility("1", "006", "notice", [full]), TimeProvider.System.GetUtcNow(), "0123456789abcdef", message));
        Assert.Equal("1", tags["PrescriptionIssueSelect"]);
        Assert.Equal("", string.Join(' ', AllTags().Except(tags.Keys)));
        Assert.Equal(("20240401", "20250720", "20250801", "20270731"), (tags["QualificationDate"], tags["InsuredCertificateIssuanceDate"],
            tags["InsuredCardValidDate"], tags["InsuredCardExpirationDate"]));
    }

    [Fact]
    public async Task What_is_not_known_has_no_element_in_any_answer()
    {
        using TestCard card = new();
        await using Facility facility = await Facility.OpenAsync();
        Contract.CheckInRequest message = Wire.ToContract(await facility.VisitAsync(facility.Link(), card));
        Insurance full = Full();
        Insurance bare = new(new("名", "", "", new(2000, 1, 1), "", ""), "", "", "", "", "", "", "", "", new(2020, 1, 1), null, "");
        Eligibility[] answers =
        [
            new("4", "", "", []), new("1", "", "", [bare]), new("1", "", "", [full]), new("5", "", "", [.. SimulatedPeople.All]),
            new("", "E", "refused", [full]) { IsRefused = true },
        ];
        foreach (Eligibility answer in answers)
        {
            XElement[] files =
            [
                Read(Xml().FaceResult(answer, TimeProvider.System.GetUtcNow(), "id", message)),
                Read(Xml().RequestResult(answer, TimeProvider.System.GetUtcNow(), new(2026, 11, 1), "id", [("InsurerNumber", ""),
                    ("Birthdate", "20000101")], withLimit: false)),
            ];
            foreach (XElement file in files)
            {
                Assert.DoesNotContain(file.Descendants(), e => !e.HasElements && string.IsNullOrWhiteSpace(e.Value));
                Assert.Equal(answer.IsRefused ? "2" : "1", file.Descendants("ProcessingResultStatus").Single().Value);
                Assert.Equal(answer.IsRefused ? 0 : answer.Insurances.Count, file.Descendants("ResultOfQualificationConfirmation").Count());
            }
        }

        static ResultXml Xml() => new("1312345678", new Utf8Text());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Specific_diseases_are_in_the_file_only_with_their_consent(bool given)
    {
        using TestCard card = new();
        await using Facility facility = await Facility.OpenAsync();
        Contract.CheckInRequest message = Wire.ToContract(await facility.VisitAsync(facility.Link(), card));
        message.Consents.Items.Add(new Contract.Consent { Code = OqsCodes.SpecificDiseases, Given = given });
        Eligibility answer = new("1", "", "", [Full()]);

        ResultXml xml = new("1312345678", new ShiftJisText());
        XElement file = Read(xml.FaceResult(answer, TimeProvider.System.GetUtcNow(), "id", message));

        Assert.Equal(given ? "1" : "0", file.Descendants("SpecificDiseasesCertificateRelatedConsFlg").Single().Value);
        Assert.Equal(given ? 1 : 0, file.Descendants("SpecificDiseasesCertificateInfo").Count());
        Assert.Equal(given ? 1 : 0, file.Descendants("SpecificDiseasesCertificateRelatedConsTime").Count());
    }

    [Fact]
    public async Task With_UTF8_every_character_is_in_the_file_and_the_page_reports_none()
    {
        await using Facility facility = await Facility.OpenAsync(
            change: o => o with { Oqs = new("1312345678", Path.Combine(Path.GetDirectoryName(o.Database)!, "Face"), Encoding: "utf-8") },
            centreAnswers: ["unmappable"]);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);

        byte[] file = await File.ReadAllBytesAsync((await FilesAsync(facility, 1))[0]);

        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Dictionary<string, string> tags = Tags(file);
        Assert.Equal(("0", "𠮷野　𩸽子"), (tags["CharacterCodeIdentifier"], tags["Name"]));
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("\"missing\":\"\"", await desk.UntilAsync("\"validity\":\"有効\""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_person_with_public_assistance_has_tickets_with_their_own_data_and_no_insurance_data()
    {
        Insurance person = SimulatedPeople.All.Single(i => i.Card == "A1");

        XElement file = Read(new ResultXml("9999999999", new ShiftJisText()).RequestResult(new("1", "", "", [person]),
            TimeProvider.System.GetUtcNow(), new(2026, 11, 1), "id", [], withLimit: true));

        Assert.Equal(["1312345678"], file.Descendants("DesignatedMedicalInstitutionCode").Select(e => e.Value));
        Assert.Equal(["01", "02"], file.Descendants("TicketType").Select(e => e.Value));
        Assert.Equal(["0", "1"], file.Descendants("DesignatedMedicalInstitutionFlag").Select(e => e.Value));
        Assert.Equal(["高血圧症", "高血圧症"], file.Descendants("InjuryName1").Select(e => e.Value));
        Assert.Empty(file.Descendants("InsuredBranchNumber").Concat(file.Descendants("LimitApplicationCertificateRelatedInfo")));
    }

    [Theory]
    [InlineData("Z99")]
    [InlineData("B17")]
    public void A_code_that_is_not_known_is_shown_as_such(string code)
    {
        Insurance known = SimulatedPeople.All[0];
        Insurance person = known with
        {
            Card = code,
            PersonOrFamily = code,
            Limit = known.Limit! with { Flag = code },
            Person = known.Person with { Sex = code },
        };

        EligibilityView view = DeskViewBuilder.View(new(new(code, "", "", [person]), new Dictionary<string, int>(), ""));

        Assert.Equal(($"不明なコード {code}", $"不明なコード {code}", false), (view.Validity, view.Sex, view.Good));
        Assert.Equal(3, Regex.Count(Assert.Single(view.Insurances), $"不明なコード {code}"));
    }

    [Fact]
    public async Task A_character_that_Shift_JIS_lacks_becomes_a_dot_and_the_page_names_the_field()
    {
        await using Facility facility = await OpenAsync("unmappable");
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);

        Dictionary<string, string> tags = await ReadAsync(facility, 1);

        Assert.Equal("●野　●子", tags["Name"]);
        // Inside cp932, as extensions of JIS X 0208.
        Assert.Contains("髙﨑", tags["Address"], StringComparison.Ordinal);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        // The file is published a moment before the page gets the answer.
        string view = await desk.UntilAsync("氏名 2字");
        Assert.Contains("\"centre\":\"模擬\"", view, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("valid", "1", 1)]
    [InlineData("invalid", "2", 1)]
    [InlineData("newer", "3", 2)]
    [InlineData("none", "4", 0)]
    [InlineData("several", "5", 2)]
    [InlineData("notice", "1", 1)]
    [InlineData("refused", null, 0)]
    public async Task Each_answer_of_the_centre_reaches_the_file(string answer, string? validity, int insurances)
    {
        await using Facility facility = await OpenAsync(answer);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        string text = ShiftJisText.Encoding.GetString(await File.ReadAllBytesAsync((await FilesAsync(facility, 1))[0]));
        Assert.Equal(validity is not null, text.Contains($"<QualificationValidity>{validity}", StringComparison.Ordinal));
        Assert.Contains($"<ProcessingResultStatus>{(answer == "refused" ? 2 : 1)}<", text, StringComparison.Ordinal);
        Assert.Equal(insurances, Regex.Count(text, "<ResultOfQualificationConfirmation>"));
        Assert.Equal(answer == "notice", text.Contains("<ProcessingResultCode>006<", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_was_taken_is_not_written_again_after_a_restart()
    {
        await using Facility facility = await OpenAsync("valid");
        using TestCard card = new(), other = new();
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
    public async Task An_arrival_before_midnight_gets_its_file_after_midnight()
    {
        // The next 23:58 in Japan: the certificates of the test are valid then.
        DateTimeOffset japan = JapanTime.At(TimeProvider.System.GetUtcNow());
        FakeTimeProvider clock = new(new DateTimeOffset(japan.Date, japan.Offset).AddDays(1).AddMinutes(-2));
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, folder = Path.Combine(dir, "Face");
        // A file with the folder's name: nothing can be written yet.
        await File.WriteAllTextAsync(folder, "");
        await using Facility facility = await Facility.OpenAsync(clock, o => With(o, dir), ["valid"]);
        using TestCard card = new();
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
    public void After_a_crash_a_temporary_file_is_published_only_when_it_was_noted()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName;
        FaceResultFolder files = new(dir, "1312345678");
        string noted = files.Name(1, TimeProvider.System.GetUtcNow()), lost = files.Name(2, TimeProvider.System.GetUtcNow());
        files.WriteTemporary(noted, [1]);
        files.WriteTemporary(lost, [2]);
        Assert.DoesNotContain(Directory.GetFiles(dir), f => ReadersPattern().IsMatch(f));
        files.Recover(name => name == noted);
        Assert.Equal([noted], Directory.GetFiles(dir).Select(Path.GetFileName));
        Directory.Delete(dir, recursive: true);
    }

    [Fact]
    public async Task A_file_that_cannot_be_renamed_is_published_later_without_a_restart()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, folder = Path.Combine(dir, "Face");
        string name = new FaceResultFolder(folder, "1312345678").Name(1, clock.GetUtcNow());
        // A folder with the file's name: the temporary file can be written, but not renamed.
        Directory.CreateDirectory(Path.Combine(folder, name, "in the way"));
        await using Facility facility = await Facility.OpenAsync(clock, o => With(o, dir), ["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        await desk.UntilAsync("レセコン用のファイルを書けません");

        Directory.Delete(Path.Combine(folder, name), recursive: true);

        while (!File.Exists(Path.Combine(folder, name)))
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
        }

        Directory.Delete(dir, recursive: true);
    }

    private static Task<Facility> OpenAsync(string answer) =>
        Facility.OpenAsync(change: o => With(o, Path.GetDirectoryName(o.Database)!), centreAnswers: [answer]);

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

    private static async Task<Dictionary<string, string>> ReadAsync(Facility facility, int count) =>
        Tags(await File.ReadAllBytesAsync((await FilesAsync(facility, count))[0]));

    internal static Dictionary<string, string> Tags(byte[] file)
    {
        (string text, string encoding) = Text(file);
        Assert.StartsWith($"<?xml version=\"1.0\" encoding=\"{encoding}\" standalone=\"no\"?>\r\n", text, StringComparison.Ordinal);
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

    /// <summary>By the encoding that the file declares.</summary>
    private static (string Text, string Encoding) Text(byte[] file)
    {
        bool utf8 = Encoding.ASCII.GetString(file, 0, 50).Contains("UTF-8", StringComparison.Ordinal);
        Encoding encoding = utf8 ? new UTF8Encoding(false, throwOnInvalidBytes: true)
            : CodePagesEncodingProvider.Instance.GetEncoding("Shift_JIS")!;
        return (encoding.GetString(file), utf8 ? "UTF-8" : "Shift_JIS");
    }

    internal static XElement Read(byte[] file) => XElement.Parse(Text(file).Text);

    /// <summary>A person with a value for everything that the file can say.</summary>
    private static Insurance Full()
    {
        Insurance ill = SimulatedPeople.All[4], helped = SimulatedPeople.All.Single(i => i.Card == "A1");
        MedicalTicket ticket = helped.Tickets![0] with
        {
            Injuries = ["一", "二", "三", "四"],
            Remarks = ["一", "二", "三"],
            Prescriber = "1312345678",
            PrescriberName = "模擬クリニック",
            Inconsistent = "1",
        };
        return ill with
        {
            Person = ill.Person with { NameOfOther = "別名", NameOfOtherKana = "ﾍﾞﾂﾒｲ" },
            Until = new(2027, 3, 31),
            LossReason = "99",
            PartialContribution = "030",
            Preschool = "1",
            Elderly = SimulatedPeople.All[0].Elderly,
            Limit = ill.Limit! with { LongTerm = new(2026, 10, 1) },
            Tickets = [ticket],
        };
    }

    private static DateTime Time(string stamp) =>
        DateTime.ParseExact(stamp, "yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture);

    // The list is written out here, so that a tag renamed in the writer is noticed.
    private static IEnumerable<string> AllTags()
    {
        string[] consented = ["SpecificHealthCheckupsInfo", "PharmacistsInfo", "DiagnosisInfo", "OperationInfo", "DiagnosisName",
            "InfectiousInfo", "AllergyInfo", "ContraindicationInfo", "TestInfo", "PrescriptionInfo"];
        return """
            XmlMsg MessageHeader ProcessExecutionTime QualificationConfirmationDate MedicalInstitutionCode ArbitraryFileIdentifier
            ReferenceClassification SegmentOfResult CharacterCodeIdentifier MessageBody PrescriptionIssueSelect ProcessingResultStatus
            ProcessingResultCode ProcessingResultMessage QualificationValidity ResultList ResultOfQualificationConfirmation
            InsuredCardClassification InsurerNumber InsuredCardSymbol InsuredIdentificationNumber InsuredBranchNumber
            PersonalFamilyClassification InsuredName Name NameOfOther NameKana NameOfOtherKana Sex1 Birthdate Address PostNumber
            QualificationDate DisqualificationDate InsuredCertificateIssuanceDate InsuredCardValidDate InsuredCardExpirationDate
            InsuredPartialContributionRatio PreschoolClassification ReasonOfLoss InsurerName ElderlyRecipientCertificateInfo
            ElderlyRecipientCertificateDate ElderlyRecipientValidStartDate ElderlyRecipientValidEndDate
            ElderlyRecipientContributionRatio LimitApplicationCertificateRelatedConsFlg LimitApplicationCertificateRelatedConsTime
            LimitApplicationCertificateRelatedInfo LimitApplicationCertificateClassification
            LimitApplicationCertificateClassificationFlag LimitApplicationCertificateDate LimitApplicationCertificateValidStartDate
            LimitApplicationCertificateValidEndDate LimitApplicationCertificateLongTermDate SpecificDiseasesCertificateRelatedConsFlg
            SpecificDiseasesCertificateRelatedConsTime SpecificDiseasesCertificateList SpecificDiseasesCertificateInfo
            SpecificDiseasesDiseaseCategory SpecificDiseasesCertificateDate SpecificDiseasesValidStartDate SpecificDiseasesValidEndDate
            SpecificDiseasesSelfPay PublicExpenseResultList MedicalTicketInfo TicketType MedicalTicketValidDate
            MedicalTicketExpirationDate IssueNumber MedicalTreatmentMonth DesignatedMedicalInstitutionCode
            DesignatedMedicalInstitutionFlag DesignatedMedicalInstitutionName PrescriptionIssuerMedicalInstitutionCode
            PrescriptionIssuerMedicalInstitutionName InjuryName1 InjuryName2 InjuryName3 MedicalTreatmentType SelfPayAmount
            DistrictContactName HandlingContactName SingleOrCombinedUse StatusOfSocialInsurance ConsistencyFlag StatusOfInfecton
            StatusOfElderlyMedicalCare StatusOfPrefecturalExpenses Remarks1 Remarks2 Remarks3
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Concat(consented.SelectMany(c => (string[])[c + "ConsFlg", c + "ConsTime", c + "AvailableTime"]));
    }

    [GeneratedRegex(@"OQSsiquc01res_face_.+_(\d{14})\.xml")]
    private static partial Regex ReadersPattern();
}
