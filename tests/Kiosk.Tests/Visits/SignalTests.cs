using Kiosk.Core;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class SignalTests
{
    public static TheoryData<VisitState> States => [.. VisitSamples.States];

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_has_a_signal_that_hurts_nobody(VisitState state)
    {
        Lamp lamp = Signal.For(state).Lamp;
        if (lamp.Pattern is not LampPattern.Steady) Assert.True(lamp.Period >= TimeSpan.FromSeconds(1 / 3.0), "faster than three flashes a second");
        for (int ms = 0; ms < 5000; ms += 10)
        {
            (byte red, byte green, byte blue) = lamp.At(TimeSpan.FromMilliseconds(ms));
            Assert.True(red <= lamp.Red && green <= lamp.Green && blue <= lamp.Blue);
        }
    }

    [Fact]
    public void Nothing_sounds_while_digits_are_typed()
    {
        foreach (VisitState state in VisitSamples.States.Where(s => s is S.EnteringPin or S.VisualCheck or S.TypingCardNumber or S.VerifyingPin))
            Assert.Equal(Tone.None, Signal.For(state).Tone);
    }

    [Fact]
    public void A_waiting_kiosk_is_dim_a_closed_one_red_or_dark_and_done_is_green()
    {
        Lamp waiting = Signal.For(new S.Idle()).Lamp, closed = Signal.For(new S.OutOfService(Failure.ReaderMissing)).Lamp;
        Lamp done = Signal.For(new S.TakeCard(new Ending.Accepted(1, default, default))).Lamp;
        Assert.True(Math.Max(waiting.Red, Math.Max(waiting.Green, waiting.Blue)) <= 64);
        Assert.True(closed is { Red: > 0, Green: 0, Blue: 0 });
        Assert.Equal(Lamp.Off, Signal.For(new S.Maintenance()).Lamp);
        Assert.True(done.Green > done.Red && done.Green > done.Blue);
    }

    [Fact]
    public void A_card_left_behind_is_called_for_louder_and_louder()
    {
        Signal[] signals = [.. Enumerable.Range(1, 4).Select(i => Signal.For(new S.TakeCard(new Ending.Cancelled(), i)))];
        Assert.Equal([1, 2, 3, 3], signals.Select(s => s.Loudness));
        Assert.All(signals, s => Assert.Equal(Tone.TakeCard, s.Tone));
        // A tone is played when the signal becomes another one: also at its loudest it must not stay the same.
        Assert.Equal(signals.Length, signals.Distinct().Count());
    }
}
