using CsCheck;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class VisitRulesTests
{
    /// <summary>Random events in any order, also without meaning: a device, a patient or the network may do anything.</summary>
    private static readonly Gen<List<VisitEvent>> _anything =
        Gen.Int[0, VisitSamples.Events.Count - 1].Select(i => VisitSamples.Events[i]).List[0, 60];

    /// <summary>A visit that goes on: each event is one of those that change the state, so late states are reached too.</summary>
    private static readonly Gen<List<int>> _choices = Gen.Int[0, 1000].List[0, 60];

    private static IEnumerable<(VisitState Before, VisitEvent Happened, Step Step)> VisitOf(List<int> choices) =>
        VisitOf(choices, new S.Idle());

    private static IEnumerable<(VisitState Before, VisitEvent Happened, Step Step)> VisitOf(List<int> choices, VisitState state)
    {
        foreach (int choice in choices)
        {
            VisitState now = state;
            VisitEvent[] possible = [.. VisitSamples.Events.Where(e => !EndsVisit(now, e) && Visit.Next(now, e).State != now)];
            if (possible.Length == 0) yield break;
            VisitEvent happened = possible[choice % possible.Length];
            Step step = Visit.Next(state, happened);
            yield return (state, happened, step);
            state = step.State;
        }
    }

    private static bool EndsVisit(VisitState state, VisitEvent happened) =>
        happened is E.CardRemoved or E.Crashed or E.Cancel || (happened is E.ReaderChanged && Visit.IsUnderWay(state));

    private static bool Waits(VisitState state) => state is S.Idle or S.OutOfService or S.Offline or S.Maintenance or S.DisasterNotice;

    [Fact]
    public void Every_state_and_every_event_is_in_the_samples()
    {
        Assert.Equal(VisitSamples.CasesOf(typeof(VisitState)), Types(VisitSamples.States));
        Assert.Equal(VisitSamples.CasesOf(typeof(VisitEvent)), Types(VisitSamples.Events));

        static IEnumerable<Type> Types(IEnumerable<object> all) =>
            all.Select(one => one.GetType()).Distinct().OrderBy(t => t.Name, StringComparer.Ordinal);
    }

    [Fact]
    public void Random_visits_reach_every_state()
    {
        HashSet<Type> reached = [];
        int wanted = VisitSamples.CasesOf(typeof(VisitState)).Count;
        // Few random visits come so far at a site that asks the centre: some begin before the last press.
        VisitState asked = new S.ReviewingConsent(
            VisitSamples.Confirmed with { AwaitsInsurance = true }, Answers.All(VisitSamples.AsksAll, true));
        for (int batch = 0; batch < 200 && reached.Count < wanted; batch++)
        {
            _choices.Sample(choices =>
            {
                foreach ((_, _, Step step) in VisitOf(choices)) reached.Add(step.State.GetType());
                foreach ((_, _, Step step) in VisitOf(choices, asked)) reached.Add(step.State.GetType());
            }, iter: 500, threads: 1);
        }
        Assert.Equal(VisitSamples.CasesOf(typeof(VisitState)), reached.OrderBy(t => t.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Taking_the_card_ends_in_waiting_with_nothing_kept_whatever_happened() => _anything.Sample(happened =>
    {
        VisitState state = happened.Aggregate((VisitState)new S.Idle(), (s, e) => Visit.Next(s, e).State);
        // Taking the phone away does not end a visit by phone; here the patient cancels it.
        Step taken = Visit.Next(state, new E.CardRemoved());
        Step step = Visit.IsByPhone(state) ? Visit.Next(taken.State, new E.Cancel()) : taken;
        if (step.State is S.StaffCalled called) return Waits(called.Under) || Visit.IsByPhone(called.Under);
        return Waits(step.State) && step.Actions.Any(a => a is A.Forget) && !Visit.IsUnderWay(step.State);
    });

    [Fact]
    public void The_end_of_a_visit_switches_the_card_off_although_it_still_lies_there() => _choices.Sample(choices =>
        VisitOf(choices).All(x => x.Step.State is not S.TakeCard || Under(x.Before) is S.TakeCard
            || x.Step.Actions.Any(a => a is A.Forget)), iter: 3000);

    [Fact]
    public void Verify_is_sent_once_for_each_pin_typed_and_only_then() => _choices.Sample(choices =>
        VisitOf(choices).All(x => x.Step.Actions.Count(a => a is A.VerifyPin) == (IsWholePin(x.Before, x.Happened) ? 1 : 0)), iter: 3000);

    private static bool IsWholePin(VisitState before, VisitEvent happened) => happened is E.TypedAll && Under(before) is S.EnteringPin;

    private static VisitState Under(VisitState state) => state switch
    {
        S.StillThere over => over.Under,
        S.StaffCalled over => over.Under,
        _ => state,
    };

    [Fact]
    public void Done_is_shown_only_after_the_receipt() => _choices.Sample(choices =>
        VisitOf(choices).All(x =>
            ShowsDone(x.Before) || !ShowsDone(x.Step.State) || (x.Happened is E.ReceiptCame && Under(x.Before) is S.Submitting)
                // Entered by a receipt only.
                || Under(x.Before) is S.AwaitingInsurance)
            && VisitOf(choices).All(x => Under(x.Step.State) is not S.AwaitingInsurance || Under(x.Before) is S.AwaitingInsurance
                || (x.Happened is E.ReceiptCame && Under(x.Before) is S.Submitting)),
                iter: 3000);

    private static bool ShowsDone(VisitState state) =>
        Under(state) is S.TakeCard { Ending: Ending.Accepted } or S.Idle { LastVisit: Ending.Accepted };

    [Fact]
    public void In_every_state_one_press_calls_staff_and_one_press_cancels() => _choices.Sample(choices =>
        VisitOf(choices).All(x =>
            Visit.Next(x.Step.State, new E.CallStaff()) is { State: S.StaffCalled } call
            && (x.Step.State is S.StaffCalled || call.Actions.Any(a => a is A.RingDesk))
            && Visit.Next(x.Step.State, new E.Cancel()).State is VisitState left
            && (WaitsOrEnds(left) || (left is S.StaffCalled { Under: VisitState under } && WaitsOrEnds(under)))), iter: 1000);

    private static bool WaitsOrEnds(VisitState state) => Waits(state) || state is S.TakeCard;

    [Fact]
    public void No_state_of_a_visit_waits_without_limit() => _choices.Sample(choices =>
        VisitOf(choices).All(x => !Visit.IsUnderWay(x.Step.State) || Visit.TimeLimit(x.Step.State) is not null), iter: 1000);

    [Fact]
    public void The_camera_runs_only_on_the_face_screen_and_opens_only_before_it() => _choices.Sample(choices =>
    {
        bool on = false;
        foreach ((_, _, Step step) in VisitOf(choices))
        {
            foreach (VisitAction action in step.Actions)
                on = action is A.StartFace or A.OpenCamera || (on && action is not (A.StopFace or A.Forget));
            if (on != step.State is S.MatchingFace or S.ReadingCard { CameraOpens: true }) return false;
        }
        return true;
    }, iter: 3000);

    [Theory]
    [InlineData(false, true, null, false)]
    [InlineData(false, true, true, false)]
    [InlineData(false, true, false, true)]
    [InlineData(false, false, true, true)]
    [InlineData(true, true, null, true)]
    public void All_answers_are_shown_once_more_only_where_they_differ_or_were_given_one_by_one(
        bool oneByOne, bool yes, bool? pmh, bool shown)
    {
        Answers answers = Answers.All(SitePolicy.Default, yes) with { Pmh = pmh };
        if (oneByOne) answers = answers.With(0, yes);
        Assert.Equal(shown, answers.NeedReview);
        // After the review, one press for all is one press for all again.
        Assert.Equal(pmh is bool other && other != yes, answers.WithAll(yes).NeedReview);
    }

    [Fact]
    public void Typed_digits_are_wiped_when_their_screen_is_left() => _choices.Sample(choices =>
        VisitOf(choices).All(x => x.Before.Typed is 0 || x.Step.State.GetType() == x.Before.GetType() || x.Step.State.CarriesDigits
            || x.Step.Actions.Any(a => a is A.WipeDigits or A.VerifyPin or A.CheckStaffCode or A.ReadPhoto or A.Forget)), iter: 3000);

    [Fact]
    public void The_pin_is_not_offered_when_locked_or_not_set() =>
        Assert.Equal(
            new S.ChoosingMethod(VisitSamples.Locked), Visit.Next(new S.ChoosingMethod(VisitSamples.Locked), new E.ChosePin()).State);

    [Fact]
    public void A_patient_whom_staff_confirm_while_the_card_is_read_is_not_asked_for_a_method()
    {
        VisitState reading = Visit.Next(new S.ReadingCard(), new E.VisualGranted("nurse-1")).State;
        S.AskingConsent asked = Assert.IsType<S.AskingConsent>(Visit.Next(reading, new E.CardRead(VisitSamples.Card)).State);
        Assert.Equal((Core.Reception.Method.Visual, "nurse-1"), (asked.Who.Method, asked.Who.StaffId));
    }

    [Fact]
    public void The_patient_is_asked_before_the_last_try_is_used()
    {
        Assert.IsType<S.LastPinTry>(Visit.Next(new S.ChoosingMethod(VisitSamples.LastTry), new E.ChosePin()).State);
        Assert.IsType<S.LastPinTry>(Visit.Next(new S.VerifyingPin(VisitSamples.Who), new E.PinChecked(new PinAnswer.Wrong(1))).State);
    }

    [Fact]
    public void After_three_faces_that_do_not_match_face_is_no_longer_offered()
    {
        VisitState state = new S.ChoosingMethod(VisitSamples.Who);
        state = Visit.Next(state, new E.ChoseFace()).State;
        FaceVerdict noMatch = new(Same: false, Live: true, Band: 0, "m", MachineMs: 1);
        for (int miss = 0; miss < Visit.FaceTries; miss++) state = Visit.Next(state, new E.FaceJudged(noMatch)).State;
        S.ChoosingMethod choice = Assert.IsType<S.ChoosingMethod>(state);
        Assert.Equal(Failure.FaceNotMatched, choice.Notice);
        Assert.False(Visit.OffersFace(choice.Station, choice.Who));
        Assert.IsType<S.ChoosingMethod>(Visit.Next(choice, new E.ChoseFace()).State);
    }

    [Fact]
    public void How_the_visit_ended_is_shown_for_some_time_after_the_card_is_taken()
    {
        VisitState state = Visit.Next(new S.TakeCard(new Ending.Cancelled()), new E.CardRemoved()).State;
        Assert.IsType<Ending.Cancelled>(Assert.IsType<S.Idle>(state).LastVisit);
        Assert.Null(Assert.IsType<S.Idle>(Visit.Next(state, new E.TimedOut()).State).LastVisit);
    }

    [Fact]
    public void A_card_laid_down_during_maintenance_is_read_when_maintenance_ends()
    {
        VisitState state = Visit.Next(new S.Idle(), new E.MaintenanceSet(true)).State;
        state = Visit.Next(state, new E.CardInserted()).State;
        Assert.IsType<S.Maintenance>(state);
        Step back = Visit.Next(state, new E.MaintenanceSet(false));
        Assert.IsType<S.ReadingCard>(back.State);
        Assert.Contains(new A.ReadCard(), back.Actions);
    }

    [Fact]
    public void Only_the_end_of_a_maintenance_releases_a_tamper_lock_and_not_the_state_that_each_connection_brings()
    {
        VisitState locked = Visit.Next(new S.Idle(), new E.TamperChanged(true)).State;
        locked = Visit.Next(locked, new E.TamperChanged(false)).State;
        locked = Visit.Next(locked, new E.MaintenanceSet(false)).State;
        Assert.True(locked.Station.Tampered);
        Assert.True(Visit.Next(locked, new E.MaintenanceSet(true)).State.Station.Tampered);
        VisitState released = Visit.Next(Visit.Next(locked, new E.MaintenanceSet(true)).State, new E.MaintenanceSet(false)).State;
        Assert.False(released.Station.Tampered);
    }

    [Fact]
    public void A_certificate_in_its_months_of_grace_is_submitted_without_questions()
    {
        Visitor grace = new(VisitSamples.Card with { Certificate = CertificateStatus.Grace });
        Step step = Visit.Next(new S.VerifyingPin(grace), new E.PinChecked(new PinAnswer.Accepted()));
        S.Submitting submitting = Assert.IsType<S.Submitting>(step.State);
        Assert.All(submitting.Answers.Given, yes => Assert.False(yes));
    }

    [Theory]
    [InlineData(false, false, new[] { "AskingConsent", "Submitting" })]
    [InlineData(true, false, new[] { "AskingConsent", "AskingPmh", "ReviewingConsent" })]
    [InlineData(false, true, new[] { "AskingConsent", "AskingPrescription", "Submitting" })]
    [InlineData(true, true, new[] { "AskingConsent", "AskingPmh", "AskingPrescription", "ReviewingConsent" })]
    public void A_site_asks_only_what_it_has_set(bool pmh, bool prescription, string[] screens)
    {
        SitePolicy site = SitePolicy.Default with { AsksPmh = pmh, AsksPrescription = prescription };
        VisitState state = ConfirmedAt(site);
        List<string> seen = [state.GetType().Name];
        while (state is not (S.ReviewingConsent or S.Submitting))
        {
            VisitEvent answer = state switch
            {
                S.AskingConsent => new E.AnsweredAll(true),
                S.AskingPmh => new E.Answered(false),
                _ => new E.ChosePrescription(PrescriptionForm.Paper),
            };
            state = Visit.Next(state, answer).State;
            seen.Add(state.GetType().Name);
        }
        Assert.Equal(screens, seen);
        Answers answers = (state as S.ReviewingConsent)?.Answers ?? ((S.Submitting)state).Answers;
        Assert.Equal(pmh ? false : null, answers.Pmh);
        Assert.Equal(prescription ? PrescriptionForm.Paper : null, answers.Prescription);

        // "Back" shows the same screens in the opposite order.
        Confirmed who = VisitSamples.Confirmed;
        if (!pmh && !prescription) return;
        VisitState at = prescription ? new S.AskingPrescription(who, answers) : new S.AskingPmh(who, answers);
        foreach (string before in screens[..^1].Reverse().Skip(1))
        {
            at = Visit.Next(at, new E.GoBack()).State;
            Assert.Equal(before, at.GetType().Name);
        }
    }

    [Fact]
    public void One_by_one_begins_with_the_first_item_and_has_no_way_back_from_it()
    {
        VisitState first = ConfirmedAt(SitePolicy.Default with { ItemByItem = true });
        Assert.Equal(0, Assert.IsType<S.AskingItem>(first).Index);
        Assert.Equal(first, Visit.Next(first, new E.GoBack()).State);
    }

    [Fact]
    public void Questions_that_change_during_a_visit_do_not_change_what_this_patient_is_asked()
    {
        VisitState asked = ConfirmedAt(SitePolicy.Default);
        SitePolicy other = SitePolicy.Default with { Consents = new("2099-01", [new("ZZZ")], 24), AsksPmh = true };
        VisitState agreed = Visit.Next(Visit.Next(asked, new E.PolicySet(other)).State, new E.AnsweredAll(true)).State;
        Assert.Equal(SitePolicy.Default, Assert.IsType<S.Submitting>(agreed).Answers.Asked);
    }

    private static VisitState ConfirmedAt(SitePolicy site)
    {
        VisitState verifying = new S.VerifyingPin(VisitSamples.Who) { Station = Station.Ready with { Policy = site } };
        return Visit.Next(verifying, new E.PinChecked(new PinAnswer.Accepted())).State;
    }

    [Fact]
    public void No_state_no_event_and_no_action_can_hold_a_secret()
    {
        Type[] hierarchies = [typeof(VisitState), typeof(VisitEvent), typeof(VisitAction)];
        Type[] secrets = [typeof(Secret), typeof(byte[]), typeof(CardPhoto), typeof(CardEvidence)];
        IEnumerable<Type> held = hierarchies.SelectMany(VisitSamples.CasesOf).SelectMany(t => t.GetProperties())
            .Select(p => p.PropertyType);
        Assert.Empty(held.Intersect(secrets));
    }
}
