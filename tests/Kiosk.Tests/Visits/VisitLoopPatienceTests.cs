using Kiosk.Core;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>What the loop does with a patient who does nothing.</summary>
public sealed class VisitLoopPatienceTests : VisitLoopRig
{
    [Fact]
    public async Task Digits_left_alone_are_wiped_after_fifteen_seconds()
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
    public async Task A_patient_who_walks_away_is_asked_then_reminded_of_the_card()
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
    public async Task Patience_is_with_the_patient_and_not_with_the_machine_nor_the_card_left_behind()
    {
        Loop.Patience = () => 4;
        await ChoosePin();
        await Pass(239);
        await Reach<S.EnteringPin>();
        await Pass(2);
        await Reach<S.StillThere>();
        // As many seconds as it says.
        await Pass(31);
        await Reach<S.TakeCard>();
        await Pass(11);
        await Reach<S.TakeCard>(s => s.Reminders == 1);
        foreach (VisitState state in VisitSamples.States.Where(s => s is S.ReadingCard or S.VerifyingPin or S.CheckingStaffCode or S.ReadingPhone or S.Submitting { Trouble: null }))
            Assert.False(Visit.CanStretchLimit(state));
    }
}
