using CsCheck;
using Kiosk.Core;
using Kiosk.Core.Consents;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class VisitRulesTests
{
    /// <summary>Random news in any order, also nonsense: a device, a patient or the network may do anything.</summary>
    private static readonly Gen<List<VisitEvent>> _anything =
        Gen.Int[0, VisitSamples.Events.Count - 1].Select(i => VisitSamples.Events[i]).List[0, 60];

    /// <summary>A visit that gets somewhere: each step is drawn from the events that change the state, so deep states are reached.</summary>
    private static readonly Gen<List<int>> _choices = Gen.Int[0, 1000].List[0, 60];

    private static IEnumerable<(VisitState Before, VisitEvent Happened, Step Step)> Lively(List<int> choices)
    {
        VisitState state = new S.Idle();
        foreach (int choice in choices)
        {
            VisitState now = state;
            VisitEvent[] able = [.. VisitSamples.Events.Where(e => e is not (E.CardRemoved or E.Crashed or E.Cancel) && !(e is E.ReaderChanged && Visit.IsUnderWay(now)) && Visit.Next(now, e).State != now)];
            if (able.Length == 0) yield break;
            VisitEvent happened = able[choice % able.Length];
            Step step = Visit.Next(state, happened);
            yield return (state, happened, step);
            state = step.State;
        }
    }

    private static bool Waits(VisitState state) => state is S.Idle or S.OutOfService or S.Offline or S.Maintenance or S.DisasterNotice;

    [Fact]
    public void Every_state_and_every_event_is_in_the_samples()
    {
        Assert.Equal(VisitSamples.CasesOf(typeof(VisitState)), VisitSamples.States.Select(s => s.GetType()).Distinct().OrderBy(t => t.Name, StringComparer.Ordinal));
        Assert.Equal(VisitSamples.CasesOf(typeof(VisitEvent)), VisitSamples.Events.Select(e => e.GetType()).Distinct().OrderBy(t => t.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Random_visits_reach_every_state()
    {
        HashSet<Type> reached = [];
        int wanted = VisitSamples.CasesOf(typeof(VisitState)).Count;
        for (int batch = 0; batch < 200 && reached.Count < wanted; batch++)
        {
            _choices.Sample(choices =>
            {
                foreach ((_, _, Step step) in Lively(choices)) reached.Add(step.State.GetType());
            }, iter: 500, threads: 1);
        }
        Assert.Equal(VisitSamples.CasesOf(typeof(VisitState)), reached.OrderBy(t => t.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Taking_the_card_ends_in_waiting_with_nothing_kept_whatever_happened() => _anything.Sample(happened =>
    {
        VisitState state = happened.Aggregate((VisitState)new S.Idle(), (s, e) => Visit.Next(s, e).State);
        // A visit by phone ends by its own last press: the phone is only held for a moment.
        Step step = Visit.IsByPhone(state) ? Visit.Next(Visit.Next(state, new E.CardRemoved()).State, new E.Cancel()) : Visit.Next(state, new E.CardRemoved());
        if (step.State is S.StaffCalled called) return Waits(called.Under) || Visit.IsByPhone(called.Under);
        return Waits(step.State) && step.Actions.Any(a => a is A.Forget) && !Visit.IsUnderWay(step.State);
    });

    [Fact]
    public void Verify_is_sent_once_for_each_pin_typed_and_only_then() => _choices.Sample(choices =>
        Lively(choices).All(x => x.Step.Actions.Count(a => a is A.VerifyPin) == (Pins(x.Before, x.Happened) ? 1 : 0)), iter: 3000);

    private static bool Pins(VisitState before, VisitEvent happened) => happened is E.TypedAll && Under(before) is S.EnteringPin;

    private static VisitState Under(VisitState state) => state switch
    {
        S.StillThere over => over.Under,
        S.StaffCalled over => over.Under,
        _ => state,
    };

    [Fact]
    public void Done_is_shown_only_after_the_receipt() => _choices.Sample(choices =>
        Lively(choices).All(x => Shows(x.Before) || !Shows(x.Step.State) || (x.Happened is E.ReceiptCame && Under(x.Before) is S.Submitting)), iter: 3000);

    private static bool Shows(VisitState state) => Under(state) is S.TakeCard { Ending: Ending.Accepted } or S.Idle { LastVisit: Ending.Accepted };

    [Fact]
    public void Staff_and_the_way_out_are_one_press_away_from_everywhere() => _choices.Sample(choices =>
        Lively(choices).All(x =>
            Visit.Next(x.Step.State, new E.CallStaff()) is { State: S.StaffCalled } call
            && (x.Step.State is S.StaffCalled || call.Actions.Any(a => a is A.RingDesk))
            && Visit.Next(x.Step.State, new E.Cancel()).State is VisitState left
            && (Waits(left) || left is S.TakeCard || left is S.StaffCalled { Under: VisitState under } && (Waits(under) || under is S.TakeCard))), iter: 1000);

    [Fact]
    public void No_state_with_a_card_waits_for_ever() => _choices.Sample(choices =>
        Lively(choices).All(x => !Visit.IsUnderWay(x.Step.State) || Visit.TimeLimit(x.Step.State) is not null), iter: 1000);

    [Fact]
    public void The_camera_runs_on_the_face_screen_and_nowhere_else() => _choices.Sample(choices =>
    {
        bool on = false;
        foreach ((_, _, Step step) in Lively(choices))
        {
            foreach (VisitAction action in step.Actions) on = action switch { A.StartFace => true, A.StopFace or A.Forget => false, _ => on };
            if (on != step.State is S.MatchingFace) return false;
        }
        return true;
    }, iter: 3000);

    [Fact]
    public void Typed_digits_are_wiped_when_their_screen_is_left() => _choices.Sample(choices =>
        Lively(choices).All(x => Holds(x.Before) is 0 || x.Step.State.GetType() == x.Before.GetType()
            || x.Step.Actions.Any(a => a is A.WipeDigits or A.VerifyPin or A.CheckStaffCode or A.ReadPhoto or A.Forget)), iter: 3000);

    private static int Holds(VisitState state) => state switch
    {
        S.EnteringPin at => at.Typed,
        S.VisualCheck at => at.Typed,
        S.TypingCardNumber at => at.Typed,
        _ => 0,
    };

    [Fact]
    public void The_pin_is_not_offered_when_locked_or_not_set() =>
        Assert.Equal(new S.ChoosingMethod(VisitSamples.Locked), Visit.Next(new S.ChoosingMethod(VisitSamples.Locked), new E.ChosePin()).State);

    [Fact]
    public void Staff_who_confirm_while_the_card_is_read_are_not_asked_again()
    {
        VisitState reading = Visit.Next(new S.ReadingCard(), new E.VisualGranted("nurse-1")).State;
        S.AskingConsent asked = Assert.IsType<S.AskingConsent>(Visit.Next(reading, new E.CardRead(VisitSamples.Card)).State);
        Assert.Equal((Core.Reception.Method.Visual, "nurse-1"), (asked.Who.Method, asked.Who.StaffId));
    }

    [Fact]
    public void The_last_try_is_asked_for_before_it_is_used()
    {
        Assert.IsType<S.LastPinTry>(Visit.Next(new S.ChoosingMethod(VisitSamples.LastTry), new E.ChosePin()).State);
        Assert.IsType<S.LastPinTry>(Visit.Next(new S.VerifyingPin(VisitSamples.Who), new E.PinChecked(new Core.Cards.PinAnswer.Wrong(1))).State);
    }

    [Fact]
    public void Three_faces_that_do_not_match_lead_to_the_choice_and_face_is_spent()
    {
        VisitState state = new S.ChoosingMethod(VisitSamples.Who);
        state = Visit.Next(state, new E.ChoseFace()).State;
        for (int miss = 0; miss < Visit.FaceTries; miss++) state = Visit.Next(state, new E.FaceJudged(new Core.Faces.FaceVerdict(false, true, 0, "m", 1))).State;
        S.ChoosingMethod choice = Assert.IsType<S.ChoosingMethod>(state);
        Assert.Equal(Failure.FaceNotMatched, choice.Notice);
        Assert.False(Visit.OffersFace(choice.Station, choice.Who));
        Assert.IsType<S.ChoosingMethod>(Visit.Next(choice, new E.ChoseFace()).State);
    }

    [Fact]
    public void The_farewell_stays_when_the_card_is_taken_and_goes_by_itself()
    {
        VisitState state = Visit.Next(new S.TakeCard(new Ending.Cancelled()), new E.CardRemoved()).State;
        Assert.IsType<Ending.Cancelled>(Assert.IsType<S.Idle>(state).LastVisit);
        Assert.Null(Assert.IsType<S.Idle>(Visit.Next(state, new E.TimedOut()).State).LastVisit);
    }

    [Fact]
    public void A_card_left_during_maintenance_is_served_when_it_ends()
    {
        VisitState state = Visit.Next(new S.Idle(), new E.MaintenanceSet(true)).State;
        state = Visit.Next(state, new E.CardInserted()).State;
        Assert.IsType<S.Maintenance>(state);
        Step back = Visit.Next(state, new E.MaintenanceSet(false));
        Assert.IsType<S.ReadingCard>(back.State);
        Assert.Contains(new A.ReadCard(), back.Actions);
    }

    [Fact]
    public void A_certificate_in_grace_is_submitted_without_asking()
    {
        Visitor grace = new(VisitSamples.Card with { Certificate = Core.Cards.CertificateStatus.Grace });
        Step step = Visit.Next(new S.VerifyingPin(grace), new E.PinChecked(new Core.Cards.PinAnswer.Accepted()));
        S.Submitting submitting = Assert.IsType<S.Submitting>(step.State);
        Assert.All(submitting.Answers.Given, yes => Assert.False(yes));
    }

    [Theory]
    [InlineData(false, false, new[] { "AskingConsent", "ReviewingConsent" })]
    [InlineData(true, false, new[] { "AskingConsent", "AskingPmh", "ReviewingConsent" })]
    [InlineData(false, true, new[] { "AskingConsent", "AskingPrescription", "ReviewingConsent" })]
    [InlineData(true, true, new[] { "AskingConsent", "AskingPmh", "AskingPrescription", "ReviewingConsent" })]
    public void A_site_asks_what_it_set_and_no_more(bool pmh, bool prescription, string[] screens)
    {
        SitePolicy site = SitePolicy.Default with { AsksPmh = pmh, AsksPrescription = prescription };
        VisitState state = Visit.Next(new S.VerifyingPin(VisitSamples.Who) { Station = Station.Ready with { Policy = site } }, new E.PinChecked(new Core.Cards.PinAnswer.Accepted())).State;
        List<string> seen = [state.GetType().Name];
        while (state is not S.ReviewingConsent)
        {
            state = Visit.Next(state, state switch { S.AskingConsent => new E.AnsweredAll(true), S.AskingPmh => new E.Answered(false), _ => new E.ChosePrescription(PrescriptionForm.Paper) }).State;
            seen.Add(state.GetType().Name);
        }
        Assert.Equal(screens, seen);
        Answers answers = ((S.ReviewingConsent)state).Answers;
        Assert.Equal((pmh ? false : null, prescription ? PrescriptionForm.Paper : (PrescriptionForm?)null), (answers.Pmh, answers.Prescription));

        // And back, page by page.
        VisitState at = prescription ? new S.AskingPrescription(VisitSamples.Confirmed, answers) : new S.AskingPmh(VisitSamples.Confirmed, answers);
        foreach (string before in screens[..^1].Reverse().Skip(1)) Assert.Equal(before, (at = Visit.Next(at, new E.GoBack()).State).GetType().Name);
    }

    [Fact]
    public void Item_by_item_begins_with_the_first_item_and_has_nothing_before_it()
    {
        SitePolicy site = SitePolicy.Default with { ItemByItem = true };
        VisitState first = Visit.Next(new S.VerifyingPin(VisitSamples.Who) { Station = Station.Ready with { Policy = site } }, new E.PinChecked(new Core.Cards.PinAnswer.Accepted())).State;
        Assert.Equal(0, Assert.IsType<S.AskingItem>(first).Index);
        Assert.Equal(first, Visit.Next(first, new E.GoBack()).State);
    }

    [Fact]
    public void Questions_changed_during_a_visit_do_not_change_what_this_patient_agrees_to()
    {
        VisitState asked = Visit.Next(new S.VerifyingPin(VisitSamples.Who), new E.PinChecked(new Core.Cards.PinAnswer.Accepted())).State;
        SitePolicy other = SitePolicy.Default with { Consents = new("2099-01", [new("ZZZ")], 24), AsksPmh = true };
        VisitState agreed = Visit.Next(Visit.Next(asked, new E.PolicySet(other)).State, new E.AnsweredAll(true)).State;
        Assert.Equal(SitePolicy.Default, Assert.IsType<S.ReviewingConsent>(agreed).Answers.Asked);
    }

    [Fact]
    public void No_event_and_no_action_can_hold_a_secret()
    {
        IEnumerable<Type> members = VisitSamples.CasesOf(typeof(VisitEvent)).Concat(VisitSamples.CasesOf(typeof(VisitAction))).Concat(VisitSamples.CasesOf(typeof(VisitState)))
            .SelectMany(t => t.GetProperties()).Select(p => p.PropertyType);
        Assert.DoesNotContain(members, t => t == typeof(Secret) || t == typeof(byte[]) || t == typeof(Core.Cards.CardPhoto) || t == typeof(Core.Cards.CardEvidence));
    }
}
