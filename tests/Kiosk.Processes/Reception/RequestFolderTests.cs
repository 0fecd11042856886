using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
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
        _requests = new(_req, _res, "1312345678", new SimulatedCentre([]), _troubles, _clock, NullLogger.Instance);
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
