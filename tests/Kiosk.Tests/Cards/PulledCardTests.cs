using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;
using Xunit.Abstractions;
using S = Kiosk.Core.VisitState;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>
/// A whole visit that a fault of the card ends at each APDU in turn: the kiosk is idle after it, no PIN is sent twice, nothing is kept.
/// </summary>
public sealed class PulledCardTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("pull-at")]
    [InlineData("lose-at")]
    public async Task After_a_fault_at_any_APDU_the_kiosk_is_ready_for_the_next_card(string fault)
    {
        VirtualCard card = Card("standard");
        await using CardKiosk kiosk = new(number: () => card.PrintedNumber);
        int all = await VisitAsync(kiosk, card);
        Assert.IsType<Ending.Accepted>((kiosk.Now as S.TakeCard)?.Ending);
        kiosk.Reader.Remove();
        await kiosk.IdleAsync(card);
        output.WriteLine($"{all} APDUs");
        Assert.InRange(all, 60, 200);

        for (int at = 0; at < all; at++)
        {
            card.Faults = CardFaults.Parse([fault, $"{at}"]);
            int pins = Verifies(card, CardKiosk.PinReference);
            int numbers = Verifies(card, CardKiosk.NumberReference);
            int entered = kiosk.PinsEntered;
            await VisitAsync(kiosk, card);
            // The presence is signed before the PIN or not at all, as it happens: a visit may end before this APDU. However it ended, a
            // card
            // that still lies there is taken.
            kiosk.Reader.Remove();
            await kiosk.IdleAsync(card);
            Assert.InRange(Verifies(card, CardKiosk.PinReference) - pins, 0, kiosk.PinsEntered - entered);
            Assert.InRange(kiosk.PinsEntered - entered, 0, 1);
            Assert.InRange(Verifies(card, CardKiosk.NumberReference) - numbers, 0, 1);
            Assert.Equal((0, 0, false), (kiosk.Digits.Count, kiosk.PendingCheckIns, card.IsOpen));
        }

        card.Faults = CardFaults.None;
        await VisitAsync(kiosk, card);
        Assert.IsType<Ending.Accepted>((kiosk.Now as S.TakeCard)?.Ending);
    }

    [Fact]
    public async Task A_number_that_the_camera_reads_after_the_end_of_the_visit_is_wiped()
    {
        SlowCamera camera = new();
        VirtualCard card = Card("standard");
        await using CardKiosk kiosk = new(camera);
        kiosk.Reader.Insert(card);
        Assert.IsType<Ending.Accepted>(await kiosk.VisitAsync(new(["1234"]), afterPhoto: false));
        kiosk.Reader.Remove();
        await kiosk.IdleAsync(card);

        using Secret number = Digits(card.PrintedNumber!);
        camera.Answers(number);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (number.Length > 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        Assert.Equal(0, Verifies(card, CardKiosk.NumberReference));
        Assert.DoesNotContain(kiosk.Log, line => line.Contains("crash", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Answers when the test says so, also when nobody waits for the answer any more.</summary>
    private sealed class SlowCamera : IPrintedNumberReader
    {
        private readonly TaskCompletionSource<Secret?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TrayContent? LastSeen => null;

        public void Answers(Secret number) => _answer.SetResult(number);

        public Task<Secret?> ReadAsync(CancellationToken stop) => _answer.Task;
    }

    private static async Task<int> VisitAsync(CardKiosk kiosk, VirtualCard card)
    {
        kiosk.Steps.Clear();
        kiosk.Reader.Insert(card);
        await kiosk.VisitAsync(new(["1234"]), afterPhoto: true);
        return kiosk.Reader.Apdus;
    }

    private static int Verifies(VirtualCard card, string reference) => card.Verifies.GetValueOrDefault(reference);
}
