using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Kiosk.ReceptionTerminal.Staff;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>The attacker sits down at a page that somebody left, keeps its stream, guesses passwords, or was dismissed.</summary>
public sealed class SessionTests
{
    [Theory]
    [InlineData("sign-out")]
    [InlineData("idleness")]
    [InlineData("its end")]
    [InlineData("reset of the account")]
    public async Task The_open_stream_ends_with_its_session(string how)
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock, StaffTests.WithAccounts);
        (DeskBrowser desk, HttpStatusCode signedIn) = await DeskBrowser.SignInAsync(facility.Host, "sato", "correct horse");
        await using DeskBrowser _ = desk;
        Assert.Equal(HttpStatusCode.NoContent, signedIn);
        using HttpResponseMessage feed = await desk.Http.GetAsync(new Uri("feed", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead);
        using StreamReader lines = new(await feed.Content.ReadAsStreamAsync());
        Assert.StartsWith("data:", await lines.ReadLineAsync(), StringComparison.Ordinal);

        if (how == "sign-out") await desk.PostAsync("signout");
        if (how == "idleness") clock.Advance(TimeSpan.FromMinutes(30));
        if (how == "its end")
        {
            for (int i = 0; i < 12 * 3; i++)
            {
                // Somebody works at it all day.
                await desk.PostAsync("active");
                clock.Advance(TimeSpan.FromMinutes(20));
            }
        }

        if (how.StartsWith("reset", StringComparison.Ordinal))
        {
            (DeskBrowser admin, HttpStatusCode _) = await DeskBrowser.SignInAsync(facility.Host, "tanaka", "correct horse");
            using HttpResponseMessage reset = await admin.AskAsync("staff/sato/reset", new { password = "correct horse" });
            Assert.Equal(HttpStatusCode.OK, reset.StatusCode);
            await admin.DisposeAsync();
        }

        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        Task<string> rest = lines.ReadToEndAsync(late.Token);
        while (!rest.IsCompleted)
        {
            // The stream waits a moment for more changes, by this clock, before it looks again.
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(rest, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token));
        }

        await rest;

        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri("feed", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_stream_that_nobody_looks_at_does_not_keep_a_session_alive_and_a_press_does()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync("active"));
        clock.Advance(TimeSpan.FromMinutes(20));
        await desk.LookAsync();
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Forbidden, await desk.PostAsync("active"));
    }

    [Fact]
    public async Task Sign_ins_refusals_and_denied_roles_are_in_the_log_with_the_name_that_was_tried()
    {
        await using Facility facility = await Facility.OpenAsync(change: StaffTests.WithAccounts);
        (DeskBrowser wrong, HttpStatusCode refused) = await DeskBrowser.SignInAsync(facility.Host, "suzuki\n<b>", "wrong password");
        await wrong.DisposeAsync();
        Assert.Equal(HttpStatusCode.Forbidden, refused);
        (DeskBrowser user, HttpStatusCode _) = await DeskBrowser.SignInAsync(facility.Host, "sato", "correct horse");
        foreach (string path in new[] { "accesses", "policy", "staff", "review" })
            Assert.Equal(HttpStatusCode.Forbidden, (await user.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await user.PostAsync("staff/tanaka/reset"));
        await user.DisposeAsync();

        (DeskBrowser admin, HttpStatusCode _) = await DeskBrowser.SignInAsync(facility.Host, "tanaka", "correct horse");
        await using DeskBrowser last = admin;
        string log = await admin.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Contains("\"staff\":\"suzuki??b?\",\"action\":\"sign-in refused\"", log, StringComparison.Ordinal);
        Assert.Contains("\"staff\":\"sato\",\"action\":\"sign-in\"", log, StringComparison.Ordinal);
        foreach (string path in new[] { "GET /accesses", "GET /policy", "GET /staff", "GET /review", "POST /staff/tanaka/reset" })
            Assert.Contains($"\"staff\":\"sato\",\"action\":\"denied\",\"about\":\"{path}\"", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_signs_in_for_the_first_time_sees_nothing_before_choosing_a_password()
    {
        await using Facility facility = await Facility.OpenAsync(change: o =>
        {
            string file = Path.Combine(Path.GetDirectoryName(o.Database)!, "staff.json");
            StaffAccounts.Set(file, "sato", Role.User, "given by tanaka", null, mustChange: true);
            return o with { StaffFile = file };
        });
        (DeskBrowser desk, HttpStatusCode _) = await DeskBrowser.SignInAsync(facility.Host, "sato", "given by tanaka");
        await using DeskBrowser first = desk;
        foreach (string path in new[] { "feed", "name/1", "medical/1/YZK", "staff.js" })
            Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        Assert.Contains("パスワードの変更", await desk.Http.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.AskAsync("password", new { @new = "sato2026" })).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await desk.AskAsync("password", new { @new = "seven purple teapots" })).StatusCode);

        Assert.Contains("data:", await desk.LookAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await DeskBrowser.SignInAsync(facility.Host, "sato", "given by tanaka")).Answer);
        Assert.Equal(HttpStatusCode.NoContent, (await DeskBrowser.SignInAsync(facility.Host, "sato", "seven purple teapots")).Answer);
    }

    [Fact]
    public async Task A_reset_needs_the_administrators_password_and_its_code_works_once()
    {
        await using Facility facility = await Facility.OpenAsync(change: StaffTests.WithAccounts);
        (DeskBrowser admin, HttpStatusCode _) = await DeskBrowser.SignInAsync(facility.Host, "tanaka", "correct horse");
        await using DeskBrowser one = admin;
        // Somebody finds the page open.
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.AskAsync("staff/sato/reset", new { password = "a wrong guess" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await DeskBrowser.SignInAsync(facility.Host, "sato", "correct horse")).Answer);

        JsonElement reset = await (await admin.AskAsync("staff/sato/reset", new { password = "correct horse" }))
            .Content.ReadFromJsonAsync<JsonElement>();
        string code = reset.GetProperty("code").GetString()!;

        Assert.Equal(HttpStatusCode.Forbidden, (await DeskBrowser.SignInAsync(facility.Host, "sato", "correct horse")).Answer);
        (DeskBrowser desk, HttpStatusCode signedIn) = await DeskBrowser.SignInAsync(facility.Host, "sato", code.ToLowerInvariant());
        await using DeskBrowser two = desk;
        Assert.Equal(HttpStatusCode.NoContent, signedIn);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Http.GetAsync(new Uri("feed", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await DeskBrowser.SignInAsync(facility.Host, "sato", code)).Answer);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.AskAsync("password", new { @new = "seven purple teapots" })).StatusCode);
        Assert.Contains("data:", await desk.LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_misses_lock_an_account_until_an_administrator_acts_also_over_a_restart()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kiosk-staff-").FullName, "staff.json");
        StaffAccounts.Set(file, "sato", Role.User, "correct horse", null);
        // As after 98 wrong guesses, five every five minutes.
        StaffFile.Write<List<StaffAccount>>(file, [.. StaffFile.Read<List<StaffAccount>>(file, "", "", _ => true).Select(a => a with
        {
            Misses = StaffAccounts.MaxMisses - 2,
        })]);
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        StaffAccounts accounts = StaffAccounts.Load(file, clock);
        Assert.Null(accounts.SignIn("sato", "guess 99", ""));
        Assert.NotNull(accounts.SignIn("sato", "correct horse", ""));
        Assert.Equal(0, accounts.Find("sato")!.Misses);

        StaffFile.Write<List<StaffAccount>>(file, [.. accounts.All.Select(a => a with { Misses = StaffAccounts.MaxMisses - 2 })]);
        Assert.Null(accounts.SignIn("sato", "guess 99", ""));
        Assert.Null(accounts.SignIn("sato", "guess 100", ""));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(accounts.SignIn("sato", "correct horse", ""));
        StaffAccounts restarted = StaffAccounts.Load(file, clock);
        Assert.True(restarted.Find("sato")!.Locked);
        Assert.Null(restarted.SignIn("sato", "correct horse", ""));

        string code = restarted.Reset("sato")!;
        Assert.True(restarted.SignIn("sato", code, "")!.MustChange);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [InlineData("password1", false)]
    [InlineData("P@ssw0rd!", false)]
    [InlineData("1qaz2wsx", false)]
    [InlineData("aaaaaaaaaaaa", false)]
    [InlineData("20240401", false)]
    [InlineData("tanaka2026", false)]
    [InlineData("uketsuke1", false)]
    [InlineData("sakuraclinic", false)]
    [InlineData("short7!", false)]
    [InlineData("correct horse", true)]
    [InlineData("赤い自転車で海まで行く", true)]
    [InlineData("x7#Kq-vR2m", true)]
    public void A_password_that_is_tried_first_is_refused(string password, bool accepted) =>
        Assert.Equal(accepted, PasswordRules.FaultOf(password, "tanaka", ["sakuraclinic", "1312345678"]) is null);
}
