using System.Diagnostics;
using System.Net.Sockets;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Simulators.CardReader;
using Kiosk.Tests.Cards;
using Xunit.Abstractions;

namespace Kiosk.Processes.Cards;

/// <summary>With libpcsclite, a real pcscd and vpcd. Skipped where they are not installed.</summary>
[Collection(PcscDesk.Collection)]
public sealed class PrivatePcscdTests(PcscDesk pcsc, ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Challenge = new byte[32];
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(180));

    private CancellationToken Stop => _patience.Token;

    public async Task InitializeAsync()
    {
        if (pcsc.Missing is null) await pcsc.Desk.PullAsync(Stop);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _patience.Dispose();

    [SkippableFact]
    public async Task A_whole_card_is_read_through_PCSC()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PcscCardReader reader = pcsc.Reader();
        await using IAsyncEnumerator<ReaderEvent> news = reader.WatchAsync(Stop).GetAsyncEnumerator(Stop);
        await PcscDesk.Next<ReaderEvent.Found>(news);
        await pcsc.Desk.InsertAsync("standard", Stop);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
        await using (ICardSession session = await reader.OpenAsync(Stop))
        {
            CardFacts facts = await session.IdentifyAsync(CardDeskFixture.Today, Stop);
            Assert.Equal(CardKind.MyNumberCard, facts.Kind);
            using Secret number = (await pcsc.Desk.PrintedNumber.ReadAsync(Stop))!;
            using CardPhoto photo = await session.ReadPhotoAsync(number, null, Stop);
            Assert.True(photo.Jpeg2000.Bytes.SequenceEqual(CardDeskFixture.Photo));
            using Secret pin = CardDeskFixture.Digits("1234");
            Assert.IsType<PinAnswer.Accepted>((await session.VerifyPinAsync(pin, Challenge, Stop)).Answer);
        }

        await pcsc.Desk.PullAsync(Stop);
        await PcscDesk.Next<ReaderEvent.CardRemoved>(news);
    }

    [SkippableTheory]
    [InlineData("none", false)]
    [InlineData("424", false)]
    [InlineData("424", true)]
    public async Task Almost_all_of_the_time_of_a_read_is_the_time_of_the_card(string rate, bool extended)
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await pcsc.Desk.SetRateAsync(rate, Stop);
        await pcsc.Desk.InsertAsync("standard", Stop);
        await pcsc.Desk.SetRateAsync("none", Stop);
        await using PcscCardReader reader = pcsc.Reader(extended);
        await WaitForCard(reader);
        ICardSession session = null!;
        await Report("open", async () => session = await reader.OpenAsync(Stop));
        await Report("identify", () => session.IdentifyAsync(CardDeskFixture.Today, Stop));
        using Secret number = CardDeskFixture.Digits(pcsc.Desk.NumberOf("standard")!);
        await Report("photo", async () => (await session.ReadPhotoAsync(number, null, Stop)).Dispose());
        await session.DisposeAsync();

        async Task Report(string what, Func<Task> call)
        {
            CardStatistics before = await pcsc.Desk.StatsAsync(Stop);
            long since = Stopwatch.GetTimestamp();
            await call();
            double took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            CardStatistics after = await pcsc.Desk.StatsAsync(Stop);
            double physical = after.PhysicalTime - before.PhysicalTime;
            output.WriteLine($"{rate} extended={extended} {what}: {after.Apdus - before.Apdus} APDUs, {took:F1} ms, physical "
                + $"{physical:F1} ms, ours {took - physical:F1} ms");
            // Never faster than the card; how much slower is for the card bench.
            Assert.True(took - physical >= -5, $"{took} ms, faster than the card's {physical} ms");
        }
    }

    [SkippableFact]
    public async Task A_card_removed_while_it_is_read_has_moved()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PcscCardReader reader = pcsc.Reader();
        await pcsc.Desk.InsertAsync("standard", Stop);
        await pcsc.Desk.FaultAsync("pull-at 9", Stop);
        await using ICardSession session = await OpenWhenThere(reader);
        FailureException failed = await Assert.ThrowsAsync<FailureException>(() => session.IdentifyAsync(CardDeskFixture.Today, Stop));
        Assert.True(failed.Failure == Failure.CardMoved, failed.Message);
    }

    [SkippableFact]
    public async Task A_card_that_stops_answering_is_given_up_and_the_reader_is_free_after_it_is_removed()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PcscCardReader reader = pcsc.Reader();
        await pcsc.Desk.InsertAsync("silent", Stop);
        await WaitForCard(reader);
        await using (ICardSession session = await reader.OpenAsync(Stop))
        {
            FailureException failed = await Assert.ThrowsAsync<FailureException>(() => session.IdentifyAsync(CardDeskFixture.Today, Stop));
            Assert.Equal(Failure.CardSilent, failed.Failure);
        }

        await pcsc.Desk.InsertAsync("standard", Stop);
        await WaitForCard(reader);
        await using ICardSession next = await reader.OpenAsync(Stop);
        Assert.Equal(3, (await next.IdentifyAsync(CardDeskFixture.Today, Stop)).PinTries);
    }

    [SkippableFact]
    public async Task A_short_removal_is_noticed()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PcscCardReader reader = pcsc.Reader();
        await using IAsyncEnumerator<ReaderEvent> news = reader.WatchAsync(Stop).GetAsyncEnumerator(Stop);
        await pcsc.Desk.InsertAsync("standard", Stop);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
        // pcscd looks every 0.4 s, later on a busy machine.
        await pcsc.Desk.BounceAsync(TimeSpan.FromSeconds(3), Stop);
        await PcscDesk.Next<ReaderEvent.CardRemoved>(news);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
    }

    [SkippableFact]
    public async Task For_a_second_program_the_reader_is_busy()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PcscCardReader one = pcsc.Reader();
        await using PcscCardReader other = pcsc.Reader();
        await pcsc.Desk.InsertAsync("standard", Stop);
        await WaitForCard(one);
        await using ICardSession held = await one.OpenAsync(Stop);
        Assert.Equal(Failure.ReaderBusy, (await Assert.ThrowsAsync<FailureException>(() => other.OpenAsync(Stop))).Failure);
    }

    [SkippableFact]
    public async Task The_monitor_works_again_after_the_service_was_killed_and_started()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PcscCardReader reader = pcsc.Reader();
        await using IAsyncEnumerator<ReaderEvent> news = reader.WatchAsync(Stop).GetAsyncEnumerator(Stop);
        await PcscDesk.Next<ReaderEvent.Found>(news);
        await pcsc.Desk.SetServiceAsync(false, Stop);
        Assert.Equal(Failure.ReaderServiceDown, (await PcscDesk.Next<ReaderEvent.Lost>(news)).Why);
        long since = Stopwatch.GetTimestamp();
        await pcsc.Desk.SetServiceAsync(true, Stop);
        await PcscDesk.Next<ReaderEvent.Found>(news);
        output.WriteLine($"back after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms");
        await pcsc.Desk.InsertAsync("standard", Stop);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
    }

    [SkippableFact]
    public async Task An_unplugged_reader_is_reported_and_found_again_under_a_new_name()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PcscCardReader reader = pcsc.Reader();
        await using IAsyncEnumerator<ReaderEvent> news = reader.WatchAsync(Stop).GetAsyncEnumerator(Stop);
        string before = (await PcscDesk.Next<ReaderEvent.Found>(news)).Name;
        await pcsc.Desk.InsertAsync("standard", Stop);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
        await pcsc.Desk.SetReaderAsync(false, Stop);
        await PcscDesk.Next<ReaderEvent.CardRemoved>(news);
        ReaderEvent.Lost lost = await PcscDesk.Next<ReaderEvent.Lost>(news);
        if (lost.Why == Failure.ReaderServiceDown) lost = await PcscDesk.Next<ReaderEvent.Lost>(news);
        Assert.Equal(Failure.ReaderMissing, lost.Why);
        await pcsc.Desk.SetReaderAsync(true, Stop);
        Assert.NotEqual(before, (await PcscDesk.Next<ReaderEvent.Found>(news)).Name);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
    }

    [SkippableFact]
    public async Task The_card_process_ends_pcscd_when_its_input_ends()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        await using PrivatePcscd orphaned = await PrivatePcscd.StartAsync(PcscDesk.Options, Stop);
        Assert.True(IsServed(orphaned.SocketPath));
        // An owner that was killed leaves only this: the end of stdin.
        orphaned.CloseCommands();
        for (int i = 0; i < 3000 && IsServed(orphaned.SocketPath); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        Assert.False(IsServed(orphaned.SocketPath));
    }

    [SkippableFact]
    public async Task Two_private_services_run_at_the_same_time_and_end_with_their_owner()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        PcscDesk.WaitUntilEmpty();
        string socket;
        await using (PrivatePcscd other = await PrivatePcscd.StartAsync(PcscDesk.Options, Stop))
        {
            await other.SendAsync("insert licence", Stop);
            socket = other.SocketPath;
            Assert.True(File.Exists(socket));
            Assert.NotEqual(pcsc.Desk.SocketPath, socket);
        }

        Assert.False(File.Exists(socket));
    }

    private static bool IsServed(string path)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<ICardSession> OpenWhenThere(PcscCardReader reader)
    {
        await WaitForCard(reader);
        return await reader.OpenAsync(Stop);
    }

    private async Task WaitForCard(PcscCardReader reader)
    {
        await using IAsyncEnumerator<ReaderEvent> news = reader.WatchAsync(Stop).GetAsyncEnumerator(Stop);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
    }
}
