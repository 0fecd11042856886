using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>Readers that cannot carry an answer of 256 bytes.</summary>
public sealed class ReadLengthTests : IDisposable
{
    private static readonly ChannelTiming Timing =
        new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5));

    private readonly FakePcsc _pcsc = new();
    private readonly VirtualCard _card = Card("standard");
    private readonly InProcessChannel _channel;
    private readonly List<int> _asked = [];

    public ReadLengthTests()
    {
        _channel = new(_card, LinkModel.None);
        _pcsc.Plug("Acme 00 00");
        _pcsc.Insert();
    }

    public void Dispose() => _channel.Dispose();

    public static TheoryData<uint, string, int> Refusals
    {
        get
        {
            TheoryData<uint, string, int> all = [];
            foreach (int most in (int[])[255, 250, 231, 200, 128])
            {
                all.Add(PcscCode.Success, "6700", most);
                all.Add(PcscCode.Success, "9000", most);
                all.Add(PcscCode.Success, "", most);
                all.Add(PcscCode.NotTransacted, "", most);
                all.Add(PcscCode.InsufficientBuffer, "", most);
                all.Add(PcscCode.CommDataLost, "", most);
                all.Add(PcscCode.WindowsDeviceFailed, "", most);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_reader_that_cannot_carry_256_bytes_is_asked_for_fewer_and_remembered(uint code, string answer, int most)
    {
        Reader(most, (code, Convert.FromHexString(answer)));
        await using PcscCardReader reader = NewReader();
        for (int visit = 0; visit < 2; visit++)
        {
            _asked.Clear();
            await using ICardSession session = await reader.OpenAsync(CancellationToken.None);
            Assert.Equal(3, (await session.IdentifyAsync(Today, CancellationToken.None)).PinTries);
            using Secret number = Digits(_card.PrintedNumber!);
            using CardPhoto photo = await session.ReadPhotoAsync(number, null, CancellationToken.None);
            Assert.True(photo.Jpeg2000.Bytes.SequenceEqual(Photo));
            // Once 256, and once 231 where this is too much as well; never again on this reader.
            Assert.Equal(visit > 0 ? 0 : most >= 231 ? 1 : 2, _asked.Count(le => le > most));
            Assert.Equal(most >= 231 ? 231 : 128, _asked.Where(le => le <= most).Max());
        }
    }

    [Theory]
    [InlineData(0xE7)]
    [InlineData(0x80)]
    [InlineData(0x40)]
    public async Task A_reader_that_names_its_length_is_asked_for_it_from_then_on(int most)
    {
        Reader(most, (PcscCode.Success, [0x6C, (byte)most]));
        await using ICardSession session = await NewReader().OpenAsync(CancellationToken.None);
        await session.IdentifyAsync(Today, CancellationToken.None);
        using Secret number = Digits(_card.PrintedNumber!);
        using CardPhoto photo = await session.ReadPhotoAsync(number, null, CancellationToken.None);
        Assert.True(photo.Jpeg2000.Bytes.SequenceEqual(Photo));
        Assert.InRange(_asked.Count(le => le > most), 1, 3);
    }

    [Fact]
    public async Task A_reader_that_carries_256_bytes_is_not_slowed_by_one_bad_card()
    {
        Reader(256, default);
        await using PcscCardReader reader = NewReader();
        await using (ICardSession good = await reader.OpenAsync(CancellationToken.None))
            await good.IdentifyAsync(Today, CancellationToken.None);
        Reader(128, (PcscCode.Success, [0x67, 0x00]));
        await using (ICardSession bad = await reader.OpenAsync(CancellationToken.None))
            await bad.IdentifyAsync(Today, CancellationToken.None);
        Reader(256, default);
        _asked.Clear();
        await using ICardSession next = await reader.OpenAsync(CancellationToken.None);
        await next.IdentifyAsync(Today, CancellationToken.None);
        Assert.Equal(256, _asked.Max());
    }

    [Theory]
    [InlineData(PcscCode.NotTransacted, "")]
    [InlineData(PcscCode.Success, "6700")]
    [InlineData(PcscCode.Success, "9000")]
    public async Task A_reader_that_carries_nothing_is_a_card_that_cannot_be_read(uint code, string answer)
    {
        Reader(0, (code, Convert.FromHexString(answer)));
        await using ICardSession session = await NewReader().OpenAsync(CancellationToken.None);
        FailureException failed =
            await Assert.ThrowsAsync<FailureException>(() => session.IdentifyAsync(Today, CancellationToken.None));
        Assert.Equal(Failure.CardUnreadable, failed.Failure);
        Assert.InRange(_asked.Count, 1, 3);
    }

    private PcscCardReader NewReader() =>
        new(new PcscCardReaderOptions(new ReaderPattern("Acme*"), Trust) { Channel = Timing }, _pcsc, TimeProvider.System);

    /// <param name="most">Largest Le of READ BINARY that the reader carries.</param>
    private void Reader(int most, (uint Code, byte[] Answer) refusal) => _pcsc.Card = command =>
    {
        if (command is [0x00, 0xB0, _, _, byte short0])
        {
            int le = short0 == 0 ? 256 : short0;
            _asked.Add(le);
            if (le > most) return refusal;
        }

        byte[] response = new byte[4096];
        return (PcscCode.Success, response[.._channel.Transmit(command, response)]);
    };
}
