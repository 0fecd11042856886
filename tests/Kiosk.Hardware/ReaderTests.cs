using Kiosk.Core.Cards;
using Kiosk.Devices.Board;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Hardware;

public sealed class ReaderTests
{
    [SkippableFact]
    public async Task The_reader_of_the_bench_file_is_found_and_recognises_its_card()
    {
        string address = Desk.Need(DeviceClass.ContactlessReader).Address;
        await using PcscCardReader reader = new(
            new PcscCardReaderOptions(new ReaderPattern($"*{address}*"), new CardTrust([], [])), new NativePcsc(), TimeProvider.System);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        await foreach (ReaderEvent news in reader.WatchAsync(patience.Token))
        {
            Assert.IsNotType<ReaderEvent.Lost>(news);
            if (news is ReaderEvent.Found) return;
        }
        Assert.Fail("the reader reported no event for 30 s");
    }
}
