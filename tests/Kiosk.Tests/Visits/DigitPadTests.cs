using Kiosk.Core;
using Kiosk.Tests.Screens;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary><see cref="VisitState.DigitsWanted"/> is the one place that says where digits are typed; everything else follows it.</summary>
public sealed class DigitPadTests
{
    public static TheoryData<VisitState> States => [.. VisitSamples.States];

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_screen_has_a_number_pad_exactly_where_the_state_wants_digits(VisitState state)
    {
        string html = await Draw.HtmlAsync(Samples.View("choosing") with { Visit = new(1, state) });
        Assert.Equal(state.DigitsWanted is not null, html.Contains("data-i=\"key:0\"", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Typed_digits_change_a_state_exactly_where_it_wants_digits(VisitState state)
    {
        VisitState one = Visit.Next(state, new E.Typed(1)).State;
        Assert.Equal(state.DigitsWanted is not null, one.Typed == 1);
        Assert.Equal(state.DigitsWanted is not null, Visit.Next(state, new E.TypedAll()).State.GetType() != state.GetType());
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Digits_are_wiped_or_used_when_their_state_is_left(VisitState state)
    {
        if (state.DigitsWanted is null && !state.CarriesDigits) return;
        foreach (VisitEvent happened in VisitSamples.Events)
        {
            Step step = Visit.Next(state, happened);
            if (step.State.GetType() == state.GetType() || step.State.CarriesDigits) continue;
            Assert.Contains(step.Actions, a => a is A.WipeDigits or A.VerifyPin or A.CheckStaffCode or A.ReadPhoto or A.Forget);
            Assert.Equal(0, step.State.Typed);
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Digits_that_nobody_completes_are_wiped_and_the_patient_is_told(VisitState state)
    {
        if (state.DigitsWanted is not int wanted) return;
        VisitState begun = Visit.Next(state, new E.Typed(wanted - 1)).State;
        Assert.True(Visit.TimeLimit(begun) < Visit.TimeLimit(begun with { Typed = 0 }));
        Step step = Visit.Next(begun, new E.TimedOut());
        Assert.Equal([new A.WipeDigits()], step.Actions);
        Assert.Equal(begun with { Typed = 0, Wiped = true }, step.State);
        Assert.False(Visit.Next(step.State, new E.Typed(1)).State.Wiped);
    }

    [Fact]
    public void Four_states_want_digits_and_two_carry_a_phones_pin()
    {
        Assert.Equal(
            [("EnteringPin", 4), ("TypingCardNumber", 14), ("TypingPhonePin", 4), ("VisualCheck", 6)],
            VisitSamples.States.Where(s => s.DigitsWanted is not null)
                .Select(s => (s.GetType().Name, s.DigitsWanted!.Value)).Distinct().Order());
        Assert.Equal(
            [nameof(S.HoldingPhone), nameof(S.ReadingPhone)],
            VisitSamples.States.Where(s => s.CarriesDigits).Select(s => s.GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }
}
