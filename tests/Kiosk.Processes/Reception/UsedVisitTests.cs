using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.Reception;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>One signature of a card and one 目視確認 are good for one check-in, and only for some minutes.</summary>
public sealed class UsedVisitTests
{
    [Fact]
    public async Task One_signature_of_a_card_gives_one_check_in_however_many_keys_are_invented()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);

        int stored = (await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => IsStoredAsync(link, checkIn with { Key = Guid.NewGuid() }))))
            .Count(s => s);

        Assert.Equal((1, 1L), (stored, HandOverTests.Rows(facility)));
    }

    [Fact]
    public async Task A_repeat_of_the_same_check_in_still_gets_its_receipt_and_a_changed_one_does_not()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        Receipt first = await link.SubmitAsync(checkIn, default);

        Receipt[] again = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => link.SubmitAsync(checkIn, default)));

        Assert.All(again, r => Assert.Equal(first with { Duplicate = true }, r));
        Assert.Contains("already", await RefusedAsync(link, checkIn with { Key = Guid.NewGuid() }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visit_stays_used_after_a_restart_and_in_a_database_of_the_program_before()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        await link.SubmitAsync(checkIn, default);
        int port = facility.Host.LinkPort;
        await facility.Host.DisposeAsync();
        using (SqliteConnection older = new($"Data Source={facility.Database};Pooling=False"))
        {
            await older.OpenAsync();
            using SqliteCommand drop = older.CreateCommand();
            drop.CommandText = "DROP TABLE used_visits; DROP TABLE comparisons";
            await drop.ExecuteNonQueryAsync();
        }

        await facility.StartAsync(port);

        Assert.Contains("already", await RefusedAsync(link, checkIn with { Key = Guid.NewGuid() }), StringComparison.Ordinal);
        Assert.True((await link.SubmitAsync(checkIn, default)).Duplicate);
        Assert.Equal(1, HandOverTests.Rows(facility));
    }

    [Fact]
    public async Task One_staff_code_gives_one_check_in_of_one_card()
    {
        await using Facility facility = await OpenWithCodeAsync(TimeProvider.System);
        using TestCard card = new(), other = new();
        GrpcReceptionLink link = facility.Link();
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        Assert.Equal("tanaka", await CodeAsync(link, visit));

        Assert.Equal(1, (await link.SubmitAsync(facility.CheckIn(card, challenge, visit, Method.Visual, "tanaka"), default)).Number);

        Assert.Contains("granted", await RefusedAsync(link, facility.CheckIn(other, challenge, visit, Method.Visual, "tanaka")),
            StringComparison.Ordinal);
        // Not even with the code typed again for the same visit.
        await CodeAsync(link, visit);
        Assert.Contains("already", await RefusedAsync(link, facility.CheckIn(other, challenge, visit, Method.Visual, "tanaka")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grant_ends_after_ten_minutes_even_with_a_fresh_signature()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await OpenWithCodeAsync(clock);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        Guid visit = Guid.NewGuid();
        await link.OpenVisitAsync(visit, default);
        await CodeAsync(link, visit);
        clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        byte[] fresh = await link.OpenVisitAsync(visit, default);
        Assert.Contains("granted", await RefusedAsync(link, facility.CheckIn(card, fresh, visit, Method.Visual, "tanaka")),
            StringComparison.Ordinal);

        await CodeAsync(link, visit);
        clock.Advance(TimeSpan.FromMinutes(4));

        Assert.Equal(1, (await link.SubmitAsync(facility.CheckIn(card, fresh, visit, Method.Visual, "tanaka"), default)).Number);
    }

    [Fact]
    public async Task A_grant_without_a_signature_of_the_card_over_a_live_challenge_is_refused()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await OpenWithCodeAsync(clock);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        await CodeAsync(link, visit);
        CheckIn good = facility.CheckIn(card, challenge, visit, Method.Visual, "tanaka");
        CardEvidence e = good.Evidence;

        CheckIn withoutKey = good with { Evidence = new(e.Key, e.Certificate, [], new byte[256]) };
        Assert.Contains("public_key", await RefusedAsync(link, withoutKey), StringComparison.Ordinal);
        CheckIn invented = good with { Evidence = new(e.Key, e.Certificate, e.PublicKey, new byte[256]) };
        Assert.Contains("signature", await RefusedAsync(link, invented), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMinutes(11));
        await CodeAsync(link, visit);
        Assert.Contains("expired", await RefusedAsync(link, good with { CapturedAt = clock.GetUtcNow() }), StringComparison.Ordinal);
        Assert.Equal(0, HandOverTests.Rows(facility));
    }

    internal static async Task<string> RefusedAsync(GrpcReceptionLink link, CheckIn checkIn)
    {
        FailureException refused = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(checkIn, default));
        Assert.Equal(Failure.ReceptionRefused, refused.Failure);
        return refused.Detail;
    }

    private static async Task<bool> IsStoredAsync(GrpcReceptionLink link, CheckIn checkIn)
    {
        try
        {
            return !(await link.SubmitAsync(checkIn, default)).Duplicate;
        }
        catch (FailureException refused) when (refused.Failure == Failure.ReceptionRefused)
        {
            return false;
        }
    }

    private static async Task<Facility> OpenWithCodeAsync(TimeProvider clock)
    {
        Facility facility = await Facility.OpenAsync(clock);
        await facility.Host.DisposeAsync();
        await facility.StartAsync(0, o => o with { StaffCodeFile = facility.StaffCodeFile() });
        return facility;
    }

    private static async Task<string?> CodeAsync(GrpcReceptionLink link, Guid visit)
    {
        using Secret code = new(6);
        foreach (byte digit in "123456"u8) code.TryAppend(digit);
        return await link.CheckStaffCodeAsync(visit, code, default);
    }
}
