using System.Net;
using System.Text.RegularExpressions;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Store;
using Microsoft.Data.Sqlite;

namespace Kiosk.Processes.Reception;

/// <summary>A database that another program holds, and a database server that proves nothing.</summary>
public sealed class LockedDatabaseTests
{
    private const int MostTries = 20;

    [Fact]
    public async Task While_another_program_holds_the_database_staff_hear_the_cause_and_the_check_in_is_stored_once_afterwards()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using GrpcReceptionLink link = GrpcReceptionLink.Open(
            facility.LinkOptions() with { Deadline = TimeSpan.FromSeconds(5) }, facility.Time);
        // Without the stream no check-in is accepted.
        await using LinkEventLog stream = new(link);
        using TestCard card = new();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        using (SqliteConnection other = new($"Data Source={facility.Database};Pooling=False"))
        {
            await other.OpenAsync();
#pragma warning disable CA1849 // Only this overload takes the write lock at once.
            using SqliteTransaction backup = other.BeginTransaction(deferred: false);
#pragma warning restore CA1849
            Assert.Contains("locked", (await NotStoredAsync(link, checkIn)).Detail, StringComparison.Ordinal);
            await desk.UntilAsync("ほかのプログラムがデータベースを使っている");
        }

        Receipt receipt = await StoredAsync(link, checkIn);
        Assert.Equal(1, receipt.Number);
        Assert.True((await link.SubmitAsync(checkIn, default)).Duplicate);
        Assert.Equal(1, Rows(facility));
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (Regex.Unescape(await desk.LookAsync()).Contains("ほかのプログラム", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
    }

    [Theory]
    [InlineData("Host=db.example;Username=k;SSL Mode=Require", "SSL Mode")]
    [InlineData("Host=db.example;Username=k;sslmode=Prefer", "SSL Mode")]
    [InlineData("Host=192.168.1.5;Username=k;SslMode=Disable", "SSL Mode")]
    [InlineData("Host=db.example;Username=k;SSL Mode=VerifyCA", "SSL Mode")]
    [InlineData("Host=localhost,db.example;Username=k;SSL Mode=Allow", "SSL Mode")]
    [InlineData("Host=localhost.example.com;Username=k;SSL Mode=Require", "SSL Mode")]
    [InlineData("Host=db.example;Username=k;Prot=3", "connection string")]
    public void A_connection_string_that_would_accept_any_server_is_refused_in_one_line(string connection, string word)
    {
        StartException e = Assert.Throws<StartException>(() => PostgresDatabase.Checked(connection));
        Assert.StartsWith("postgres: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("Host=db.example;Username=k", Npgsql.SslMode.VerifyFull)]
    [InlineData("Host=10.0.0.7;Username=k", Npgsql.SslMode.VerifyFull)]
    [InlineData("Host=db.example;Username=k;SSL Mode=VerifyFull", Npgsql.SslMode.VerifyFull)]
    [InlineData("Host=127.0.0.1;Username=k;SSL Mode=Disable", Npgsql.SslMode.Disable)]
    [InlineData("Host=127.0.0.1:5433,[::1]:5432;Username=k;SSL Mode=Disable", Npgsql.SslMode.Disable)]
    [InlineData("Host=/var/run/postgresql;Username=k;SSL Mode=Disable", Npgsql.SslMode.Disable)]
    [InlineData("Host=LOCALHOST;Username=k", Npgsql.SslMode.Prefer)]
    public void The_certificate_of_a_server_on_another_machine_is_always_verified(string connection, Npgsql.SslMode used) =>
        Assert.Equal(used, PostgresDatabase.Checked(connection).SslMode);

    [Fact]
    public async Task Maintenance_and_the_release_of_a_tamper_lock_stand_in_the_access_log_with_the_staff_id()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => o with { Desk = o.Desk with { StaffId = "sato" } });
        GrpcReceptionLink link = facility.Link();
        await using LinkEventLog news = new(link);
        await news.NextAsync<ReceptionEvent.MaintenanceSet>();
        await link.ReportHealthAsync(new("1", [new("tamper", Failure.TamperOpened)]), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("K611");

        Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync("kiosks/k1/maintenance/true"));
        Assert.Equal(HttpStatusCode.NoContent, await desk.PostAsync("kiosks/k1/maintenance/false"));
        await link.ReportHealthAsync(new("2", [new("tamper", null)]), default);
        await desk.UntilAsync("\"version\":\"2\"");

        string log = await desk.Http.GetStringAsync(new Uri("accesses", UriKind.Relative));
        foreach (string action in (string[])["maintenance on", "maintenance off", "tamper release"])
            Assert.Contains($"\"staff\":\"sato\",\"action\":\"{action}\",\"about\":\"k1\"", log, StringComparison.Ordinal);
    }

    /// <summary>Repeats, as the kiosk does, until the answer names the database.</summary>
    private static async Task<FailureException> NotStoredAsync(GrpcReceptionLink link, CheckIn checkIn)
    {
        for (int tries = 0; ; tries++)
        {
            FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(checkIn, default));
            if (e.Failure == Failure.ReceptionNotStoring) return e;
            // On a busy machine the answer may come too late.
            Assert.True(e.Failure == Failure.ReceptionUnreachable && tries < MostTries, $"try {tries}: {e.Failure}, {e.Detail}");
        }
    }

    private static async Task<Receipt> StoredAsync(GrpcReceptionLink link, CheckIn checkIn)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return await link.SubmitAsync(checkIn, default);
            }
            catch (FailureException e)
                when (e.Failure is Failure.ReceptionNotStoring or Failure.ReceptionUnreachable && tries < MostTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private static long Rows(Facility facility)
    {
        using SqliteConnection connection = new($"Data Source={facility.Database};Pooling=False");
        connection.Open();
        using SqliteCommand count = connection.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM arrivals";
        return (long)count.ExecuteScalar()!;
    }
}
