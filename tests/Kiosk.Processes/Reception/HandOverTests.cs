using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Microsoft.Data.Sqlite;

namespace Kiosk.Processes.Reception;

public sealed class HandOverTests
{
    [Theory]
    [InlineData(Method.Pin)]
    [InlineData(Method.Face)]
    public async Task A_visit_over_mutual_tls_ends_with_a_receipt(Method method)
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card, method);

        Receipt receipt = await link.SubmitAsync(checkIn, default);

        Assert.Equal(new Receipt(checkIn.Key, 1, false), receipt);
        Assert.Equal(1, Rows(facility));
    }

    [Fact]
    public async Task The_same_key_again_gives_the_same_number_as_a_duplicate()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        Receipt first = await link.SubmitAsync(checkIn, default);

        Receipt again = await link.SubmitAsync(checkIn, default);

        Assert.Equal(first with { Duplicate = true }, again);
        Assert.Equal(1, Rows(facility));
        Assert.Equal(again, await link.FindAsync(checkIn.Key, default));
    }

    [Fact]
    public async Task The_same_key_with_other_content_is_refused()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        await link.SubmitAsync(checkIn, default);

        FailureException e = await Assert.ThrowsAsync<FailureException>(() =>
            link.SubmitAsync(checkIn with { Answers = Answers.All(checkIn.Answers.Asked, false) }, default));

        Assert.Equal(Failure.ReceptionRefused, e.Failure);
    }

    [Fact]
    public async Task An_unknown_key_is_not_found_and_neither_is_the_key_of_another_kiosk()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        Assert.Null(await link.FindAsync(checkIn.Key, default));
        await link.SubmitAsync(checkIn, default);

        Assert.Null(await facility.Link("k2").FindAsync(checkIn.Key, default));
    }

    [Fact]
    public async Task A_second_reading_of_the_same_card_is_the_same_arrival()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new(), other = new();
        GrpcReceptionLink link = facility.Link();
        Receipt first = await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        Receipt neighbour = await link.SubmitAsync(await facility.VisitAsync(link, other), default);

        Receipt again = await link.SubmitAsync(await facility.VisitAsync(link, card), default);

        Assert.Equal((1, 2, 1), (first.Number, neighbour.Number, again.Number));
        Assert.False(again.Duplicate);
        Assert.Equal(3, Rows(facility));
    }

    [Fact]
    public async Task There_is_no_receipt_when_the_commit_fails_and_the_repeat_succeeds()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        // The insert succeeds; a deferred foreign key makes COMMIT itself fail.
        Sql(facility, """
            CREATE TABLE parent(id INTEGER PRIMARY KEY);
            CREATE TABLE child(id INTEGER REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED);
            CREATE TRIGGER break_commit AFTER INSERT ON arrivals BEGIN INSERT INTO child VALUES(99); END
            """);

        FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(checkIn, default));

        Assert.Equal(Failure.ReceptionNotStoring, e.Failure);
        Assert.Null(await link.FindAsync(checkIn.Key, default));
        Sql(facility, "DROP TRIGGER break_commit");
        Assert.False((await link.SubmitAsync(checkIn, default)).Duplicate);
    }

    [Fact]
    public async Task A_check_in_that_fails_does_not_fail_the_others_of_its_transaction()
    {
        await using Facility facility = await Facility.OpenAsync();
        GrpcReceptionLink link = facility.Link();
        List<TestCard> cards = [.. Enumerable.Range(0, 6).Select(_ => new TestCard())];
        List<CheckIn> all = [];
        foreach (TestCard card in cards) all.Add(await facility.VisitAsync(link, card));
        Sql(facility, $"CREATE TRIGGER bad AFTER INSERT ON arrivals WHEN NEW.key=X'{Convert.ToHexString(all[3].Key.ToByteArray(true))}' "
            + $"BEGIN SELECT RAISE(ABORT,'no'); END");

        bool[] done = await Task.WhenAll(all.Select(async c =>
        {
            try
            {
                return (await link.SubmitAsync(c, default)).Number > 0;
            }
            catch (FailureException)
            {
                return false;
            }
        }));

        Assert.Equal([true, true, true, false, true, true], done);
        cards.ForEach(c => c.Dispose());
    }

    internal static long Rows(Facility facility)
    {
        using SqliteConnection connection = new($"Data Source={facility.Database};Pooling=False");
        connection.Open();
        using SqliteCommand count = connection.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM arrivals";
        return (long)count.ExecuteScalar()!;
    }

    private static void Sql(Facility facility, string sql)
    {
        using SqliteConnection connection = new($"Data Source={facility.Database};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
