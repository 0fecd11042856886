using System.Diagnostics;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Tests.Cards;

public sealed class PcscMonitorTests : IDisposable
{
    private const string ReaderName = "Acme Reader 00 00";

    private static readonly MonitorTiming Quick =
        new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));

    private readonly FakePcsc _pcsc = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(90));

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task The_first_event_is_the_present_state()
    {
        _pcsc.Plug(ReaderName);
        _pcsc.Insert();
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        Assert.Equal(new ReaderEvent.Found(ReaderName), await Next(news));
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
        _pcsc.Remove();
        Assert.IsType<ReaderEvent.CardRemoved>(await Next(news));
    }

    [Fact]
    public async Task A_card_in_either_slot_of_a_device_is_reported_and_the_device_is_reported_once()
    {
        (string contact, string contactless) = ("Acme Dual [ICC] 00 00", "Acme Dual [PICC] 00 01");
        _pcsc.Plug(contact);
        _pcsc.Plug(contactless);
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        Assert.Equal(new ReaderEvent.Found(contactless), await Next(news));
        foreach (string slot in (string[])[contact, contactless, contact])
        {
            _pcsc.Insert(slot);
            Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
            _pcsc.Remove(slot);
            Assert.IsType<ReaderEvent.CardRemoved>(await Next(news));
        }
    }

    [Fact]
    public async Task A_slot_that_is_mute_since_the_start_is_no_card_and_hides_no_card_in_another_slot()
    {
        (string mute, string contactless) = ("Acme Dual [ICC] 00 00", "Acme Dual [PICC] 00 01");
        _pcsc.Plug(contactless);
        _pcsc.Plug(mute);
        _pcsc.InsertMute(mute);
        await using PcscCardReader reader = NewReader();
        await using IAsyncEnumerator<ReaderEvent> news = Watch(reader);
        Assert.Equal(new ReaderEvent.Found(contactless), await Next(news));
        for (int visit = 0; visit < 2; visit++)
        {
            _pcsc.Insert(contactless);
            Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
            await using (await reader.OpenAsync(_patience.Token)) Assert.Equal(contactless, _pcsc.Connected);
            _pcsc.Remove(contactless);
            Assert.IsType<ReaderEvent.CardRemoved>(await Next(news));
        }
    }

    [Fact]
    public async Task A_mute_slot_that_is_preferred_does_not_hide_the_card_in_the_other_slot()
    {
        (string contact, string mute) = ("Acme Dual [ICC] 00 00", "Acme Dual [PICC] 00 01");
        _pcsc.Plug(contact);
        _pcsc.Plug(mute);
        _pcsc.InsertMute(mute);
        _pcsc.Insert(contact);
        await using PcscCardReader reader = NewReader();
        // Also before anything watches: the slot that answers is opened.
        await using (await reader.OpenAsync(_patience.Token)) Assert.Equal(contact, _pcsc.Connected);
        await using IAsyncEnumerator<ReaderEvent> news = Watch(reader);
        await Next(news);
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
        await using (await reader.OpenAsync(_patience.Token)) Assert.Equal(contact, _pcsc.Connected);
    }

    [Fact]
    public async Task A_card_laid_down_that_stays_mute_is_reported_and_told_as_unreadable()
    {
        _pcsc.Plug(ReaderName);
        await using PcscCardReader reader = NewReader();
        await using IAsyncEnumerator<ReaderEvent> news = Watch(reader);
        await Next(news);
        _pcsc.InsertMute();
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
        _pcsc.Inject("Connect", Enumerable.Repeat(PcscCode.UnresponsiveCard, 5).ToArray());
        Assert.Equal(Failure.CardUnreadable,
            (await Assert.ThrowsAsync<FailureException>(() => reader.OpenAsync(_patience.Token))).Failure);
        _pcsc.Remove();
        Assert.IsType<ReaderEvent.CardRemoved>(await Next(news));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slot_that_was_mute_at_the_start_reports_the_next_card(bool emptyBetween)
    {
        _pcsc.Plug(ReaderName);
        _pcsc.InsertMute();
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        Assert.IsType<ReaderEvent.Found>(await Next(news));
        if (emptyBetween) _pcsc.Remove();
        _pcsc.Insert();
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
    }

    [Fact]
    public async Task After_a_restart_of_the_service_a_mute_slot_is_still_no_card()
    {
        (string mute, string contactless) = ("Acme Dual [ICC] 00 00", "Acme Dual [PICC] 00 01");
        _pcsc.Plug(contactless);
        _pcsc.Plug(mute);
        _pcsc.InsertMute(mute);
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        await Next(news);
        // The service counts the events of its readers anew.
        _pcsc.Inject("GetStatusChange", PcscCode.CommError);
        _pcsc.Bounce();
        int asked = Calls("EstablishContext");
        while (Calls("EstablishContext") < asked + 1) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);
        _pcsc.Remove(contactless);
        _pcsc.Insert(contactless);
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
        _pcsc.Remove(contactless);
        Assert.IsType<ReaderEvent.CardRemoved>(await Next(news));
    }

    [Theory]
    [InlineData(PcscCode.NoService)]
    [InlineData(PcscCode.ServiceStopped)]
    public async Task On_Windows_a_service_that_stopped_with_its_last_reader_is_a_missing_reader(uint code)
    {
        _pcsc.Plug(ReaderName);
        await using PcscCardReader reader = NewReader(isWindows: true);
        await using IAsyncEnumerator<ReaderEvent> news = Watch(reader);
        await Next(news);
        _pcsc.DownCode = code;
        _pcsc.UnplugAndStop();
        ReaderEvent.Lost lost = Assert.IsType<ReaderEvent.Lost>(await Next(news));
        Assert.Equal((Failure.ReaderMissing, "Acme*"), (lost.Why, lost.Detail));
        Assert.Contains("ケーブル", FailureCatalogue.EntryFor(lost.Why).Remedy, StringComparison.Ordinal);
        FailureException failed = await Assert.ThrowsAsync<FailureException>(() => reader.OpenAsync(_patience.Token));
        Assert.Equal(Failure.ReaderMissing, failed.Failure);
        _pcsc.Plug(ReaderName);
        _pcsc.IsUp = true;
        Assert.IsType<ReaderEvent.Found>(await Next(news));
    }

    [Fact]
    public void No_words_of_a_failure_speak_of_pcscd()
    {
        foreach (Failure failure in Enum.GetValues<Failure>())
        {
            FailureEntry entry = FailureCatalogue.EntryFor(failure);
            Assert.DoesNotContain("pcscd", entry.Staff + entry.Remedy, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("ケーブル", FailureCatalogue.EntryFor(Failure.ReaderServiceDown).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_down_at_the_start_is_reported_once_and_found_later()
    {
        _pcsc.IsUp = false;
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        Assert.Equal(Failure.ReaderServiceDown, Assert.IsType<ReaderEvent.Lost>(await Next(news)).Why);
        _pcsc.Plug(ReaderName);
        int asked = Calls("EstablishContext");
        while (Calls("EstablishContext") < asked + 3) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);
        _pcsc.IsUp = true;
        Assert.IsType<ReaderEvent.Found>(await Next(news));
    }

    [Fact]
    public async Task A_reader_that_is_plugged_in_later_is_found()
    {
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        Assert.Equal(Failure.ReaderMissing, Assert.IsType<ReaderEvent.Lost>(await Next(news)).Why);
        _pcsc.Plug(ReaderName);
        Assert.IsType<ReaderEvent.Found>(await Next(news));
    }

    [Fact]
    public async Task The_failure_names_a_reader_that_does_not_match_the_pattern()
    {
        _pcsc.Plug("Other 00 00");
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        Assert.Equal("Acme* (found: Other 00 00)", Assert.IsType<ReaderEvent.Lost>(await Next(news)).Detail);
    }

    [Fact]
    public async Task With_its_reader_a_card_is_removed_first_and_inserted_after_the_reader_is_back_under_a_new_name()
    {
        _pcsc.Plug(ReaderName);
        _pcsc.Insert();
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        await Next(news);
        await Next(news);
        _pcsc.Unplug();
        Assert.IsType<ReaderEvent.CardRemoved>(await Next(news));
        Assert.Equal(Failure.ReaderMissing, Assert.IsType<ReaderEvent.Lost>(await Next(news)).Why);
        _pcsc.Plug("Acme Reader 01 00");
        Assert.Equal(new ReaderEvent.Found("Acme Reader 01 00"), await Next(news));
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
    }

    [Fact]
    public async Task A_card_removed_and_inserted_between_two_queries_is_reported_as_both()
    {
        _pcsc.Plug(ReaderName);
        _pcsc.Insert();
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        await Next(news);
        await Next(news);
        _pcsc.Bounce();
        Assert.IsType<ReaderEvent.CardRemoved>(await Next(news));
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
    }

    [Theory]
    [InlineData(PcscCode.CommError)]
    [InlineData(PcscCode.NoService)]
    [InlineData(PcscCode.ServiceStopped)]
    [InlineData(PcscCode.InvalidHandle)]
    [InlineData(PcscCode.WindowsInvalidHandle)]
    [InlineData(PcscCode.InternalError)]
    [InlineData(PcscCode.UnknownReader)]
    [InlineData(PcscCode.ReaderUnavailable)]
    [InlineData(PcscCode.Cancelled)]
    [InlineData(PcscCode.NoReadersAvailable)]
    [InlineData(0xDEADBEEF)]
    public async Task No_return_code_ends_the_monitor(uint code)
    {
        _pcsc.Plug(ReaderName);
        foreach (string function in (string[])["EstablishContext", "ListReaders", "GetStatusChange", "EstablishContext", "GetStatusChange"])
            _pcsc.Inject(function, code);
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        while (await Next(news) is not ReaderEvent.Found)
        {
        }

        _pcsc.Inject("GetStatusChange", code, code, code);
        _pcsc.Insert();
        while (await Next(news) is not ReaderEvent.CardInserted)
        {
        }
    }

    [Fact]
    public async Task A_short_restart_of_the_service_is_not_reported_but_the_card_is_inserted_again()
    {
        _pcsc.Plug(ReaderName);
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        await Next(news);
        _pcsc.Inject("GetStatusChange", PcscCode.CommError);
        _pcsc.Insert();
        Assert.IsType<ReaderEvent.CardInserted>(await Next(news));
    }

    [Fact]
    public async Task Without_plug_and_play_events_the_list_of_readers_is_polled()
    {
        _pcsc.KnowsPlugAndPlay = false;
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        Assert.IsType<ReaderEvent.Lost>(await Next(news));
        _pcsc.Plug(ReaderName);
        Assert.IsType<ReaderEvent.Found>(await Next(news));
    }

    [Fact]
    public async Task A_faulty_service_does_not_use_all_processor_time()
    {
        _pcsc.Plug(ReaderName);
        _pcsc.IsMad = true;
        await using IAsyncEnumerator<ReaderEvent> news = Watch();
        await Next(news);
        const int More = 20;
        int before = Calls("GetStatusChange");
        long since = Stopwatch.GetTimestamp();
        while (Calls("GetStatusChange") < before + More)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);

        // So many need so many pauses; half of that, for a timer's coarseness.
        Assert.True(Stopwatch.GetElapsedTime(since) >= Quick.Pause * (More / 2), "asked without a pause");
    }

    [Fact]
    public async Task The_monitor_ends_at_once_when_it_is_stopped_and_releases_its_context()
    {
        _pcsc.Plug(ReaderName);
        IAsyncEnumerator<ReaderEvent> news = Watch(Quick with { Relist = TimeSpan.FromMinutes(5) });
        await Next(news);
        // Sooner than the next look of its own, which is minutes away.
        await news.DisposeAsync().AsTask().WaitAsync(_patience.Token);
        Assert.Equal(_pcsc.Calls.Count(c => c == "EstablishContext"), _pcsc.Calls.Count(c => c == "ReleaseContext"));
    }

    [Theory]
    [InlineData(0, 0.2, 0.3)]
    [InlineData(1, 0.4, 0.6)]
    [InlineData(2, 0.8, 1.2)]
    [InlineData(3, 1.6, 2)]
    [InlineData(50, 2, 2)]
    public void The_pause_before_a_retry_grows_to_two_seconds(int attempt, double from, double to) =>
        Assert.InRange(MonitorTiming.Default.Retry(attempt).TotalSeconds, from, to);

    private int Calls(string function) => _pcsc.Calls.Count(c => c == function);

    private IAsyncEnumerator<ReaderEvent> Watch(MonitorTiming? timing = null) => Watch(NewReader(timing));

    private IAsyncEnumerator<ReaderEvent> Watch(PcscCardReader reader) =>
        reader.WatchAsync(_patience.Token).GetAsyncEnumerator(_patience.Token);

    private PcscCardReader NewReader(MonitorTiming? timing = null, bool isWindows = false) =>
        new(new PcscCardReaderOptions(new ReaderPattern("Acme*"), CardDeskFixture.Trust)
        {
            Monitor = timing ?? Quick,
            Channel = ChannelTiming.Default with { ConnectRetry = TimeSpan.FromMilliseconds(5) },
            IsWindows = isWindows,
        }, _pcsc, TimeProvider.System);

    private static async Task<ReaderEvent> Next(IAsyncEnumerator<ReaderEvent> news) =>
        await news.MoveNextAsync() ? news.Current : throw new InvalidOperationException("The monitor ended");
}
