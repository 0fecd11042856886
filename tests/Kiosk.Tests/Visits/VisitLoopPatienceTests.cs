using Kiosk.Core;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>What the loop does when the patient does nothing.</summary>
public sealed class VisitLoopPatienceTests : VisitLoopRig
{
    [Fact]
    public async Task Typed_digits_are_wiped_after_fifteen_seconds_without_a_key()
    {
        await ChoosePin();
        Type("12");
        await Reach<S.EnteringPin>(s => s.Typed == 2);
        await Pass(16);
        Assert.True((await Reach<S.EnteringPin>(s => s.Typed == 0)).Wiped);
        Assert.Equal(0, Typed.Count);
        Type("12");
        Assert.False((await Reach<S.EnteringPin>(s => s.Typed == 2)).Wiped);
        Type("34");
        await Reach<S.AskingConsent>();
    }

    [Fact]
    public async Task A_patient_who_does_nothing_is_asked_and_then_reminded_to_take_the_card()
    {
        await ChoosePin();
        await Pass(61);
        await Reach<S.StillThere>();
        await Pass(31);
        S.TakeCard end = await Reach<S.TakeCard>();
        Assert.IsType<Ending.TimedOut>(end.Ending);
        await Pass(11);
        await Reach<S.TakeCard>(s => s.Reminders == 1);
    }

    [Fact]
    public async Task Only_the_limits_of_a_patient_who_has_to_answer_are_stretched()
    {
        Loop.LimitFactor = () => 4;
        await ChoosePin();
        await Pass(239);
        await Reach<S.EnteringPin>();
        await Pass(2);
        await Reach<S.StillThere>();
        // The text of StillThere names the seconds, so they stay the same.
        await Pass(31);
        await Reach<S.TakeCard>();
        await Pass(11);
        await Reach<S.TakeCard>(s => s.Reminders == 1);
        Assert.All(VisitSamples.States.Where(Visit.MachineWorks), state => Assert.False(Visit.CanStretchLimit(state)));
    }
}
