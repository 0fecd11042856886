using System.Net;
using Google.Protobuf;
using Kiosk.App;
using Kiosk.Core;
using Kiosk.Core.Reception;
using Kiosk.Devices.Outbox;
using Kiosk.Devices.Reception.Simulated;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Reception;

public sealed class OutboxTests : IDisposable
{
    // On Linux a file system in memory; elsewhere there is no outbox.
    private const string Memory = "/dev/shm";

    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-outbox-").FullName;
    private readonly string _key = Path.Combine(Memory, $"kiosk-outbox-{Guid.NewGuid():N}", "outbox.key");

    private string Box => Path.Combine(_folder, "kiosk.outbox");

    [SkippableFact]
    public void What_is_put_is_sealed_outlives_the_program_and_the_file_is_empty_when_all_is_done()
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
    public void After_a_power_off_nobody_can_read_it_and_a_changed_or_torn_record_costs_only_itself()
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
    public void Sixteen_and_ten_minutes_are_the_most_and_a_key_on_a_disk_is_refused()
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
    public async Task A_check_in_cut_off_by_the_network_and_then_by_a_crash_arrives_once_and_nobody_was_told_done()
    {
        SkipWithoutMemory();
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new IPEndPoint(IPAddress.Loopback, facility.Host.LinkPort));
        using CardInHand card = new();
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
    public async Task A_lost_answer_is_sent_again_and_stored_once_and_a_refusal_is_not_kept()
    {
        SkipWithoutMemory();
        await using Facility facility = await Facility.OpenAsync();
        using CardInHand card = new();
        using SealedOutbox box = SealedOutbox.Open(Box, _key, TimeProvider.System);
        await using OutboxLink link = new(facility.Link(), box, TimeProvider.System);
        CheckIn stored = await facility.VisitAsync(link, card);
        await link.SubmitAsync(stored, default);
        Assert.Empty(box.Waiting());

        // As if the answer had been lost and the program had died before it came again.
        box.TryPut(stored.Key, Devices.Reception.Wire.Of(stored).ToByteArray());
        await EmptyAsync(box);
        Assert.Equal(1, HandOverTests.Rows(facility));

        FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(stored with { CapturedAt = stored.CapturedAt.AddSeconds(1) }, default));
        Assert.Equal(Failure.ReceptionRefused, e.Failure);
        Assert.Empty(box.Waiting());
    }

    [Fact]
    public void It_is_off_unless_the_configuration_asks_for_it()
    {
        Assert.Null(new Config().Outbox);
        Assert.Equal("/run/kiosk-app/outbox.key", new OutboxConfig().Key);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        if (Directory.Exists(Path.GetDirectoryName(_key))) Directory.Delete(Path.GetDirectoryName(_key)!, recursive: true);
    }

    private static void SkipWithoutMemory() => Skip.IfNot(OperatingSystem.IsLinux() && Directory.Exists(Memory), "no file system in memory here");

    private static async Task EmptyAsync(SealedOutbox box)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (box.Waiting().Count > 0) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
    }
}
