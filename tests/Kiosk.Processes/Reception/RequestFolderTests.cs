using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.Simulators.Centre;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kiosk.Processes.Reception;

/// <summary>Requests by insurance number, as レセコン put them into a folder.</summary>
public sealed class RequestFolderTests
{
    [Fact]
    public async Task A_complete_request_by_insurance_number_is_answered_and_a_broken_one_gets_an_error()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, req = Path.Combine(dir, "Req"),
            res = Path.Combine(dir, "Res");
        RequestFolder requests = new(req, res, "1312345678", new SimulatedCentre([]), TimeProvider.System, NullLogger.Instance);
        Directory.CreateDirectory(req);
        await File.WriteAllBytesAsync(Path.Combine(req, "OQSsiquc01req_1.xml"), ShiftJisText.Encoding.GetBytes(
            """
            <?xml version="1.0" encoding="Shift_JIS" standalone="no"?>
            <XmlMsg><MessageHeader><ArbitraryFileIdentifier>abc</ArbitraryFileIdentifier></MessageHeader>
            <MessageBody><InsurerNumber>01130012</InsurerNumber><InsuredCardSymbol>１２３４</InsuredCardSymbol>
            <InsuredIdentificationNumber>567</InsuredIdentificationNumber><Birthdate>19851120</Birthdate></MessageBody></XmlMsg>
            """));
        await File.WriteAllTextAsync(Path.Combine(req, "OQSsiquc01req_2.xml"), "<XmlMsg><Birthdate>soon");
        await requests.PollAsync(default);
        Assert.Empty(Directory.GetFiles(res));

        await requests.PollAsync(default);

        Dictionary<string, string> good = FaceFileTests.Tags(await File.ReadAllBytesAsync(Path.Combine(res, "OQSsiquc01res_1.xml")));
        Assert.Equal(("模擬　太郎", "abc", "2"), (good["Name"], good["ArbitraryFileIdentifier"], good["ReferenceClassification"]));
        Dictionary<string, string> bad = FaceFileTests.Tags(await File.ReadAllBytesAsync(Path.Combine(res, "OQSsiquc01res_2.xml")));
        Assert.Equal("9", bad["SegmentOfResult"]);
        Assert.Contains("保険者番号", bad["ErrorMessage"], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(req));
        Directory.Delete(dir, recursive: true);
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_does_not_delay_the_others()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, req = Path.Combine(dir, "Req"),
            res = Path.Combine(dir, "Res");
        RequestFolder requests = new(req, res, "1312345678", new SimulatedCentre([]), TimeProvider.System, NullLogger.Instance);
        Directory.CreateDirectory(req);
        foreach (int n in (int[])[1, 2, 3]) await File.WriteAllTextAsync(Path.Combine(req, $"OQSsiquc01req_{n}.xml"), "<XmlMsg/>");
        await using (new FileStream(Path.Combine(req, "OQSsiquc01req_2.xml"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await requests.PollAsync(default);
            await requests.PollAsync(default);
            Assert.Equal(["OQSsiquc01res_1.xml", "OQSsiquc01res_3.xml"], Directory.GetFiles(res).Select(Path.GetFileName).Order());
        }

        await requests.PollAsync(default);

        Assert.True(File.Exists(Path.Combine(res, "OQSsiquc01res_2.xml")));
        Directory.Delete(dir, recursive: true);
    }
}
