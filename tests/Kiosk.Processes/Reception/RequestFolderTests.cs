using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.Simulators.Centre;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>Requests by insurance number, as レセコン put them into a folder.</summary>
public sealed class RequestFolderTests : IDisposable
{
    private const string Body =
        """
        <XmlMsg><MessageHeader><ArbitraryFileIdentifier>abc</ArbitraryFileIdentifier></MessageHeader>
        <MessageBody><InsurerNumber>01130012</InsurerNumber><InsuredCardSymbol>１２３４</InsuredCardSymbol>
        <InsuredIdentificationNumber>567</InsuredIdentificationNumber><Birthdate>19851120</Birthdate></MessageBody></XmlMsg>
        """;

    private readonly string _dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName;
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ReceptionTroubles _troubles = new(new ChangeSignal());
    private readonly RequestFolder _requests;
    private readonly string _req;
    private readonly string _res;

    public RequestFolderTests()
    {
        (_req, _res) = (Path.Combine(_dir, "Req"), Path.Combine(_dir, "Res"));
        _requests = new(_req, _res, "1312345678", "shift_jis", new(new SimulatedCentre([]), null, _clock), _troubles, _clock,
            NullLogger.Instance);
        Directory.CreateDirectory(_req);
    }

    public void Dispose() => Directory.Delete(_dir, recursive: true);

    [Fact]
    public async Task A_complete_request_by_insurance_number_is_answered_and_one_without_a_birthdate_gets_an_error()
    {
        Write("1.xml", ShiftJisText.Encoding.GetBytes(Declared("\"Shift_JIS\" standalone=\"no\"")));
        Write("2.xml", "<XmlMsg><Birthdate>soon</Birthdate></XmlMsg>"u8);
        await _requests.PollAsync(default);
        Assert.Empty(Directory.GetFiles(_res));

        await _requests.PollAsync(default);

        Dictionary<string, string> good = Answer("1");
        Assert.Equal(("模擬　太郎", "abc", "2"), (good["Name"], good["ArbitraryFileIdentifier"], good["ReferenceClassification"]));
        Dictionary<string, string> bad = Answer("2");
        Assert.Equal("9", bad["SegmentOfResult"]);
        Assert.Contains("保険者番号", bad["ErrorMessage"], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_req));
    }

    [Fact]
    public async Task Search_information_goes_back_as_it_came_and_the_answer_has_the_encoding_of_the_request()
    {
        string body = Asked("06400005", "３３", "701", "03", "20150303", "1", "受付A-17");
        Write("sjis.xml", ShiftJisText.Encoding.GetBytes($"<?xml version='1.0' encoding='Shift_JIS'?>{body}"));
        Write("utf8.xml", Encoding.UTF8.GetBytes($"<?xml version='1.0' encoding='UTF-8'?>{body}"));
        Write("none.xml", Encoding.UTF8.GetBytes(body));
        // No answer has this encoding: then the configured one.
        Encoding euc = CodePagesEncodingProvider.Instance.GetEncoding("euc-jp")!;
        Write("euc.xml", euc.GetBytes($"<?xml version='1.0' encoding='EUC-JP'?>{body}"));
        await PassAsync(1);
        await PassAsync(1);

        foreach ((string name, string code) in ((string, string)[])[("sjis", "1"), ("utf8", "0"), ("none", "0"), ("euc", "1")])
        {
            XElement answer = Xml(name);
            Assert.Equal((name, code), (name, answer.Descendants("CharacterCodeIdentifier").Single().Value));
            Assert.Equal(XElement.Parse(body).Element("MessageBody")!.Elements().Single().ToString(),
                answer.Descendants("QualificationConfirmSearchInfo").Single().ToString());
            Assert.Equal("例示　夏", answer.Descendants("Name").Single().Value);
        }
    }

    [Theory]
    [InlineData("02", "例示　春", "1")]
    [InlineData("03", "例示　夏", "1")]
    [InlineData("０３", "例示　夏", "1")]
    [InlineData("2", "例示　春", "1")]
    [InlineData("99", "", "4")]
    [InlineData("", "", "5")]
    public async Task The_branch_tells_twins_apart_and_is_answered(string branch, string name, string validity)
    {
        Write("1.xml", Encoding.UTF8.GetBytes(Asked("06400005", "", "701", branch, "20150303", "1", "")));
        await PassAsync(1);
        await PassAsync(1);
        Dictionary<string, string> tags = Answer("1");
        Assert.Equal((name, validity), (tags.GetValueOrDefault("Name", ""), tags["QualificationValidity"]));
        if (name.Length > 0)
            Assert.Equal(name == "例示　春" ? "02" : "03",
                Xml("1").Descendants("ResultOfQualificationConfirmation").Elements("InsuredBranchNumber").Single().Value);
    }

    [Theory]
    [InlineData("1", "1", 1)]
    [InlineData("0", "0", 0)]
    [InlineData("", "0", 0)]
    public async Task The_limit_certificate_is_given_only_with_the_flag_of_the_request(string flag, string answered, int given)
    {
        Write("1.xml", Encoding.UTF8.GetBytes(Asked("01130012", "１２３４", "567", "", "19851120", flag, "")));
        await PassAsync(1);
        await PassAsync(1);
        XElement answer = Xml("1");
        Assert.Equal([answered, answered], answer.Descendants("LimitApplicationCertificateRelatedConsFlg").Select(e => e.Value));
        Assert.Equal(given, answer.Descendants("LimitApplicationCertificateRelatedInfo").Count());
        Assert.Empty(answer.Descendants("SpecificDiseasesCertificateInfo"));
    }

    [Theory]
    [InlineData("99000001", "1", "", "20000101", "1", "2", "")]
    [InlineData("0113001X", "1", "", "20000101", "1", null, "保険者番号")]
    [InlineData("01130012", "", "", "20000101", "1", null, "番号（1")]
    [InlineData("01130012", "1", "x", "20000101", "1", null, "枝番")]
    [InlineData("01130012", "1", "", "20000230", "1", null, "生年月日")]
    [InlineData("01130012", "1", "", "20000101", "2", null, "限度額")]
    public async Task A_refusal_of_the_centre_has_status_2_and_a_wrong_field_is_named(
        string insurer, string number, string branch, string birthdate, string flag, string? status, string words)
    {
        Write("1.xml", Encoding.UTF8.GetBytes(Asked(insurer, "", number, branch, birthdate, flag, "")));
        await PassAsync(1);
        await PassAsync(1);
        Dictionary<string, string> tags = Answer("1");
        Assert.Equal((status, status is null ? "9" : "1"), (tags.GetValueOrDefault("ProcessingResultStatus"), tags["SegmentOfResult"]));
        Assert.Contains(words, tags.GetValueOrDefault("ErrorMessage", ""), StringComparison.Ordinal);
        if (status is not null) Assert.Equal("SIM01", tags["ProcessingResultCode"]);
    }

    [Theory]
    [InlineData("OQSxxxxx01req_5.xml", "OQSxxxxx01res_5.xml", "OQSxxxxx01")]
    [InlineData("EPSabc02REQ_a_b.XML", "EPSabc02res_a_b.xml", "EPSabc02")]
    public async Task A_request_of_an_unknown_kind_is_answered_as_such_and_told_at_the_desk(string asked, string answered, string kind)
    {
        await File.WriteAllTextAsync(Path.Combine(_req, asked), Body);
        await PassAsync(1);
        await PassAsync(1);
        Dictionary<string, string> tags = FaceFileTests.Tags(await File.ReadAllBytesAsync(Path.Combine(_res, answered)));
        Assert.Equal(("9", "KIOSK03", "abc"), (tags["SegmentOfResult"], tags["ErrorCode"], tags["ArbitraryFileIdentifier"]));
        Assert.Contains(kind, tags["ErrorMessage"], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_req));
        Assert.Contains(asked, Assert.Single(_troubles.Now), StringComparison.Ordinal);
        for (int minute = 0; minute < 11; minute++) await PassAsync(60);
        Assert.Empty(_troubles.Now);
    }

    [Theory]
    [InlineData("memo.txt")]
    [InlineData("OQSsiquc01req_1.csv")]
    [InlineData("OQSsiquc01res_1.xml")]
    public async Task A_file_that_is_no_request_goes_to_unread_when_its_writer_is_done_and_is_told(string name)
    {
        for (int time = 0; time < 2; time++)
        {
            await File.WriteAllTextAsync(Path.Combine(_req, name), "x");
            for (int second = 0; second < 10; second++) await PassAsync(1);
            Assert.True(File.Exists(Path.Combine(_req, name)));
            for (int second = 0; second < 5; second++) await PassAsync(1);
            Assert.Empty(Directory.GetFiles(_req));
        }

        // Nothing was overwritten.
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_req, "unread")).Length);
        Assert.Contains(name, Assert.Single(_troubles.Now), StringComparison.Ordinal);
        foreach (string seen in Directory.GetFiles(Path.Combine(_req, "unread"))) File.Delete(seen);
        await PassAsync(1);
        Assert.Empty(_troubles.Now);
    }

    [Fact]
    public async Task Files_of_the_operating_system_stay()
    {
        foreach (string name in (string[])[".DS_Store", "Thumbs.db", "desktop.ini"])
            await File.WriteAllTextAsync(Path.Combine(_req, name), "");
        for (int second = 0; second < 20; second++) await PassAsync(1);
        Assert.Equal(3, Directory.GetFiles(_req).Length);
        Assert.Empty(_troubles.Now);
    }

    [Theory]
    [InlineData("\"Windows-31J\"")]
    [InlineData("\"MS932\"")]
    [InlineData("'SJIS'")]
    [InlineData("\"x-sjis\"")]
    [InlineData("'csShiftJIS'")]
    [InlineData("\"cp932\"")]
    [InlineData("\"shift_jis\"")]
    [InlineData("\"SHIFT-JIS\"")]
    [InlineData("\"windows-932\"")]
    [InlineData("\"csWindows31J\"")]
    [InlineData("'MS_Kanji'")]
    public async Task Every_name_of_cp932_is_read_as_cp932(string name) =>
        await AnsweredAsync(ShiftJisText.Encoding.GetBytes(Declared(name)));

    [Fact]
    public async Task The_declaration_and_the_mark_decide_and_not_a_word_in_a_comment()
    {
        string comment = "<!-- formerly Shift_JIS, encoding=\"Shift_JIS\" -->";
        await AnsweredAsync(Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{comment}{Body}"));
        await AnsweredAsync(Encoding.UTF8.GetBytes($"{comment}{Body}"));
        await AnsweredAsync([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Declared("\"Shift_JIS\""))]);
        foreach (Encoding utf16 in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            await AnsweredAsync([.. utf16.Preamble, .. utf16.GetBytes(Declared("\"UTF-16\""))]);
            await AnsweredAsync(utf16.GetBytes(Declared("\"UTF-16\"")));
        }

        await AnsweredAsync(CodePagesEncodingProvider.Instance.GetEncoding("euc-jp")!.GetBytes(Declared("\"EUC-JP\"")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<?xml version=\"1.0\" enc")]
    [InlineData("<XmlMsg><Birthdate>1985")]
    [InlineData("<XmlMsg/><")]
    public async Task A_request_that_its_writer_has_not_finished_waits_until_it_has(string begun)
    {
        Write("1.xml", Encoding.UTF8.GetBytes(begun));
        for (int second = 0; second < 8; second++) await PassAsync(1);
        Assert.Empty(Directory.GetFiles(_res));
        // One more piece: the time begins again.
        Write("1.xml", Encoding.UTF8.GetBytes(begun + " "));
        for (int second = 0; second < 10; second++) await PassAsync(1);
        Assert.Empty(Directory.GetFiles(_res));

        Write("1.xml", Encoding.UTF8.GetBytes(Body));
        await PassAsync(1);
        await PassAsync(1);
        Assert.Equal("模擬　太郎", Answer("1")["Name"]);
    }

    [Fact]
    public async Task A_request_that_stays_unfinished_is_answered_as_broken_10_to_15_seconds_after_its_last_change()
    {
        Write("1.xml", "<XmlMsg><Birthdate>soon"u8);
        await _requests.PollAsync(default);
        int waited = 0;
        for (; Directory.GetFiles(_res).Length == 0; waited++) await PassAsync(1);
        Assert.InRange(waited, 10, 15);
        Assert.Equal("9", Answer("1")["SegmentOfResult"]);
        Assert.Empty(Directory.GetFiles(_req));
    }

    [Fact]
    public async Task Upper_case_names_are_taken_too()
    {
        await File.WriteAllTextAsync(Path.Combine(_req, "OQSSIQUC01REQ_7.XML"), Body);
        await _requests.PollAsync(default);
        await _requests.PollAsync(default);
        Assert.Equal("模擬　太郎", Answer("7")["Name"]);
        Assert.Empty(Directory.GetFiles(_req));
    }

    [SkippableFact]
    public async Task Links_pipes_sockets_devices_and_folders_are_not_opened_and_named_to_staff()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        string secret = Path.Combine(_dir, "secret.xml");
        await File.WriteAllTextAsync(secret, Body);
        File.CreateSymbolicLink(Request("link.xml"), secret);
        File.CreateSymbolicLink(Request("nowhere.xml"), Path.Combine(_dir, "none"));
        File.CreateSymbolicLink(Request("zero.xml"), "/dev/zero");
        Directory.CreateDirectory(Request("folder.xml"));
        using (Process pipe = Process.Start("mkfifo", [Request("pipe.xml")])) await pipe.WaitForExitAsync();
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Request("socket.xml")));
        Write("good.xml", Encoding.UTF8.GetBytes(Body));

        for (int second = 0; second < 20; second++) await PassAsync(1).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("OQSsiquc01res_good.xml", Path.GetFileName(Assert.Single(Directory.GetFiles(_res))));
        string told = Assert.Single(_troubles.Now);
        Assert.Contains("OQSsiquc01req_folder.xml", told, StringComparison.Ordinal);
        Assert.Contains("ほか3件", told, StringComparison.Ordinal);
        Assert.True(File.Exists(secret));
        Assert.Equal(6, Directory.GetFileSystemEntries(_req).Length);
        foreach (string left in Directory.GetFileSystemEntries(_req))
        {
            if (Directory.Exists(left)) Directory.Delete(left);
            else File.Delete(left);
        }

        await PassAsync(1);
        Assert.Empty(_troubles.Now);
    }

    [SkippableFact]
    public async Task What_stands_under_the_name_of_an_answer_is_replaced_and_never_written_through()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        string other = Path.Combine(_dir, "other");
        await File.WriteAllTextAsync(other, "untouched");
        Directory.CreateDirectory(_res);
        File.CreateSymbolicLink(Path.Combine(_res, "writing-OQSsiquc01res_1"), other);
        File.CreateSymbolicLink(Path.Combine(_res, "OQSsiquc01res_1.xml"), other);
        using (Process pipe = Process.Start("mkfifo", [Path.Combine(_res, "writing-OQSsiquc01res_2")])) await pipe.WaitForExitAsync();
        Write("1.xml", Encoding.UTF8.GetBytes(Body));
        Write("2.xml", Encoding.UTF8.GetBytes(Body));
        await PassAsync(1);
        await PassAsync(1).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(("模擬　太郎", "模擬　太郎"), (Answer("1")["Name"], Answer("2")["Name"]));
        Assert.Equal("untouched", await File.ReadAllTextAsync(other));
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_does_not_delay_the_others_and_is_named_to_staff()
    {
        foreach (int n in (int[])[1, 2, 3]) Write($"{n}.xml", "<XmlMsg/>"u8);
        await using (new FileStream(Request("2.xml"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await _requests.PollAsync(default);
            await _requests.PollAsync(default);
            Assert.Equal(["OQSsiquc01res_1.xml", "OQSsiquc01res_3.xml"], Directory.GetFiles(_res).Select(Path.GetFileName).Order());
            Assert.Contains("OQSsiquc01req_2.xml", Assert.Single(_troubles.Now), StringComparison.Ordinal);
        }

        await _requests.PollAsync(default);

        Assert.True(File.Exists(Path.Combine(_res, "OQSsiquc01res_2.xml")));
        Assert.Empty(_troubles.Now);
    }

    /// <summary>As a public client writes it: an empty text has no element.</summary>
    private static string Asked(string insurer, string symbol, string number, string branch, string birthdate, string flag, string own)
    {
        (string Tag, string Text)[] all =
        [
            ("InsurerNumber", insurer), ("InsuredCardSymbol", symbol), ("InsuredIdentificationNumber", number),
            ("InsuredBranchNumber", branch), ("Birthdate", birthdate),
            ("LimitApplicationCertificateRelatedConsFlg", flag), ("ArbitraryIdentifier", own),
        ];
        XElement search = new("QualificationConfirmSearchInfo", all.Where(t => t.Text.Length > 0).Select(t => new XElement(t.Tag, t.Text)));
        return new XElement("XmlMsg", new XElement("MessageHeader", new XElement("ArbitraryFileIdentifier", "abc")),
            new XElement("MessageBody", search)).ToString();
    }

    private XElement Xml(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(_res, $"OQSsiquc01res_{name}.xml"));
        bool utf8 = Encoding.ASCII.GetString(file, 0, 50).Contains("UTF-8", StringComparison.Ordinal);
        return XElement.Parse((utf8 ? Encoding.UTF8 : ShiftJisText.Encoding).GetString(file));
    }

    private static string Declared(string encoding) => $"<?xml version=\"1.0\" encoding={encoding}?>\n{Body}";

    private string Request(string name) => Path.Combine(_req, "OQSsiquc01req_" + name);

    private void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(Request(name), content);

    private Dictionary<string, string> Answer(string name) =>
        FaceFileTests.Tags(File.ReadAllBytes(Path.Combine(_res, $"OQSsiquc01res_{name}.xml")));

    private async Task PassAsync(int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await _requests.PollAsync(default);
    }

    /// <summary>Two polls answer it with the person of the simulated centre.</summary>
    private async Task AnsweredAsync(byte[] content)
    {
        Write("x.xml", content);
        await _requests.PollAsync(default);
        await _requests.PollAsync(default);
        Assert.Equal("模擬　太郎", Answer("x")["Name"]);
        File.Delete(Path.Combine(_res, "OQSsiquc01res_x.xml"));
    }
}
