using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

public class PcscChannelTests
{
    /// <summary>Long, for a slow machine. Only the tests of a silent card and of a removed card wait until it ends.</summary>
    private static readonly ChannelTiming Timing =
        new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(5));

    private readonly FakePcsc _pcsc = new();

    public PcscChannelTests()
    {
        _pcsc.Plug("Acme 00 00");
        _pcsc.Insert();
    }

    [Theory]
    [InlineData(PcscCode.SharingViolation, Failure.ReaderBusy)]
    [InlineData(PcscCode.NoSmartCard, Failure.CardMoved)]
    [InlineData(PcscCode.RemovedCard, Failure.CardMoved)]
    [InlineData(PcscCode.UnpoweredCard, Failure.CardMoved)]
    [InlineData(PcscCode.UnresponsiveCard, Failure.CardUnreadable)]
    [InlineData(PcscCode.ProtoMismatch, Failure.CardUnreadable)]
    [InlineData(PcscCode.UnknownReader, Failure.ReaderMissing)]
    [InlineData(PcscCode.ReaderUnavailable, Failure.ReaderMissing)]
    [InlineData(PcscCode.NoService, Failure.ReaderServiceDown)]
    [InlineData(PcscCode.CommError, Failure.ReaderServiceDown)]
    public async Task A_return_code_of_Connect_becomes_a_failure(uint code, Failure expected)
    {
        _pcsc.Inject("Connect", code, code, code, code, code);
        Assert.Equal(expected, await FailureOf(() => Reader().OpenAsync(CancellationToken.None)));
        Assert.Contains("ReleaseContext", _pcsc.Calls);
    }

    [Theory]
    [InlineData("EstablishContext", PcscCode.InternalError)]
    [InlineData("EstablishContext", 0x80100006)]
    [InlineData("EstablishContext", PcscCode.Timeout)]
    [InlineData("ListReaders", PcscCode.InternalError)]
    public async Task A_call_that_reaches_no_card_never_blames_the_card(string call, uint code)
    {
        _pcsc.Inject(call, code);
        Assert.Equal(Failure.ReaderServiceDown, await FailureOf(() => Reader().OpenAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_reader_held_by_another_program_is_tried_five_times()
    {
        _pcsc.Inject("Connect", Enumerable.Repeat(PcscCode.SharingViolation, 6).ToArray());
        Assert.Equal(Failure.ReaderBusy, await FailureOf(() => Reader().OpenAsync(CancellationToken.None)));
        Assert.Equal(5, _pcsc.Calls.Count(c => c == "Connect"));
    }

    [Fact]
    public async Task A_card_that_gets_power_at_the_third_attempt_is_opened()
    {
        _pcsc.Inject("Connect", PcscCode.UnpoweredCard, PcscCode.UnresponsiveCard);
        await using ICardSession session = await Reader().OpenAsync(CancellationToken.None);
        Assert.Equal(3, _pcsc.Calls.Count(c => c == "Connect"));
    }

    [Theory]
    [InlineData(PcscCode.RemovedCard, Failure.CardMoved)]
    [InlineData(PcscCode.NotTransacted, Failure.CardUnreadable)]
    [InlineData(PcscCode.ReaderUnavailable, Failure.ReaderMissing)]
    [InlineData(PcscCode.InvalidHandle, Failure.ReaderServiceDown)]
    [InlineData(0xDEADBEEF, Failure.CardUnreadable)]
    public async Task A_return_code_of_Transmit_becomes_a_failure_and_no_more_is_sent(uint code, Failure expected)
    {
        await using ICardSession session = await Reader().OpenAsync(CancellationToken.None);
        _pcsc.Inject("Transmit", code);
        Assert.Equal(expected, await FailureOf(() => session.IdentifyAsync(Today, CancellationToken.None)));
        Assert.Equal(expected, await FailureOf(() => session.IdentifyAsync(Today, CancellationToken.None)));
        Assert.Equal(1, _pcsc.Calls.Count(c => c == "Transmit"));
    }

    [Fact]
    public async Task Not_transacted_because_the_card_was_removed_is_a_card_that_moved()
    {
        await using ICardSession session =
            await Reader(Timing with { Settle = TimeSpan.FromSeconds(30) }).OpenAsync(CancellationToken.None);
        _pcsc.Card = _ =>
        {
            // As with pcscd, the service notices it a moment later.
            Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System).ContinueWith(waited => _pcsc.Remove(), TaskScheduler.Default);
            return (PcscCode.NotTransacted, []);
        };
        Assert.Equal(Failure.CardMoved, await FailureOf(() => session.IdentifyAsync(Today, CancellationToken.None)));
    }

    [Fact]
    public async Task A_card_that_does_not_answer_is_given_up_and_the_PIN_is_not_sent_again()
    {
        using ManualResetEventSlim taken = new();
        using InProcessChannel card = new(Card("standard"), LinkModel.None);
        int verifies = 0;
        _pcsc.Card = command =>
        {
            if (command is [0x00, 0x20, .., _, _, _, _, _])
            {
                verifies++;
                taken.Wait();
            }

            byte[] response = new byte[4096];
            return (PcscCode.Success, response[..card.Transmit(command, response)]);
        };
        using Secret pin = Digits("1234");
        await using (ICardSession session = await Reader(Timing with { Apdu = ChannelTiming.Default.Apdu })
            .OpenAsync(CancellationToken.None))
        {
            Assert.Equal(Failure.CardSilent, await FailureOf(() => session.VerifyPinAsync(pin, new byte[32], CancellationToken.None)));
            Assert.Equal(Failure.CardSilent, await FailureOf(() => session.VerifyPinAsync(pin, new byte[32], CancellationToken.None)));
        }

        Assert.Equal(1, verifies);
        Assert.DoesNotContain("Disconnect", _pcsc.Calls);
        taken.Set();
        // The blocked thread releases the card when its call returns.
        for (int i = 0; i < 3000 && !_pcsc.Calls.Contains("ReleaseContext"); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.Equal(["EndTransaction", "Disconnect", "ReleaseContext"], _pcsc.Calls.TakeLast(3));
    }

    [Fact]
    public async Task Disposing_switches_the_power_off()
    {
        await (await Reader().OpenAsync(CancellationToken.None)).DisposeAsync();
        Assert.Equal(
            ["EstablishContext", "ListReaders", "Connect", "Disconnect", "ReleaseContext"],
            _pcsc.Calls);
    }

    [Fact]
    public async Task A_list_of_readers_that_is_longer_than_the_buffer_is_read_again()
    {
        for (int i = 0; i < 60; i++) _pcsc.Plug($"Some other reader with a long name {i:D2} 00");
        await using ICardSession session = await Reader().OpenAsync(CancellationToken.None);
        Assert.Equal(3, _pcsc.Calls.Count(c => c == "ListReaders"));
    }

    [Fact]
    public void The_contactless_of_two_slots_is_chosen()
    {
        ReaderPattern acme = new("Acme*");
        Assert.Equal("Acme Dual [PICC] 01 00", acme.Choose(["Other", "Acme Dual [SAM] 00 00", "Acme Dual [PICC] 01 00"]));
        Assert.Null(acme.Choose(["Other"]));
    }

    [Theory]
    [InlineData("ACS ACR1281 1S Dual Reader [ACR1281 1S Dual Reader PICC] 00 01",
        "ACS ACR1281 1S Dual Reader [ACR1281 1S Dual Reader ICC] 00 00",
        "ACS ACR1281 1S Dual Reader [ACR1281 1S Dual Reader SAM] 00 02")]
    [InlineData("HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422CL Smartcard Reader] (KBP) 01 00",
        "HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422 Smartcard Reader] (KBP) 00 00",
        "Yubico YubiKey OTP+FIDO+CCID 02 00")]
    [InlineData("Identiv uTrust 4701 F CL Reader 1", "Identiv uTrust 4701 F Contact Reader 0", "Windows Hello for Business 1")]
    public void The_slots_of_one_device_are_grouped_with_the_contactless_slot_first(string contactless, string contact, string other)
    {
        Assert.Equal([contactless, contact], new ReaderPattern("*").Slots([other, contact, contactless]).Where(s => s != other));
        Assert.Equal([contactless, contact], new ReaderPattern(contactless[..8] + "*").Slots([other, contact, contactless]));
    }

    [Fact]
    public async Task A_card_in_the_contact_slot_of_the_device_is_opened()
    {
        _pcsc.Unplug();
        _pcsc.Remove();
        _pcsc.Plug("Acme Dual [PICC] 00 00");
        _pcsc.Plug("Acme Dual [ICC] 00 01");
        _pcsc.Insert("Acme Dual [ICC] 00 01");
        await using ICardSession session = await Reader().OpenAsync(CancellationToken.None);
        Assert.Equal("Acme Dual [ICC] 00 01", _pcsc.Connected);
    }

    [Fact]
    public async Task Extended_length_is_tried_once_on_a_reader_that_fails_with_it()
    {
        using InProcessChannel card = new(Card("standard"), LinkModel.None);
        int extended = 0;
        _pcsc.Card = command =>
        {
            // An extended Le is three bytes: 00 hi lo.
            if (command is [0x00, 0xB0, _, _, 0x00, _, _])
            {
                extended++;
                return (PcscCode.Success, [0x67, 0x00]);
            }

            byte[] response = new byte[4096];
            return (PcscCode.Success, response[..card.Transmit(command, response)]);
        };
        PcscCardReaderOptions options = new(new ReaderPattern("Acme*"), Trust, TryExtendedLength: true) { Channel = Timing };
        await using PcscCardReader reader = new(options, _pcsc, TimeProvider.System);
        for (int visit = 0; visit < 2; visit++)
        {
            await using ICardSession session = await reader.OpenAsync(CancellationToken.None);
            using Secret number = Digits(VirtualCards.PrintedNumber("standard", Today)!);
            (await session.ReadPhotoAsync(number, null, CancellationToken.None)).Dispose();
        }

        Assert.Equal(1, extended);
    }

    private PcscCardReader Reader(ChannelTiming? timing = null) =>
        new(new PcscCardReaderOptions(new ReaderPattern("Acme*"), Trust) { Channel = timing ?? Timing }, _pcsc, TimeProvider.System);

    private static async Task<Failure> FailureOf(Func<Task> what) => (await Assert.ThrowsAsync<FailureException>(what)).Failure;
}
