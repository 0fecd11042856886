using CsCheck;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>The centre is asked while the patient answers, and the visit ends with what it said; it never depends on it.</summary>
public sealed class InsuranceRulesTests
{
    private static readonly E.ReceiptCame _receipt = new(new Receipt(Guid.Empty, 7, false));

    private static readonly SitePolicy _asks = SitePolicy.Default with { AnswersInsurance = true, AsksPmh = true };

    [Fact]
    public void The_centre_is_asked_as_soon_as_the_person_is_confirmed_whatever_the_method()
    {
        Station station = Station.Ready with { Policy = _asks };
        Step[] confirmed =
        [
            Visit.Next(new S.VerifyingPin(VisitSamples.Who) { Station = station }, new E.PinChecked(new PinAnswer.Accepted())),
            Visit.Next(new S.CheckingStaffCode(VisitSamples.Who) { Station = station }, new E.StaffCodeChecked("nurse-1")),
            Visit.Next(new S.ReadingPhone(Phones.Iphone, false) { Station = station }, new E.PhoneRead(VisitSamples.ByPhone.Card)),
            Visit.Next(new S.MatchingFace(VisitSamples.Who, default) { Station = station },
                new E.FaceJudged(new(Same: true, Live: true, 3, "m", 1))),
        ];
        Assert.All(confirmed, step => Assert.Single(step.Actions.OfType<A.AskInsurance>()));
        Assert.All(confirmed, step => Assert.IsType<S.AskingConsent>(step.State));
    }

    [Fact]
    public void A_reception_without_a_centre_is_not_asked_and_nobody_waits()
    {
        Step step = Visit.Next(new S.VerifyingPin(VisitSamples.Who), new E.PinChecked(new PinAnswer.Accepted()));
        Assert.Empty(step.Actions.OfType<A.AskInsurance>());
        VisitState state = step.State;
        foreach (VisitEvent happened in (VisitEvent[])[new E.AnsweredAll(true), _receipt])
            state = Visit.Next(state, happened).State;
        Assert.Equal(InsuranceState.NoAnswer, Ended(state).Insurance);
    }

    [Theory]
    [InlineData(InsuranceState.Valid, false)]
    [InlineData(InsuranceState.Newer, false)]
    [InlineData(InsuranceState.Several, false)]
    [InlineData(InsuranceState.NoAnswer, false)]
    [InlineData(InsuranceState.None, true)]
    [InlineData(InsuranceState.Invalid, true)]
    [InlineData(InsuranceState.Revoked, true)]
    public void An_answer_during_the_questions_decides_the_ending_without_any_wait(InsuranceState state, bool needsDesk)
    {
        VisitState at = Visit.Next(Asked(), new E.InsuranceCame(new(state, []))).State;
        at = Visit.Next(at, new E.AnsweredAll(true)).State;
        Assert.IsType<S.Submitting>(at);
        Ending.Accepted ended = Ended(Visit.Next(at, _receipt).State);
        Assert.Equal((7, state, needsDesk), (ended.Number, ended.Insurance, ended.NeedsDesk));
    }

    [Fact]
    public void Only_a_valid_insurance_is_told_with_the_light_and_the_tones_of_success()
    {
        static Signal Of(InsuranceState state) =>
            Signal.For(new S.TakeCard(new Ending.Accepted(7, CertificateStatus.Valid, default, state)));

        Signal done = Of(InsuranceState.Valid);
        Assert.Equal(Tone.Done, done.Tone);
        Assert.All(Enum.GetValues<InsuranceState>().Except([InsuranceState.Valid]), state =>
        {
            Assert.NotEqual(done.Lamp, Of(state).Lamp);
            Assert.NotEqual(Tone.Done, Of(state).Tone);
            Assert.Equal(InsuranceRule.NeedsDesk(state) ? Tone.Trouble : Tone.Attention, Of(state).Tone);
        });
    }

    [Fact]
    public void After_the_receipt_the_answer_is_waited_for_until_the_time_of_the_site_is_over()
    {
        VisitState waits = Visit.Next(Submitted(), _receipt).State;
        Assert.Equal(7, Assert.IsType<S.AwaitingInsurance>(waits).Number);
        VisitState answered = Visit.Next(waits, new E.InsuranceCame(new(InsuranceState.Invalid, []))).State;
        Assert.Equal(InsuranceState.Invalid, Ended(answered).Insurance);
        Assert.Equal(InsuranceState.NoAnswer, Ended(Visit.Next(waits, new E.InsuranceLate()).State).Insurance);
        Assert.Equal(InsuranceState.NoAnswer, Ended(Visit.Next(waits, new E.TimedOut()).State).Insurance);
    }

    [Fact]
    public void When_the_time_is_over_before_the_receipt_nobody_waits_any_more_and_a_later_answer_still_counts_until_the_end()
    {
        VisitState late = Visit.Next(Asked(), new E.InsuranceLate()).State;
        late = Visit.Next(late, new E.AnsweredAll(false)).State;
        Assert.Equal(InsuranceState.NoAnswer, Ended(Visit.Next(late, _receipt).State).Insurance);
        VisitState known = Visit.Next(late, new E.InsuranceCame(new(InsuranceState.None, []))).State;
        Assert.True(Ended(Visit.Next(known, _receipt).State).NeedsDesk);
    }

    [Fact]
    public void An_answer_after_the_ending_changes_nothing_on_the_kiosk()
    {
        VisitState told = Visit.Next(Visit.Next(Submitted(), _receipt).State, new E.InsuranceLate()).State;
        Assert.Equal(told, Visit.Next(told, new E.InsuranceCame(new(InsuranceState.Invalid, []))).State);
    }

    /// <summary>The check-in is stored: whatever ends the visit now, the patient is not told that it is not.</summary>
    [Fact]
    public void A_stored_check_in_is_never_called_cancelled_or_not_done_while_the_centre_is_awaited()
    {
        VisitState waits = Visit.Next(Submitted(), _receipt).State;
        VisitState called = Visit.Next(waits, new E.CallStaff()).State;
        foreach (VisitState at in new[] { waits, called })
        {
            foreach (VisitEvent ends in (VisitEvent[])
                [new E.Cancel(), new E.CardRemoved(), new E.Crashed(), new E.ReaderChanged(Core.Failures.Failure.ReaderMissing)])
                Assert.Equal(7, Ended(Visit.Next(at, ends).State).Number);
        }
    }

    [Fact]
    public void A_certificate_in_its_months_of_grace_is_submitted_at_once_and_waits_only_for_the_centre()
    {
        Visitor grace = new(VisitSamples.Card with { Certificate = CertificateStatus.Grace });
        Step step = Visit.Next(
            new S.VerifyingPin(grace) { Station = Station.Ready with { Policy = _asks } }, new E.PinChecked(new PinAnswer.Accepted()));
        Assert.IsType<S.Submitting>(step.State);
        Assert.Equal([typeof(A.AskInsurance), typeof(A.Submit)], step.Actions.Select(a => a.GetType()));
        // It cannot be registered: no question, the desk helps.
        VisitState answered = Visit.Next(step.State, new E.InsuranceCame(new(InsuranceState.Unregistered, []))).State;
        Assert.True(Ended(Visit.Next(answered, _receipt).State).NeedsDesk);
    }

    // 医療費助成.

    [Fact]
    public void Each_record_of_medical_aid_is_asked_about_once_by_its_name()
    {
        VisitState at = Visit.Next(Visit.Next(Asked(), new E.InsuranceCame(VisitSamples.Valid)).State, new E.AnsweredAll(true)).State;
        Assert.Equal("子ども医療費助成", Record(at).Name);
        at = Visit.Next(at, new E.Answered(true)).State;
        Assert.Equal("指定難病の医療費助成", Record(at).Name);
        Assert.Equal("子ども医療費助成", Record(Visit.Next(at, new E.GoBack()).State).Name);
        at = Visit.Next(at, new E.Answered(false)).State;
        S.ReviewingConsent review = Assert.IsType<S.ReviewingConsent>(at);
        Assert.Equal([true, false], review.Answers.Aids!.Select(a => a.Yes));
        Assert.Null(review.Answers.Pmh);
    }

    [Theory]
    [InlineData(InsuranceState.Valid)]
    [InlineData(InsuranceState.NoAnswer)]
    public void Who_has_no_record_is_asked_nothing_about_medical_aid(InsuranceState state)
    {
        VisitState at = Visit.Next(Visit.Next(Asked(), new E.InsuranceCame(new(state, []))).State, new E.AnsweredAll(true)).State;
        Assert.Null(Assert.IsType<S.Submitting>(at).Answers.Aids);
        // Not answered in time: the desk asks.
        Assert.Null(Assert.IsType<S.Submitting>(Visit.Next(Asked(), new E.AnsweredAll(true)).State).Answers.Aids);
    }

    [Fact]
    public void Answers_about_the_same_records_are_kept_when_the_questions_are_answered_again()
    {
        VisitState at = Visit.Next(Visit.Next(Asked(), new E.InsuranceCame(VisitSamples.Valid)).State, new E.AnsweredAll(true)).State;
        at = Visit.Next(Visit.Next(at, new E.Answered(true)).State, new E.Answered(false)).State;
        at = Visit.Next(Visit.Next(at, new E.WantsChange()).State, new E.AnsweredAll(false)).State;
        Assert.Equal([true, false], Assert.IsType<S.AskingPmh>(at).Answers.Aids!.Select(a => a.Yes));
    }

    // 利用登録.

    [Fact]
    public void An_unregistered_card_is_asked_about_once_before_the_check_in_is_sent()
    {
        VisitState at = Unregistered();
        Assert.IsType<S.AskingRegistration>(at);
        Step yes = Visit.Next(at, new E.Answered(true));
        Assert.IsType<S.Registering>(yes.State);
        Assert.Single(yes.Actions.OfType<A.Register>());
        VisitState sent = Visit.Next(yes.State, new E.InsuranceCame(new(InsuranceState.Valid, []))).State;
        Assert.Equal(InsuranceState.Valid, Ended(Visit.Next(sent, _receipt).State).Insurance);
        // Failed, or the centre is away: not asked a second time.
        foreach (VisitEvent failed in (VisitEvent[])[new E.InsuranceCame(new(InsuranceState.Unregistered, [])), new E.TimedOut()])
            Assert.True(Ended(Visit.Next(Visit.Next(yes.State, failed).State, _receipt).State).NeedsDesk);
    }

    [Fact]
    public void A_lapsed_registration_can_be_made_again_and_the_last_screen_knows_what_was_answered()
    {
        VisitState at = Visit.Next(Asked(), new E.InsuranceCame(new(InsuranceState.Lapsed, []))).State;
        at = Visit.Next(at, new E.AnsweredAll(true)).State;
        Assert.IsType<S.AskingRegistration>(at);
        Ending.Accepted declined = Ended(Visit.Next(Visit.Next(at, new E.Answered(false)).State, _receipt).State);
        Assert.Equal((InsuranceState.Lapsed, false, true), (declined.Insurance, declined.Registers, declined.NeedsDesk));
        VisitState failed = Visit.Next(Visit.Next(at, new E.Answered(true)).State, new E.TimedOut()).State;
        Assert.True(Ended(Visit.Next(failed, _receipt).State).Registers);
    }

    /// <summary>顔認証マイナンバーカード: it has no PIN, and to the kiosk it is a card whose PIN is locked.</summary>
    [Fact]
    public void A_card_with_face_only_is_registered_by_face_and_is_never_asked_for_a_pin()
    {
        VisitState at = new S.MatchingFace(VisitSamples.Locked, default) { Station = Station.Ready with { Policy = _asks } };
        Assert.Empty(Visit.Next(at, new E.ChosePin()).Actions);
        Assert.Equal(at, Visit.Next(at, new E.ChosePin()).State);
        at = Visit.Next(at, new E.FaceJudged(new(Same: true, Live: true, 3, "m", 1))).State;
        at = Visit.Next(at, new E.InsuranceCame(new(InsuranceState.Unregistered, []))).State;
        at = Visit.Next(at, new E.AnsweredAll(true)).State;
        Assert.Single(Visit.Next(at, new E.Answered(true)).Actions.OfType<A.Register>());
    }

    [Fact]
    public void No_to_the_registration_goes_on_to_the_desk_and_registers_nothing()
    {
        Step no = Visit.Next(Unregistered(), new E.Answered(false));
        Assert.IsType<S.Submitting>(no.State);
        Assert.Empty(no.Actions.OfType<A.Register>());
        Assert.True(Ended(Visit.Next(no.State, _receipt).State).NeedsDesk);
    }

    [Fact]
    public void Nothing_is_registered_without_the_patients_yes_on_that_screen() =>
        Gen.Int[0, 1000].List[0, 60].Sample(choices =>
        {
            VisitState state = new S.Idle();
            foreach (int choice in choices)
            {
                VisitState now = state;
                VisitEvent[] possible = [.. VisitSamples.Events.Where(e => Visit.Next(now, e).State != now)];
                if (possible.Length == 0) return true;
                Step step = Visit.Next(state, possible[choice % possible.Length]);
                bool agreed = state is S.AskingRegistration && possible[choice % possible.Length] is E.Answered { Yes: true };
                if (step.Actions.Any(a => a is A.Register) != agreed) return false;
                state = step.State;
            }

            return true;
        }, iter: 3000);

    private static VisitState Asked() => Visit.Next(
        new S.VerifyingPin(VisitSamples.Who) { Station = Station.Ready with { Policy = _asks } },
        new E.PinChecked(new PinAnswer.Accepted())).State;

    private static VisitState Submitted() =>
        Visit.Next(Asked(), new E.AnsweredAll(true)).State;

    private static VisitState Unregistered()
    {
        VisitState at = Visit.Next(Asked(), new E.InsuranceCame(new(InsuranceState.Unregistered, []))).State;
        return Visit.Next(at, new E.AnsweredAll(true)).State;
    }

    private static MedicalAid Record(VisitState state)
    {
        S.AskingPmh at = Assert.IsType<S.AskingPmh>(state);
        return at.Answers.Aids![at.Index].Record;
    }

    private static Ending.Accepted Ended(VisitState state) => Assert.IsType<Ending.Accepted>(state switch
    {
        S.TakeCard at => at.Ending,
        S.Idle idle => idle.LastVisit,
        S.StaffCalled { Under: S.TakeCard at } => at.Ending,
        _ => null,
    });
}
