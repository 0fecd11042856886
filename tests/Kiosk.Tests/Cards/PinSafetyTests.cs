using CsCheck;
using Kiosk.Core;
using Kiosk.Simulators.CardReader;
using A = Kiosk.Core.VisitAction;
using S = Kiosk.Core.VisitState;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>Patients and cards at random, every kind of fault at any APDU: what must hold of the PIN in all of them.</summary>
public sealed class PinSafetyTests
{
    private static readonly Gen<string> Faults = Gen.OneOf(
        Gen.Const("none"),
        Gen.Select(Any("pull-at", "lose-at", "silent-from"), At, (what, at) => $"{what} {at}"),
        Gen.Select(Any("status 6F00", "status 6300", "status 63C0", "status 9000", "status 6984", "status 6982", "status 6C04", "status 6104", "garbage", "longer 3", "shorter 1"), At, (what, at) => $"{what} {at}"));

    private static readonly Gen<(string Fault, string[] Pins)[]> Visits = Gen.Select(Faults, Any("1234", "9999", "0000").Array[0, 4]).Array[1, 4];

    private static Gen<int> At => Gen.Int[0, 90];

    private static Gen<string> Any(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    [Theory]
    [InlineData("standard")]
    [InlineData("last-try")]
    [InlineData("pin-locked")]
    [InlineData("no-pin")]
    public Task In_every_fault_a_PIN_typed_once_is_sent_once_at_most_and_the_last_try_is_asked_for(string name) => Visits.SampleAsync(
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

            // The number is right here. A PIN goes before a read under way, which begins anew after a miss: once a visit and once a PIN.
            // A number that was wrong is dropped at once and never guessed at again (CardNumberWrong).
            Assert.InRange(card.Verifies.GetValueOrDefault(CardKiosk.NumberReference), 0, visits.Length + kiosk.PinsEntered);
            if (name is "pin-locked" or "no-pin") Assert.DoesNotContain(kiosk.Steps, s => s.Step.State is S.EnteringPin { Who.Card.PinTries: 0 });
        },
        iter: 12, threads: 1);

    /// <summary>Whatever screen came between, the warning stood before the pad on which a PIN with one try left was typed.</summary>
    private static void TheLastTryWasAskedFor(CardKiosk kiosk)
    {
        bool warned = false;
        foreach ((VisitState before, _, Step step) in kiosk.Steps)
        {
            if (step.State is S.LastPinTry) warned = true;
            if (before is S.EnteringPin { Who.Card.PinTries: 1 } && step.Actions.Any(a => a is A.VerifyPin)) Assert.True(warned, "the last try without a warning");
            Assert.False(before is S.EnteringPin { Who.Card.PinTries: 0 }, "a pad without a try");
        }
    }
}
