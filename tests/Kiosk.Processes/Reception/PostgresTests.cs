using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.Lab.Chaos;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.Processes.Reception;

/// <summary>What HandOverTests check with SQLite, and what can go wrong only with several receptions on one database.</summary>
public sealed class PostgresTests : IDisposable
{
    private readonly PostgresServer? _server = PostgresServer.Missing is null ? new() : null;

    [SkippableFact]
    public async Task Repeats_are_stored_once_other_content_is_refused_and_a_second_reading_is_joined()
    {
        Skip.If(_server is null, PostgresServer.Missing);
        await using Facility facility = await OpenAsync();
        using TestCard card = new(), other = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        Receipt first = await link.SubmitAsync(checkIn, default);
        Assert.Equal(first with { Duplicate = true }, await link.SubmitAsync(checkIn, default));
        Assert.Equal(first with { Duplicate = true }, await link.FindAsync(checkIn.Key, default));
        Assert.Null(await facility.Link("k2").FindAsync(checkIn.Key, default));
        FailureException e = await Assert.ThrowsAsync<FailureException>(
            () => link.SubmitAsync(checkIn with { CapturedAt = checkIn.CapturedAt.AddSeconds(1) }, default));
        Assert.Equal(Failure.ReceptionRefused, e.Failure);
        Assert.Equal(2, (await link.SubmitAsync(await facility.VisitAsync(link, other), default)).Number);
        Assert.Equal(1, (await link.SubmitAsync(await facility.VisitAsync(link, card), default)).Number);
        Assert.Equal(3, Rows());
    }

    [SkippableFact]
    public async Task One_signature_gives_one_check_in_also_with_two_receptions()
    {
        Skip.If(_server is null, PostgresServer.Missing);
        await using Facility one = await OpenAsync();
        await using ReceptionHost second = await ReceptionHost.StartAsync(Postgres(one.Options()), default);
        using TestCard card = new();
        GrpcReceptionLink here = one.Link(), there = one.Link(port: second.LinkPort);
        CheckIn checkIn = await one.VisitAsync(here, card);
        Receipt first = await here.SubmitAsync(checkIn, default);

        string why = await UsedVisitTests.RefusedAsync(there, checkIn with { Key = Guid.NewGuid() });
        Assert.Contains("already", why, StringComparison.Ordinal);
        Assert.Equal(first with { Duplicate = true }, await there.SubmitAsync(checkIn, default));
        Assert.Equal(1, Rows());
    }

    [SkippableFact]
    public async Task Two_receptions_on_one_database_give_each_number_once_and_take_a_key_once()
    {
        Skip.If(_server is null, PostgresServer.Missing);
        await using Facility one = await OpenAsync();
        await using ReceptionHost second = await ReceptionHost.StartAsync(Postgres(one.Options()), default);
        GrpcReceptionLink here = one.Link(), there = one.Link(port: second.LinkPort);
        List<TestCard> cards = [.. Enumerable.Range(0, 12).Select(_ => new TestCard())];
        List<CheckIn> visits = [];
        foreach (TestCard card in cards) visits.Add(await one.VisitAsync(here, card));

        // Each is handed to both at once, as by a kiosk whose answer got lost and whose address now leads to the other.
        Receipt[] all = await Task.WhenAll(visits.SelectMany(v => (Task<Receipt>[])[PatientAsync(here, v), PatientAsync(there, v)]));

        Assert.Equal(Enumerable.Range(1, 12), all.Select(r => (int)r.Number).Distinct().Order());
        Assert.Equal(12, all.Count(r => !r.Duplicate));
        Assert.Equal(12, Rows());
        cards.ForEach(c => c.Dispose());
    }

    [SkippableFact]
    public async Task After_a_crash_of_the_database_server_nothing_is_lost_and_the_reception_continues()
    {
        Skip.If(_server is null, PostgresServer.Missing);
        await using Facility facility = await OpenAsync();
        using TestCard card = new(), other = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn told = await facility.VisitAsync(link, card), late = await facility.VisitAsync(link, other);
        await link.SubmitAsync(told, default);

        _server.Crash();
        FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(late, default));
        Assert.Equal(Failure.ReceptionNotStoring, e.Failure);
        _server.Start();

        Assert.False((await PatientAsync(link, late)).Duplicate);
        Assert.NotNull(await link.FindAsync(told.Key, default));
        Assert.Equal(2, Rows());
    }

    public void Dispose() => _server?.Dispose();

    private Task<Facility> OpenAsync() => Facility.OpenAsync(change: Postgres);

    private ReceptionOptions Postgres(ReceptionOptions o) => o with { Database = "", Postgres = _server!.Connection };

    /// <summary>Presses "try again" with the same key until it is through.</summary>
    private static async Task<Receipt> PatientAsync(GrpcReceptionLink link, CheckIn visit)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return await link.SubmitAsync(visit, default);
            }
            catch (FailureException e) when (e.Failure is Failure.ReceptionUnreachable or Failure.ReceptionNotStoring && tries < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        }
    }

    private long Rows()
    {
        using System.Data.Common.DbConnection connection = new PostgresDatabase(_server!.Connection).Open();
        using System.Data.Common.DbCommand count = connection.Command("SELECT COUNT(*) FROM arrivals");
        return (long)count.ExecuteScalar()!;
    }
}
