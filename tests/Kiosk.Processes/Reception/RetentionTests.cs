using System.Security.Cryptography;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Store;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>What must go goes, to the last byte; a wrong clock or a bad disk costs nothing that was told.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly byte[] _mark = "a signature and a certificate of somebody"u8.ToArray();

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-retention-").FullName;

    private string DatabaseFile => Path.Combine(_folder, "reception.db");

    [Fact]
    public async Task An_arrival_is_overwritten_in_every_file_after_keepDays_and_the_access_log_stays()
    {
        await using ReceptionStore store = Open();
        await store.AddAsync(Arrival());
        await store.LogAccessAsync("tanaka", "medical YZK", "#1");
        _clock.Advance(TimeSpan.FromDays(7));
        Assert.True(await store.PurgeAsync(7));
        Assert.NotNull(store.Arrival(1));
        Assert.True(Holds(_mark));

        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await store.PurgeAsync(7));

        Assert.Null(store.Arrival(1));
        Assert.False(Holds(_mark));
        Assert.Equal("tanaka", Assert.Single(store.Accesses(10)).Staff);
        await store.AddAsync(Arrival());
        _clock.Advance(TimeSpan.FromDays(ReceptionStore.AccessDays + 1));
        // A facility that worked all the year.
        await store.AddAsync(Arrival());
        Assert.True(await store.PurgeAsync(7));
        Assert.Empty(store.Accesses(10));
    }

    [Fact]
    public async Task With_a_clock_far_ahead_nothing_is_deleted_until_a_check_in_confirms_it()
    {
        await using ReceptionStore store = Open();
        await store.AddAsync(Arrival());
        _clock.Advance(TimeSpan.FromDays(3650));
        Assert.False(await store.PurgeAsync(7));
        Assert.NotNull(store.Arrival(1));

        await store.AddAsync(Arrival());

        Assert.True(await store.PurgeAsync(7));
        Assert.Null(store.Arrival(1));
        Assert.NotNull(store.Arrival(2));
    }

    [Theory]
    [InlineData("no database at all")]
    [InlineData("a page overwritten")]
    public async Task A_damaged_database_is_reported_at_the_start_with_a_remedy(string damage)
    {
        await using (ReceptionStore store = Open())
        {
            for (int i = 0; i < 100; i++) await store.AddAsync(Arrival());
        }

        await using (FileStream file = new(DatabaseFile, FileMode.Open))
        {
            file.Position = damage.StartsWith("no", StringComparison.Ordinal) ? 0 : file.Length / 2 / 4096 * 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 4096).ToArray());
        }

        StartException said = Assert.Throws<StartException>(() => new SqliteDatabase(DatabaseFile).Open());

        Assert.Contains("reception.db: is damaged; move it aside", said.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ReceptionStore Open() => new(new SqliteDatabase(DatabaseFile), TimeSpan.FromMinutes(10), _clock);

    private static NewArrival Arrival() => new("k1", Guid.NewGuid(), "", RandomNumberGenerator.GetBytes(16),
        RandomNumberGenerator.GetBytes(32),
        RandomNumberGenerator.GetBytes(900), true, [.. _mark, .. RandomNumberGenerator.GetBytes(1000)]);

    private bool Holds(byte[] bytes) => Directory.GetFiles(_folder).Any(f =>
    {
        using FileStream file = new(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] all = new byte[file.Length];
        file.ReadExactly(all);
        return all.AsSpan().IndexOf(bytes) >= 0;
    });
}
