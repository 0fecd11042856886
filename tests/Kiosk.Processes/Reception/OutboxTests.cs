using System.Diagnostics;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Kiosk.App.Configuration;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Outbox;
using Kiosk.Lab.Chaos;
using Kiosk.Simulators.Reception;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

public sealed class OutboxTests : IDisposable
{
    // On Linux a file system in memory; elsewhere there is no outbox.
    private const string Memory = "/dev/shm";

    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-outbox-").FullName;
    private readonly string _key = Path.Combine(Memory, $"kiosk-outbox-{Guid.NewGuid():N}", "outbox.key");

    private string Box => Path.Combine(_folder, "kiosk.outbox");

    [SkippableFact]
    public void A_record_is_sealed_survives_a_restart_and_the_file_is_empty_when_all_are_done()
    {
        SkipWithoutMemory();
        Guid key = Guid.NewGuid(), other = Guid.NewGuid();
        byte[] message = "試験 a certificate and a signature"u8.ToArray();
        using (SealedOutbox box = SealedOutbox.Open(Box, _key, TimeProvider.System))
        {
            Assert.True(box.TryPut(key, message));
            Assert.True(box.TryPut(other, message));
            box.Done(other);
        }

        byte[] disk = File.ReadAllBytes(Box);
        Assert.Equal(-1, disk.AsSpan().IndexOf(message.AsSpan(0, 8)));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_key));

        using SealedOutbox again = SealedOutbox.Open(Box, _key, TimeProvider.System);
        Assert.Equal([key], again.Waiting());
        Assert.Equal(message, again.Read(key));
        again.Done(key);
        Assert.Equal(0, new FileInfo(Box).Length);
    }

    [SkippableFact]
    public void After_a_power_cut_nothing_can_be_read_and_a_torn_record_does_not_harm_the_others()
    {
        SkipWithoutMemory();
        Guid first = Guid.NewGuid(), second = Guid.NewGuid();
        using (SealedOutbox box = SealedOutbox.Open(Box, _key, TimeProvider.System))
        {
            box.TryPut(first, [1, 2, 3]);
            box.TryPut(second, [4, 5, 6]);
        }

        byte[] whole = File.ReadAllBytes(Box);
        File.WriteAllBytes(Box, whole[..^5]);
        using (SealedOutbox torn = SealedOutbox.Open(Box, _key, TimeProvider.System)) Assert.Equal([first], torn.Waiting());

        File.WriteAllBytes(Box, whole);
        File.Delete(_key);
        using (SealedOutbox later = SealedOutbox.Open(Box, _key, TimeProvider.System)) Assert.Empty(later.Waiting());
        Assert.Equal(0, new FileInfo(Box).Length);
    }

    [SkippableFact]
    public void At_most_16_records_for_10_minutes_are_kept_and_a_key_on_a_disk_is_refused()
    {
        SkipWithoutMemory();
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        using SealedOutbox box = SealedOutbox.Open(Box, _key, time);
        Assert.All(Enumerable.Range(0, SealedOutbox.Most), _ => Assert.True(box.TryPut(Guid.NewGuid(), [7])));
        Assert.False(box.TryPut(Guid.NewGuid(), [7]));
        time.Advance(TimeSpan.FromMinutes(10.1));
        Assert.Empty(box.Waiting());
        Assert.Equal(0, new FileInfo(Box).Length);

        Skip.If(new DriveInfo(_folder).DriveFormat == "tmpfs", "the disk here is in memory");
        FailureException e = Assert.Throws<FailureException>(() => SealedOutbox.Open(Box + "2", Path.Combine(_folder, "key"), time));
        Assert.Equal(Failure.ConfigBroken, e.Failure);
        Assert.Contains("tmpfs", e.Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_check_in_interrupted_by_the_network_and_by_a_crash_is_stored_once_without_a_receipt_for_the_patient()
    {
        SkipWithoutMemory();
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new IPEndPoint(IPAddress.Loopback, facility.Host.LinkPort));
        using TestCard card = new();
        CheckIn visit;
        using (SealedOutbox box = SealedOutbox.Open(Box, _key, TimeProvider.System))
        {
            await using OutboxLink link = new(facility.Link(port: cable.Port), box, TimeProvider.System);
            visit = await facility.VisitAsync(link, card);
            cable.Unplug();
            FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(visit, default));
            Assert.Equal(Failure.ReceptionUnreachable, e.Failure);
            Assert.Equal([visit.Key], box.Waiting());
        }

        // The program is gone as after kill -9: nothing was tidied up. What a thief finds is sealed.
        Assert.Equal(-1, (await File.ReadAllBytesAsync(Box)).AsSpan().IndexOf(card.Certificate.AsSpan(0, 32)));
        cable.Plug();
        using SealedOutbox after = SealedOutbox.Open(Box, _key, TimeProvider.System);
        await using OutboxLink again = new(facility.Link(port: cable.Port), after, TimeProvider.System);
        await EmptyAsync(after);

        Assert.Equal(visit.Key, (await again.FindAsync(visit.Key, default))?.Key);
        Assert.Equal(1, HandOverTests.Rows(facility));
        Assert.Equal(0, new FileInfo(Box).Length);
    }

    [SkippableFact]
    public async Task A_check_in_without_an_answer_is_sent_again_and_stored_once_and_a_refused_one_is_not_kept()
    {
        SkipWithoutMemory();
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        using SealedOutbox box = SealedOutbox.Open(Box, _key, TimeProvider.System);
        await using OutboxLink link = new(facility.Link(), box, TimeProvider.System);
        CheckIn stored = await facility.VisitAsync(link, card);
        await link.SubmitAsync(stored, default);
        Assert.Empty(box.Waiting());

        // As if the answer had been lost and the program had died before it came again.
        box.TryPut(stored.Key, Devices.Reception.Wire.ToContract(stored).ToByteArray());
        await EmptyAsync(box);
        Assert.Equal(1, HandOverTests.Rows(facility));

        FailureException e = await Assert.ThrowsAsync<FailureException>(
            () => link.SubmitAsync(stored with { CapturedAt = stored.CapturedAt.AddSeconds(1) }, default));
        Assert.Equal(Failure.ReceptionRefused, e.Failure);
        Assert.Empty(box.Waiting());
    }

    [SkippableFact]
    public async Task A_killed_kiosk_sends_what_it_kept_at_its_next_start_and_each_is_stored_once()
    {
        SkipWithoutMemory();
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new IPEndPoint(IPAddress.Loopback, facility.Host.LinkPort));
        string told = Path.Combine(_folder, "told");
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(120));
        using (Process kiosk = Start(facility, cable.Port, told))
        {
            await LinesAsync(told, "T", 2, late.Token);
            // The cable is pulled again and again, until it was pulled while one was handed over.
            for (bool kept = false; !kept;)
            {
                int known = Keys(told, "K").Count;
                cable.Unplug();
                for (int looked = 0; looked < 60 && !kept; looked++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
                    kept = Keys(told, "K").Count > known;
                }

                if (kept) break;
                cable.Plug();
                await LinesAsync(told, "T", Keys(told, "T").Count + 1, late.Token);
            }

            kiosk.Kill();
            await kiosk.WaitForExitAsync(late.Token);
        }

        Assert.NotEqual(0, new FileInfo(Box).Length);
        int before = Keys(told, "T").Count;
        cable.Plug();
        using (Process again = Start(facility, cable.Port, told))
        {
            while (Keys(told, "K").Any(key => Rows(facility, key) == 0))
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
            await LinesAsync(told, "T", before + 2, late.Token);
            again.Kill();
            await again.WaitForExitAsync(late.Token);
        }

        Assert.All(Keys(told, "K").Concat(Keys(told, "T")), key => Assert.Equal(1, Rows(facility, key)));
        // Nobody whose hand-over was kept was told that they are checked in.
        Assert.Empty(Keys(told, "K").Intersect(Keys(told, "T")));
    }

    [Fact]
    public void It_is_off_by_default()
    {
        Assert.Null(new Config().Outbox);
        Assert.Equal("/run/kiosk-app/outbox.key", new OutboxConfig().Key);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        if (Directory.Exists(Path.GetDirectoryName(_key))) Directory.Delete(Path.GetDirectoryName(_key)!, recursive: true);
    }

    private static void SkipWithoutMemory() =>
        Skip.IfNot(OperatingSystem.IsLinux() && Directory.Exists(Memory), "no file system in memory here");

    /// <summary>A kiosk process that checks in one patient after the other.</summary>
    private Process Start(Facility facility, int port, string told)
    {
        facility.LinkOptions();
        return Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "kiosk-lab.dll"), "chaos", "client", "--folder", facility.Dir, "--id", "k1", "--port",
            port.ToString(CultureInfo.InvariantCulture),
            "--journal", Path.Combine(_folder, "journal"), "--told", told, "--outbox", Box, "--outbox-key", _key,
        ])
        { RedirectStandardOutput = true })!;
    }

    private static List<string> Keys(string told, string word) =>
        [.. LossCheck.Lines([told]).Where(l => l[0] == word).Select(l => l[1])];

    private static async Task LinesAsync(string told, string word, int count, CancellationToken stop)
    {
        while (Keys(told, word).Count < count) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
    }

    private static long Rows(Facility facility, string key)
    {
        using SqliteConnection connection = new($"Data Source={facility.Database};Pooling=False");
        connection.Open();
        using SqliteCommand count = connection.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM arrivals WHERE key=$k";
        count.Parameters.AddWithValue("$k", Convert.FromHexString(key));
        return (long)count.ExecuteScalar()!;
    }

    private static async Task EmptyAsync(SealedOutbox box)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (box.Waiting().Count > 0) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
    }
}
