using System.Net;
using System.Text.RegularExpressions;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.Processes.Reception;

/// <summary>Accounts managed on the page, the two rights, and the two environments.</summary>
public sealed class AccountPageTests
{
    private const string Own = "correct horse", Chosen = "nine green ladders";

    [Fact]
    public async Task An_administrator_adds_somebody_who_chooses_a_password_and_loses_the_account_at_its_end()
    {
        await using Facility facility = await OpenAsync();
        (DeskBrowser admin, _) = await DeskBrowser.SignInAsync(facility.Host, "tanaka", Own);
        await using DeskBrowser first = admin;
        var sato = new { id = "sato", admin = false, reception = true, medical = false, password = Own };
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.AskAsync("staff", sato with { password = "wrong" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.AskAsync("staff", sato with { id = "sato\n1" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.AskAsync("staff", sato with { reception = false })).StatusCode);

        string added = await (await admin.AskAsync("staff", sato)).Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Conflict, (await admin.AskAsync("staff", sato)).StatusCode);
        string code = Regex.Match(added, "\"code\":\"([^\"]+)\"").Groups[1].Value;
        (DeskBrowser desk, HttpStatusCode signedIn) = await DeskBrowser.SignInAsync(facility.Host, "sato", code);
        await using DeskBrowser second = desk;
        Assert.Equal(HttpStatusCode.NoContent, signedIn);
        // Nothing but the change of the password is served before it.
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri("feed", UriKind.Relative))).StatusCode);
        HttpResponseMessage chosen = await desk.AskAsync("password", new Dictionary<string, string> { ["new"] = Chosen });
        Assert.Equal(HttpStatusCode.NoContent, chosen.StatusCode);
        Assert.Contains("\"arrivals\"", await desk.LookAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.AskAsync("staff/tanaka/end", new { password = Chosen })).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await admin.AskAsync("staff/sato/end", new { password = Own })).StatusCode);

        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri("me", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await DeskBrowser.SignInAsync(facility.Host, "sato", Chosen)).Answer);
        string log = await admin.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Contains("\"action\":\"account added\",\"about\":\"sato\",\"reason\":\"User: Reception\"", log, StringComparison.Ordinal);
        Assert.Contains("\"action\":\"account ended\",\"about\":\"sato\"", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reception", "insurance", "medical/1/YZK")]
    [InlineData("medical", "emergency/begin", "insurance")]
    [InlineData("medical", "emergency/search", "Kiosks/k1/maintenance/true")]
    [InlineData("medical", "emergency/begin", "HAND")]
    public async Task The_two_rights_are_apart(string right, string open, string closed)
    {
        await using Facility facility = await OpenAsync(right == "medical" ? Rights.Medical : Rights.Reception);
        (DeskBrowser desk, _) = await DeskBrowser.SignInAsync(facility.Host, "suzuki", "seven purple teapots");
        await using DeskBrowser signedIn = desk;

        HttpResponseMessage refused = closed.StartsWith("medical", StringComparison.Ordinal)
            ? await desk.Http.GetAsync(new Uri(closed, UriKind.Relative)) : await desk.AskAsync(closed, new { });

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("権限がありません", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("権限がありません",
            await (await desk.AskAsync(open, new { reason = "x" })).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_administrator_stays_and_a_changed_right_ends_the_session()
    {
        await using Facility facility = await OpenAsync(Rights.All);
        (DeskBrowser admin, _) = await DeskBrowser.SignInAsync(facility.Host, "tanaka", Own);
        (DeskBrowser desk, _) = await DeskBrowser.SignInAsync(facility.Host, "suzuki", "seven purple teapots");
        await using DeskBrowser first = admin, second = desk;
        Assert.Equal(HttpStatusCode.OK, (await desk.Http.GetAsync(new Uri("me", UriKind.Relative))).StatusCode);

        HttpResponseMessage changed = await admin.AskAsync(
            "staff/suzuki/rights", new { admin = false, reception = false, medical = true, password = Own });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri("me", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.AskAsync("staff/tanaka/end", new { password = Own })).StatusCode);
    }

    [Fact]
    public async Task The_environment_is_shown_before_and_after_the_sign_in_and_its_files_are_never_mixed()
    {
        await using Facility facility = await Facility.OpenAsync(change: WithFiles, centreAnswers: ["valid"]);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("\"environment\":\"trial\"", await desk.LookAsync(), StringComparison.Ordinal);
        using HttpClient stranger = new();
        Assert.Contains("trial", await stranger.GetStringAsync(new Uri(facility.Host.DeskUrl, "environment")), StringComparison.Ordinal);

        StartException simulated = await Assert.ThrowsAsync<StartException>(() =>
            facility.StartAsync(0, o => WithFiles(o) with { Environment = "production", Database = Path.Combine(facility.Dir, "2.db") }));
        Assert.Contains("simulated centre", simulated.Message, StringComparison.Ordinal);

        await using Facility real = await Facility.OpenAsync(change: o => WithFiles(o) with { Environment = "production" });
        StartException database = await Assert.ThrowsAsync<StartException>(() => real.StartAsync(0, o => o with { Environment = "trial" }));
        Assert.Contains("production", database.Message, StringComparison.Ordinal);
        StartException folder = await Assert.ThrowsAsync<StartException>(() => real.StartAsync(0, o => WithFiles(o) with
        {
            Environment = "trial",
            Database = Path.Combine(real.Dir, "trial.db"),
        }));
        Assert.Contains("Face", folder.Message, StringComparison.Ordinal);
        StartException unknown = await Assert.ThrowsAsync<StartException>(() => real.StartAsync(0, o => o with { Environment = "test" }));
        Assert.Contains("environment", unknown.Message, StringComparison.Ordinal);
    }

    private static ReceptionOptions WithFiles(ReceptionOptions o)
    {
        string dir = Path.GetDirectoryName(o.Database)!;
        return o with { Oqs = new("1312345678", Path.Combine(dir, "Face")) };
    }

    /// <summary>With the administrator tanaka, and suzuki with these rights.</summary>
    private static Task<Facility> OpenAsync(Rights rights = Rights.Reception) => Facility.OpenAsync(change: o =>
    {
        string file = Path.Combine(Path.GetDirectoryName(o.Database)!, "staff.json");
        StaffAccounts.Set(file, "tanaka", Role.Admin, Own, null);
        StaffAccounts.Set(file, "suzuki", Role.User, "seven purple teapots", null, rights: rights);
        return o with { StaffFile = file };
    }, centreAnswers: ["valid"]);
}
