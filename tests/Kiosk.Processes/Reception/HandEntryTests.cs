using System.Net;
using System.Xml.Linq;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>When the reader or the consent cannot be had: entry by hand, look-ups in an emergency and by number in a disaster.</summary>
public sealed class HandEntryTests
{
    [Theory]
    [InlineData("HandApp", "01130012", "567", "1985-11-20", "", "模擬　太郎", "1")]
    [InlineData("HandCertificate", "39131234", "12345678", "", "S23.5.3", "試験　花子", "1")]
    [InlineData("HandStatement", "", "", "", "昭和40年1月2日", "申立　三郎", null)]
    public async Task An_arrival_by_hand_gets_a_number_a_file_and_the_name_of_who_entered_it(
        string kind, string insurer, string number, string birthdate, string era, string name, string? validity)
    {
        await using Facility facility = await OpenAsync(["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        var form = new { key = Guid.NewGuid().ToString("N"), kind, insurer, number, birthdate, era, name = "申立　三郎", share = "3" };

        string first = await TextAsync(await desk.AskAsync("hand", form)), repeat = await TextAsync(await desk.AskAsync("hand", form));

        Assert.Equal(first, repeat);
        Assert.Contains("\"number\":1,", first, StringComparison.Ordinal);
        string view = await desk.UntilAsync(name);
        Assert.Contains($"\"method\":\"{kind}\",\"staff\":\"desk\"", view, StringComparison.Ordinal);
        Assert.Contains("\"notProven\":\"\"", view, StringComparison.Ordinal);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(facility.Dir, "Face"), "OQSsiquc01res_face_*.xml"));
        XElement root = FaceFileTests.Read(await File.ReadAllBytesAsync(file));
        Assert.Equal((name, "2"),
            (root.Descendants("Name").Single().Value, root.Descendants("ReferenceClassification").Single().Value));
        Assert.Equal(validity, root.Descendants("QualificationValidity").SingleOrDefault()?.Value);
        Assert.Contains("職員 desk", root.Descendants("ProcessingResultMessage").Single().Value, StringComparison.Ordinal);
        Assert.Empty(root.Descendants("PharmacistsInfoConsFlg"));
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri("medical/1/YZK", UriKind.Relative))).StatusCode);
        string log = await desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Contains("\"action\":\"hand entry\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain(name, log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HandApp", "01130012", "999", "1985-11-20", "", "該当資格なし")]
    [InlineData("HandApp", "0113", "567", "1985-11-20", "", "保険者番号")]
    [InlineData("HandApp", "99000001", "567", "1985-11-20", "", "SIM01")]
    [InlineData("HandStatement", "", "", "", "x", "生年月日")]
    [InlineData("Face", "01130012", "567", "1985-11-20", "", "選んでください")]
    public async Task What_cannot_be_taken_names_the_reason_and_stores_nothing(
        string kind, string insurer, string number, string birthdate, string name, string words)
    {
        await using Facility facility = await OpenAsync(["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        HttpResponseMessage answer = await desk.AskAsync("hand",
            new { key = Guid.NewGuid(), kind, insurer, number, birthdate, name });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await TextAsync(answer), StringComparison.Ordinal);
        Assert.Contains("\"arrivals\":[]", await desk.LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kiosks_and_staff_count_in_one_row_and_a_restart_leaves_the_arrival_without_its_content()
    {
        await using Facility facility = await OpenAsync(["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.AskAsync("hand", new { key = Guid.NewGuid(), kind = "HandStatement", era = "S40.1.2", name = "申立　三郎" });
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await desk.UntilAsync("試験　花子");

        await facility.Host.DisposeAsync();
        await facility.StartAsync(0, WithFiles);

        await using DeskBrowser later = await DeskBrowser.SignInAsync(facility.Host);
        string view = await later.UntilAsync("試験　花子");
        Assert.Contains("手入力の内容は、受付端末が再起動したため残っていません", view, StringComparison.Ordinal);
        Assert.Contains("\"number\":2", view, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(facility.Dir, "Face")).Length);
    }

    [Fact]
    public async Task Without_an_answer_of_the_centre_numbers_are_taken_as_not_confirmed_when_a_name_is_given()
    {
        await using Facility facility = await Facility.OpenAsync(change: WithFiles);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Guid key = Guid.NewGuid();
        var form = new { key, kind = "HandApp", insurer = "01130012", number = "567", birthdate = "1985-11-20", name = "" };
        Assert.Contains("氏名も入れると", await TextAsync(await desk.AskAsync("hand", form)), StringComparison.Ordinal);
        string taken = await TextAsync(await desk.AskAsync("hand", form with { name = "模擬　太郎" }));
        Assert.Contains("\"number\":1", taken, StringComparison.Ordinal);
        Assert.Contains("資格は確認されていません", await desk.UntilAsync("模擬　太郎"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emergency_look_up_needs_a_reason_ends_by_itself_and_is_reviewed_within_a_day()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock, centreAnswers: ["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Equal(HttpStatusCode.Forbidden, (await SearchAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.AskAsync("emergency/begin", new { reason = " " })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.AskAsync("emergency/begin", new { reason = "意識なし" })).StatusCode);
        Assert.Contains("花子", await TextAsync(await SearchAsync()), StringComparison.Ordinal);
        string sheet = await TextAsync(await desk.AskAsync("emergency/view/simulated-0/YZK", new { }));
        Assert.Contains("同意なし（救急時の閲覧）", sheet, StringComparison.Ordinal);
        string log = await desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Matches("\"action\":\"emergency view YZK\",\"about\":\"[0-9a-f]{16}\",\"reason\":\"意識なし\"", log);

        clock.Advance(TimeSpan.FromMinutes(31));
        await using DeskBrowser later = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.AskAsync("emergency/view/simulated-0/YZK", new { })).StatusCode);
        Assert.Contains("\"late\":false", await ReviewAsync(later), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromHours(24));
        await using DeskBrowser next = await DeskBrowser.SignInAsync(facility.Host);
        await next.UntilAsync("24時間を過ぎても確認されていません");
        Assert.Contains("\"late\":true", await ReviewAsync(next), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await next.PostAsync("review/emergency"));
        Assert.Equal("[]", await ReviewAsync(next));
        Assert.DoesNotContain("確認されていません", System.Text.RegularExpressions.Regex.Unescape(await next.LookAsync()), StringComparison.Ordinal);

        Task<HttpResponseMessage> SearchAsync() => desk.AskAsync("emergency/search", new { name = "試験" });
        static Task<string> ReviewAsync(DeskBrowser at) => at.Http.GetStringAsync(new Uri("review", UriKind.Relative));
    }

    [Fact]
    public async Task In_a_disaster_a_資格確認書_is_searched_by_its_number_and_results_are_without_consent()
    {
        await using Facility facility = await Facility.OpenAsync(centreAnswers: ["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        var asked = new { insurer = "06400005", number = "701", branch = "3", birthdate = "2015-03-03", reason = "口頭同意なし" };
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.AskAsync("disaster/search", asked)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await desk.DisasterAsync(true));

        string found = await TextAsync(await desk.AskAsync("disaster/search", asked));

        Assert.Contains("例示　夏", found, StringComparison.Ordinal);
        Assert.DoesNotContain("例示　春", found, StringComparison.Ordinal);
        string handle = System.Text.RegularExpressions.Regex.Match(found, "\"handle\":\"([^\"]+)\"").Groups[1].Value;
        string sheet = await TextAsync(await desk.AskAsync($"disaster/view/{handle}/YZK", new { reason = "口頭同意なし" }));
        Assert.Contains("同意なし（災害時の閲覧）", sheet, StringComparison.Ordinal);
        Assert.Contains("例示　夏", sheet, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.AskAsync("disaster/search", asked with { number = "" })).StatusCode);
    }

    [Fact]
    public async Task A_レセコン_gets_the_drugs_of_an_arrival_that_agreed_and_of_nobody_else()
    {
        await using Facility facility = await OpenAsync(["valid"]);
        using TestCard yes = new(), no = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, yes), default);
        CheckIn refused = await facility.VisitAsync(link, no);
        await link.SubmitAsync(refused with { Answers = Answers.All(refused.Answers.Asked, false) }, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("模擬　太郎");
        (string Number, string Insurer)[] people = [("12345678", "39131234"), ("567", "01130012"), ("9012", "00270012")];

        foreach ((string number, string insurer) in people)
        {
            string name = $"YZKsiquc01req_{number}.xml", hidden = Path.Combine(facility.Dir, "Req", "." + name);
            XElement header = new("MessageHeader", new XElement("InsurerNumber", insurer),
                new XElement("InsuredPersonIdentificationNumber", number));
            XElement wanted = new("XmlMsg", header, new XElement("MessageBody", new XElement("FileCategory", "2")));
            await File.WriteAllTextAsync(hidden, wanted.ToString());
            File.Move(hidden, Path.Combine(facility.Dir, "Req", name));
        }

        string[] answers = await Task.WhenAll(people.Select(p => AnswerAsync(facility, $"YZKsiquc01res_{p.Number}.xml")));
        Assert.Contains("アムロジピン", answers[0], StringComparison.Ordinal);
        Assert.Contains("同意していません", answers[1], StringComparison.Ordinal);
        Assert.Contains("受付がありません", answers[2], StringComparison.Ordinal);
        Assert.Contains("\"staff\":\"レセコン\",\"action\":\"medical YZK\"",
            await desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static async Task<string> AnswerAsync(Facility facility, string name)
    {
        string file = Path.Combine(facility.Dir, "Res", name);
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(2));
        while (!File.Exists(file)) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
        return FaceFileTests.Read(await File.ReadAllBytesAsync(file)).ToString();
    }

    private static Task<Facility> OpenAsync(string[] answers) => Facility.OpenAsync(change: WithFiles, centreAnswers: answers);

    private static ReceptionTerminal.Configuration.ReceptionOptions WithFiles(ReceptionTerminal.Configuration.ReceptionOptions o)
    {
        string dir = Path.GetDirectoryName(o.Database)!;
        Directory.CreateDirectory(Path.Combine(dir, "Req"));
        return o with { Oqs = new("1312345678", Path.Combine(dir, "Face"), Path.Combine(dir, "Req"), Path.Combine(dir, "Res")) };
    }

    /// <summary>The text as a person reads it: JSON writes some characters, for example U+3000, as an escape.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage answer) =>
        System.Text.RegularExpressions.Regex.Unescape(await answer.Content.ReadAsStringAsync());
}
