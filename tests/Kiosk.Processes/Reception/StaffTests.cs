using System.Net;
using System.Net.Http.Json;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Staff;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

public sealed class StaffTests
{
    // RFC 6238 appendix B, SHA-1, cut to 6 digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void One_time_codes_are_those_of_RFC_6238(long second, string code) =>
        Assert.Equal(code, SecondFactor.CodeAt("12345678901234567890"u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(second)));

    [Fact]
    public void The_key_is_given_in_base_32_as_authenticator_apps_take_it() =>
        Assert.Contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&", SecondFactor.KeyUri("tanaka", "12345678901234567890"u8.ToArray()),
            StringComparison.Ordinal);

    [Fact]
    public void After_five_wrong_passwords_the_right_one_is_refused_for_five_minutes()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        StaffAccounts accounts = Accounts(clock, null);
        for (int i = 0; i < 5; i++) Assert.Null(accounts.SignIn("tanaka", "wrong password", ""));
        Assert.Null(accounts.SignIn("tanaka", "correct horse", ""));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Role.Admin, accounts.SignIn("tanaka", "correct horse", "")!.Role);
        Assert.Null(accounts.SignIn("nobody", "correct horse", ""));
    }

    [Fact]
    public void A_thousand_invented_names_do_not_reset_the_count_of_an_account()
    {
        AttemptLimit attempts = new(name => name == "tanaka", new FakeTimeProvider());
        for (int i = 0; i < 5; i++) Assert.True(attempts.MayTry("tanaka"));
        for (int i = 0; i < 2500; i++) Assert.True(attempts.MayTry($"nobody {i}"));
        Assert.False(attempts.MayTry("tanaka"));
        attempts.Reset("tanaka");
        Assert.True(attempts.MayTry("tanaka"));
    }

    [Fact]
    public void With_a_second_factor_both_must_be_right_and_a_code_works_once()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        byte[] key = SecondFactor.NewKey();
        StaffAccounts accounts = Accounts(clock, key);
        Assert.Null(accounts.SignIn("tanaka", "correct horse", ""));
        string code = SecondFactor.CodeAt(key, clock.GetUtcNow());
        Assert.NotNull(accounts.SignIn("tanaka", "correct horse", code));
        Assert.Null(accounts.SignIn("tanaka", "correct horse", code));
    }

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void A_code_one_step_old_or_one_step_early_is_accepted_and_no_other(int seconds, bool accepted)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_015);
        byte[] key = SecondFactor.NewKey();
        string code = SecondFactor.CodeAt(key, now.AddSeconds(seconds));
        Assert.Equal(accepted ? (now.ToUnixTimeSeconds() + seconds) / 30 : null, SecondFactor.MatchingStep(key, code, now));
    }

    [Fact]
    public void The_file_holds_no_password()
    {
        string file = Path.GetTempFileName();
        File.Delete(file);
        StaffAccounts.Set(file, "tanaka", Role.User, "correct horse", null);
        Assert.DoesNotContain("horse", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Contains("8 characters", Assert.Throws<StartException>(
            () => StaffAccounts.Set(file, "sato", Role.User, "short", null)).Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task With_accounts_the_console_address_signs_nobody_in_and_the_name_is_recorded()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => WithAccounts(o));
        using HttpClient browser = new() { BaseAddress = facility.Host.DeskUrl };
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(new Uri("signin?token=anything", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await SignInAsync(browser, "sato", "wrong password"));
        Assert.Equal(HttpStatusCode.NoContent, await SignInAsync(browser, "sato", "correct horse"));
        Assert.Contains("\"admin\":false", await browser.GetStringAsync(new Uri("me", UriKind.Relative)), StringComparison.Ordinal);
        // 利用者 neither see the log nor change the settings.
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(new Uri("accesses", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(new Uri("policy", UriKind.Relative))).StatusCode);
        // Nobody switches disaster mode on alone without a second factor.
        Assert.Equal(HttpStatusCode.Forbidden, await DisasterAsync(browser, new { hours = 4, reason = "地震" }));
        Assert.Equal(HttpStatusCode.NoContent, await DisasterAsync(browser,
            new { hours = 4, reason = "地震", second = "tanaka", secondPassword = "correct horse" }));

        using HttpClient admin = new() { BaseAddress = facility.Host.DeskUrl };
        Assert.Equal(HttpStatusCode.NoContent, await SignInAsync(admin, "tanaka", "correct horse"));
        string log = await admin.GetStringAsync(new Uri("accesses", UriKind.Relative));
        Assert.Contains("\"staff\":\"sato、tanaka\",\"action\":\"disaster on\"", log, StringComparison.Ordinal);
        using HttpRequestMessage bye = new(HttpMethod.Post, "signout") { Headers = { { "X-Desk", "1" } } };
        await admin.SendAsync(bye);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync(new Uri("me", UriKind.Relative))).StatusCode);
    }

    internal static ReceptionOptions WithAccounts(ReceptionOptions o)
    {
        string file = Path.Combine(Path.GetDirectoryName(o.Database)!, "staff.json");
        StaffAccounts.Set(file, "tanaka", Role.Admin, "correct horse", null);
        StaffAccounts.Set(file, "sato", Role.User, "correct horse", null);
        return o with { StaffFile = file };
    }

    private static async Task<HttpStatusCode> DisasterAsync(HttpClient browser, object body)
    {
        using HttpRequestMessage on = new(HttpMethod.Post, "disaster/true") { Headers = { { "X-Desk", "1" } } };
        on.Content = JsonContent.Create(body);
        return (await browser.SendAsync(on)).StatusCode;
    }

    private static async Task<HttpStatusCode> SignInAsync(HttpClient browser, string id, string password)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "signin/account");
        request.Headers.Add("X-Desk", "1");
        request.Content = JsonContent.Create(new { id, password, code = "" });
        using HttpResponseMessage answer = await browser.SendAsync(request);
        return answer.StatusCode;
    }

    private static StaffAccounts Accounts(TimeProvider clock, byte[]? totp)
    {
        string file = Path.GetTempFileName();
        File.Delete(file);
        StaffAccounts.Set(file, "tanaka", Role.Admin, "correct horse", totp);
        StaffAccounts accounts = StaffAccounts.Load(file, clock);
        File.Delete(file);
        return accounts;
    }
}
