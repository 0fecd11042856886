using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.Simulators.Centre;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kiosk.Processes.Reception;

/// <summary>Odd characters and odd files, as they come from other programs.</summary>
public sealed class LegibleTests
{
    [Theory]
    [InlineData("１−２〜３", "１－２～３", 0)] // the other half of the characters that Unicode has twice
    [InlineData("\u845B\uDB40\uDD00城", "葛城", 1)] // a variant of 葛 by its selector
    [InlineData("\uE000田", "●田", 1)] // 外字
    [InlineData("𠮷野", "●野", 1)]
    [InlineData("髙﨑", "髙﨑", 0)]
    [InlineData("A\u0001B", "A●B", 1)]
    public void What_the_encoding_has_is_kept_and_what_it_has_not_is_counted(string text, string legible, int missing)
    {
        Legible one = new();
        Assert.Equal(legible, one.Text("Name", text));
        Assert.Equal(missing, one.Missing.GetValueOrDefault("Name"));
        Assert.Equal(legible, Legible.ShiftJis.GetString(Legible.ShiftJis.GetBytes(legible)));
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_does_not_keep_the_others_waiting()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-oqs-").FullName, req = Path.Combine(dir, "Req"), res = Path.Combine(dir, "Res");
        Requests requests = new(req, res, "1312345678", new SimulatedCentre([]), TimeProvider.System, NullLogger.Instance);
        Directory.CreateDirectory(req);
        foreach (int n in (int[])[1, 2, 3]) await File.WriteAllTextAsync(Path.Combine(req, $"OQSsiquc01req_{n}.xml"), "<XmlMsg/>");
        await using (new FileStream(Path.Combine(req, "OQSsiquc01req_2.xml"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await requests.LookAsync(default);
            await requests.LookAsync(default);
            Assert.Equal(["OQSsiquc01res_1.xml", "OQSsiquc01res_3.xml"], Directory.GetFiles(res).Select(Path.GetFileName).Order());
        }

        await requests.LookAsync(default);

        Assert.True(File.Exists(Path.Combine(res, "OQSsiquc01res_2.xml")));
        Directory.Delete(dir, recursive: true);
    }
}
