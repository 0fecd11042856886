using Kiosk.Core.Cards;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Hardware;

public sealed class ReaderTests
{
    [SkippableFact]
    public async Task The_reader_of_the_bench_file_is_found_and_its_card_is_told_from_others()
    {
        Desk desk = Desk.Find();
        Skip.If(desk.Reader is null, "the bench file names no reader");
        await using PcscCardReader reader = new(
            new PcscCardReaderOptions(new ReaderPattern($"*{desk.Reader}*"), new CardTrust([], [])), new NativePcsc(), TimeProvider.System);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        await foreach (ReaderNews news in reader.WatchAsync(patience.Token))
        {
            Assert.IsNotType<ReaderNews.Lost>(news);
            if (news is ReaderNews.Back) return;
        }
        Assert.Fail("the reader said nothing for 30 s");
    }
}
