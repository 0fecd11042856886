using CsCheck;
using Kiosk.Core;
using Kiosk.Simulators.CardReader;
using A = Kiosk.Core.VisitAction;
using S = Kiosk.Core.VisitState;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>What must be true for the PIN with random patients and cards, and with every kind of fault at any APDU.</summary>
public sealed class PinSafetyTests
{
    private static readonly Gen<string> Faults = Gen.OneOf(
        Gen.Const("none"),
        Gen.Select(Any("pull-at", "lose-at", "silent-from"), At, (what, at) => $"{what} {at}"),
        Gen.Select(Any("status 6F00", "status 6300", "status 63C0", "status 9000", "status 6984", "status 6982",
            "status 6C04", "status 6104", "garbage", "longer 3", "shorter 1"), At, (what, at) => $"{what} {at}"));

    private static readonly Gen<(string Fault, string[] Pins)[]> Visits =
        Gen.Select(Faults, Any("1234", "9999", "0000").Array[0, 4]).Array[1, 4];

    private static Gen<int> At => Gen.Int[0, 90];

    private static Gen<string> Any(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    [Theory]
    [InlineData("1234", true)]
    [InlineData("9999", false)]
    public async Task A_card_left_on_the_reader_has_no_power_after_the_visit_and_no_visit_begins_by_itself(string pin, bool isAccepted)
    {
        VirtualCard card = Card("standard");
        await using CardKiosk kiosk = new(number: () => card.PrintedNumber);
        kiosk.Reader.Insert(card);
        Ending? ending = await kiosk.VisitAsync(new([pin]), afterPhoto: true);
        Assert.Equal(isAccepted, ending is Ending.Accepted);
        await CardKiosk.PowerlessAsync(card);
        Assert.IsType<S.TakeCard>(kiosk.Now);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("last-try")]
    [InlineData("pin-locked")]
    [InlineData("no-pin")]
    public Task With_every_fault_a_typed_PIN_is_sent_at_most_once_and_the_patient_is_asked_before_the_last_try(string name) =>
        Visits.SampleAsync(
        async visits =>
        {
            VirtualCard card = Card(name);
            await using CardKiosk kiosk = new(number: () => card.PrintedNumber);
            foreach ((string fault, string[] pins) in visits)
            {
                card.Faults = CardFaults.Parse(fault.Split(' '));
                kiosk.Steps.Clear();
                kiosk.Reader.Insert(card);
                await kiosk.VisitAsync(new(pins), afterPhoto: pins.Length % 2 == 0);
                kiosk.Reader.Remove();
                await kiosk.IdleAsync(card);
                Assert.False(card.IsOpen);
                Assert.Equal(0, kiosk.Digits.Count);
                TheLastTryWasAskedFor(kiosk);
            }

            Assert.InRange(card.Verifies.GetValueOrDefault(CardKiosk.PinReference), 0, kiosk.PinsEntered);

            // The number is right here. A PIN interrupts the reading of the photo, which begins again after a wrong PIN: one VERIFY in a
            // visit and one for each PIN.
            // A wrong number is dropped at once and not sent again (CardNumberWrong).
            Assert.InRange(card.Verifies.GetValueOrDefault(CardKiosk.NumberReference), 0, visits.Length + kiosk.PinsEntered);
            if (name is "pin-locked" or "no-pin")
                Assert.DoesNotContain(kiosk.Steps, s => s.Step.State is S.EnteringPin { Who.Card.PinTries: 0 });
        },
        iter: 12, threads: 1);

    /// <summary>With one try left the warning was shown before the number pad, whatever screens were between them.</summary>
    private static void TheLastTryWasAskedFor(CardKiosk kiosk)
    {
        bool warned = false;
        foreach ((VisitState before, _, Step step) in kiosk.Steps)
        {
            if (step.State is S.LastPinTry) warned = true;
            if (before is S.EnteringPin { Who.Card.PinTries: 1 } && step.Actions.Any(a => a is A.VerifyPin))
                Assert.True(warned, "the last try was used without a warning");
            Assert.False(before is S.EnteringPin { Who.Card.PinTries: 0 }, "a number pad although no try is left");
        }
    }
}
