using System.Net;
using Kiosk.Core.Reception;
using Kiosk.ReceptionTerminal.Staff;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>
/// The attacker is a member of staff who wants to read records without the patient, or sits at a page that somebody left.
/// </summary>
public sealed class DisasterTests
{
    private static readonly byte[] _key = SecondFactor.NewKey();

    [Fact]
    public async Task One_person_alone_cannot_switch_it_on_without_a_fresh_second_factor()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await OpenAsync(clock);
        await using DeskBrowser user = await SignInAsync(facility, "sato"), admin = await SignInAsync(facility, "tanaka"),
            chief = await SignInAsync(facility, "suzuki", SecondFactor.CodeAt(_key, clock.GetUtcNow()));

        object[] tries =
        [
            new { hours = 4, reason = "地震" },
            new { hours = 4, reason = "地震", password = "correct horse" },
            // Oneself is no second person; a wrong password is none either.
            new { hours = 4, reason = "地震", second = "sato", secondPassword = "correct horse" },
            new { hours = 4, reason = "地震", second = "tanaka", secondPassword = "wrong password" },
            new { hours = 4, reason = "地震", second = "suzuki", secondPassword = "correct horse" },
        ];
        foreach (object body in tries)
            Assert.Equal(HttpStatusCode.Forbidden, (await user.AskAsync("disaster/true", body)).StatusCode);
        // An administrator whose account has no second factor.
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.AskAsync("disaster/true", tries[1])).StatusCode);
        // One with it, but the code is the one of the sign-in: not fresh.
        object stale = new { hours = 4, reason = "地震", password = "correct horse", code = SecondFactor.CodeAt(_key, clock.GetUtcNow()) };
        Assert.Equal(HttpStatusCode.Forbidden, (await chief.AskAsync("disaster/true", stale)).StatusCode);
        Assert.Contains("\"disaster\":null", await user.LookAsync(), StringComparison.Ordinal);
        string log = await admin.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Contains("\"staff\":\"tanaka\",\"action\":\"sign-in refused\",\"about\":\"disaster on\"", log, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromSeconds(60));
        object fresh = new { hours = 4, reason = "地震", password = "correct horse", code = SecondFactor.CodeAt(_key, clock.GetUtcNow()) };
        Assert.Equal(HttpStatusCode.NoContent, (await chief.AskAsync("disaster/true", fresh)).StatusCode);
        // Everybody at the desk sees it, with who and how long.
        string view = await user.UntilAsync("\"disaster\":{");
        Assert.Contains("\"by\":\"suzuki\",\"reason\":\"地震\"", view, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "地震")]
    [InlineData(25, "地震")]
    [InlineData(4, " ")]
    public async Task It_needs_a_reason_and_an_end(int hours, string reason)
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser user = await SignInAsync(facility, "sato");
        Assert.Equal(HttpStatusCode.BadRequest, (await user.AskAsync("disaster/true",
            new { hours, reason, second = "tanaka", secondPassword = "correct horse" })).StatusCode);
    }

    [Fact]
    public async Task It_ends_by_itself_and_waits_for_a_review_the_next_day()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await OpenAsync(clock);
        await using LinkEventLog kiosk = new(facility.Link());
        await kiosk.NextAsync(new ReceptionEvent.DisasterSet(false));
        await using DeskBrowser user = await SignInAsync(facility, "sato");
        await BeginAsync(user, 2);
        await kiosk.NextAsync(new ReceptionEvent.DisasterSet(true));
        await user.AskAsync("disaster/search", new { name = "試験", sex = "2", reason = "口頭同意" });
        Assert.Equal(HttpStatusCode.OK, (await user.AskAsync("disaster/view/simulated-0/YZK", new { reason = "口頭同意" })).StatusCode);
        // A handle that no search gave out opens nothing.
        Assert.Equal(HttpStatusCode.NotFound, (await user.AskAsync("disaster/view/simulated-2/YZK", new { reason = "口頭同意" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await user.AskAsync("disaster/view/simulated-0/YZK", new { reason = " " })).StatusCode);

        for (int i = 0; i < 6; i++)
        {
            await user.PostAsync("active");
            clock.Advance(TimeSpan.FromMinutes(20));
        }

        clock.Advance(TimeSpan.FromSeconds(5));
        await kiosk.NextAsync(new ReceptionEvent.DisasterSet(false));
        Assert.Contains("\"disaster\":null", await user.LookAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await user.AskAsync("disaster/view/simulated-0/YZK", new { reason = "口頭同意" })).StatusCode);

        clock.Advance(TimeSpan.FromDays(1));
        await using DeskBrowser admin = await SignInAsync(facility, "tanaka");
        string review = await admin.Http.GetStringAsync(new Uri("review", UriKind.Relative));
        Assert.Contains("\"staff\":\"sato、tanaka\",\"action\":\"disaster on\"", review, StringComparison.Ordinal);
        Assert.Matches("\"staff\":\"sato\",\"action\":\"disaster view YZK\",\"about\":\"[0-9a-f]{16}\",\"reason\":\"口頭同意\"", review);
        Assert.DoesNotContain("花子", review, StringComparison.Ordinal);
        string day = review.Split("\"day\":\"")[1][..10];
        Assert.Equal(HttpStatusCode.NotFound, await admin.PostAsync("review/2001-01-01"));
        Assert.Equal(HttpStatusCode.NoContent, await admin.PostAsync($"review/{day}"));
        Assert.DoesNotContain(day, await admin.Http.GetStringAsync(new Uri("review", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_logged_does_not_happen()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser user = await SignInAsync(facility, "sato");
        await using (SqliteConnection connection = new($"Data Source={facility.Database};Pooling=False"))
        {
            await connection.OpenAsync();
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TRIGGER broken BEFORE INSERT ON accesses BEGIN SELECT RAISE(ABORT,'no'); END";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal(HttpStatusCode.InternalServerError, (await BeginAsync(user, 2)));
        Assert.Contains("\"disaster\":null", await user.LookAsync(), StringComparison.Ordinal);
        object asked = new { insurer = "01130012", symbol = "", number = "567", birthdate = "1985-11-20" };
        Assert.Equal(HttpStatusCode.InternalServerError, (await user.AskAsync("insurance", asked)).StatusCode);
    }

    [Fact]
    public async Task The_log_says_whose_record_was_looked_up_by_number_without_a_name()
    {
        await using Facility facility = await OpenAsync(TimeProvider.System);
        await using DeskBrowser admin = await SignInAsync(facility, "tanaka");
        string found = await (await admin.AskAsync("insurance",
            new { insurer = "01130012", symbol = "", number = "567", birthdate = "1985-11-20" })).Content.ReadAsStringAsync();
        Assert.Contains("太郎", found, StringComparison.Ordinal);
        string name = System.Text.RegularExpressions.Regex.Match(
            System.Text.RegularExpressions.Regex.Unescape(found), "[^\"]*太郎").Value;
        string digest = (await (await admin.AskAsync("accesses/digest", new { name, birthdate = "1985-11-20" }))
            .Content.ReadAsStringAsync()).Split('"')[3];

        string log = await admin.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));

        Assert.Matches("\"action\":\"insurance\",\"about\":\"01130012 [0-9a-f]{16}\"", log);
        Assert.Contains($"\"action\":\"insurance found\",\"about\":\"{digest}\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain("太郎", log, StringComparison.Ordinal);
        Assert.DoesNotContain("1985", log, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> BeginAsync(DeskBrowser desk, int hours)
    {
        using HttpResponseMessage answer = await desk.AskAsync("disaster/true",
            new { hours, reason = "地震", second = "tanaka", secondPassword = "correct horse" });
        return answer.StatusCode;
    }

    private static async Task<DeskBrowser> SignInAsync(Facility facility, string id, string code = "")
    {
        (DeskBrowser desk, HttpStatusCode answer) = await DeskBrowser.SignInAsync(facility.Host, id, "correct horse", code);
        Assert.Equal(HttpStatusCode.NoContent, answer);
        return desk;
    }

    private static Task<Facility> OpenAsync(TimeProvider time) => Facility.OpenAsync(time, o =>
    {
        ReceptionTerminal.Configuration.ReceptionOptions with = StaffTests.WithAccounts(o);
        StaffAccounts.Set(with.StaffFile!, "suzuki", Role.Admin, "correct horse", _key);
        return with;
    }, ["valid"]);
}
