using Kiosk.Core.Failures;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Lab.Benches;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>The readers of hardware/contactless-reader/known.</summary>
public sealed class KnownReaderTests
{
    public static TheoryData<string, bool> Readers
    {
        get
        {
            TheoryData<string, bool> all = [];
            foreach (string name in KnownReader.All.Keys)
                foreach (bool isWindows in (bool[])[true, false]) all.Add(name, isWindows);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_known_reader_is_found_and_reads_a_card(string name, bool isWindows)
    {
        CompatBench bench = new(Hierarchy, new CardBox(Hierarchy, Material), Today);
        CompatResult result = await bench.RunAsync(name, KnownReader.All[name], isWindows, CancellationToken.None);
        Assert.Equal([], result.Wrong);
    }

    [Fact]
    public async Task A_reader_that_cannot_carry_256_bytes_reads_files_in_pieces_and_is_told_at_the_signature_which_has_none()
    {
        KnownReader known = KnownReader.All["acs-acr122u"];
        CompatResult small = await RunAsync(known with { Slots = [known.Slots[0] with { Most = 240 }] });
        // All files were read and the PIN was accepted; a signature of 256 bytes comes in one answer.
        Assert.Equal(["CardUnreadable: SCardTransmit 0x80100016", "1 VERIFY were sent, not 2"], small.Wrong);
        Assert.True(small.NotCarried > 0);
        Assert.InRange(small.LargestAnswer, 100, 240);
        CompatResult none = await RunAsync(known with { Slots = [known.Slots[0] with { Most = 20 }] });
        Assert.Contains(none.Wrong, line => line.StartsWith(nameof(Failure.CardUnreadable), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slot_without_the_card_before_the_others_and_a_mute_one_do_not_mislead()
    {
        KnownReader known = KnownReader.All["acs-acr1252u"];
        Assert.Equal([], (await RunAsync(known with { Slots = [.. known.Slots.Reverse()] })).Wrong);
    }

    [Theory]
    [InlineData("acs-acr122u")]
    [InlineData("sony-rc-s300")]
    [InlineData("identiv-utrust-4701f")]
    [InlineData("nttcom-scr3310")]
    public void What_is_recorded_of_a_reader_is_how_it_behaves(string name)
    {
        KnownReader known = KnownReader.All[name];
        using KnownReaderPcsc pcsc = new(known, isWindows: true);
        VirtualCard card = Card("standard");
        KnownReader recorded = new TraitRecorder(pcsc, isWindows: true, TimeProvider.System).Record(
            ReaderPattern.ForName(""), () => pcsc.Insert(card), TimeSpan.FromSeconds(30), CancellationToken.None);
        KnownSlot real = known.Slots.Single(s => s.Holds == "card"), told = recorded.Slots.Single(s => s.Holds == "card");
        Assert.Equal((real.Windows, real.Protocol), (told.Windows, told.Protocol));
        Assert.Equal(real.Extended, told.Extended);
        Assert.InRange(told.Most, Math.Min(real.Most, 258), real.Most);
        Assert.Equal(0, card.VerifyCount);
        Assert.DoesNotContain(card.SelectedFiles, file => file.EndsWith("/000A", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_card_nothing_is_recorded()
    {
        using KnownReaderPcsc pcsc = new(KnownReader.All["acs-acr122u"], isWindows: false);
        FailureException failed = Assert.Throws<FailureException>(() => new TraitRecorder(pcsc, false, TimeProvider.System)
            .Record(ReaderPattern.ForName(""), () => { }, TimeSpan.FromMilliseconds(200), CancellationToken.None));
        Assert.Equal(Failure.CardMoved, failed.Failure);
    }

    private static Task<CompatResult> RunAsync(KnownReader known) =>
        new CompatBench(Hierarchy, new CardBox(Hierarchy, Material), Today).RunAsync("changed", known, true, CancellationToken.None);
}
