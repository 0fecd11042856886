using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>The question to the centre in the running loop: asked beside the patient's answers, with the check-in's evidence.</summary>
public sealed class InsuranceLoopTests : VisitLoopRig
{
    private static readonly SitePolicy _asks = SitePolicy.Default with { AnswersInsurance = true, Start = VisitStart.Choice };

    [Fact]
    public async Task The_question_is_asked_before_the_first_answer_and_the_check_in_has_the_same_evidence()
    {
        await ConfirmByPinAsync();
        await AskedAsync();
        Devices.Centre.SetResult(new(InsuranceState.Invalid, []));
        await Reach<S.AskingConsent>(s => s.Who.Insurance is not null);

        S.TakeCard end = await FinishAsync();

        Ending.Accepted ended = Assert.IsType<Ending.Accepted>(end.Ending);
        Assert.Equal((12, InsuranceState.Invalid, true), (ended.Number, ended.Insurance, ended.NeedsDesk));
        CheckIn sent = Assert.Single(Devices.CheckIns);
        PreQuestion asked = Assert.Single(Devices.Questions);
        Assert.Equal((sent.Visit, sent.Method), (asked.Visit, asked.Method));
        Assert.Same(sent.Evidence, asked.Evidence);
    }

    [Fact]
    public async Task A_centre_that_never_answers_holds_nobody_longer_than_the_site_allows_and_the_check_in_is_stored_once()
    {
        await ConfirmByPinAsync();
        Press(new E.AnsweredAll(true));
        await Reach<S.AwaitingInsurance>();
        Assert.Empty(Journal.Pending());
        // The site's time runs from the question, which is asked on another thread.
        await AskedAsync();
        await Pass(3.1);

        S.TakeCard end = await Reach<S.TakeCard>();
        Assert.Equal(InsuranceState.NoAnswer, Assert.IsType<Ending.Accepted>(end.Ending).Insurance);
        Assert.Single(Devices.CheckIns);
    }

    [Fact]
    public async Task A_question_that_fails_costs_nothing()
    {
        Devices.Centre.SetException(new FailureException(Failure.ReceptionRefused, "not accepted"));
        await ConfirmByPinAsync();
        await Reach<S.AskingConsent>(s => s.Who.Insurance is not null);

        S.TakeCard end = await FinishAsync();

        Assert.Equal(InsuranceState.NoAnswer, Assert.IsType<Ending.Accepted>(end.Ending).Insurance);
        Assert.Single(Devices.CheckIns);
    }

    [Fact]
    public async Task An_unregistered_card_is_registered_after_the_patients_yes_and_the_visit_goes_on()
    {
        Devices.Centre.SetResult(new(InsuranceState.Unregistered, []));
        await ConfirmByPinAsync();
        await Reach<S.AskingConsent>(s => s.Who.Insurance is not null);
        Press(new E.AnsweredAll(true));
        await Reach<S.AskingRegistration>();
        Press(new E.Answered(true));

        S.TakeCard end = await Reach<S.TakeCard>();
        Assert.Equal(InsuranceState.Valid, Assert.IsType<Ending.Accepted>(end.Ending).Insurance);
    }

    [Fact]
    public async Task Answers_about_letters_go_out_with_the_check_in_and_nothing_of_them_is_logged_or_kept()
    {
        PreAnswer waiting = new(InsuranceState.Valid, []) { Documents = [VisitSamples.Letter(1), VisitSamples.Letter(2)] };
        Devices.Centre.SetResult(waiting);
        await ConfirmByPinAsync(_asks with { AsksLetters = true });
        await Reach<S.AskingConsent>(s => s.Who.Insurance is not null);
        Press(new E.AnsweredAll(false));
        await Reach<S.AskingDocuments>();
        Press(new E.AnsweredAll(false));
        await Reach<S.TakeCard>();

        CheckIn sent = Assert.Single(Devices.CheckIns);
        Assert.Equal([("letter-1", (bool?)false), ("letter-2", false)], sent.Answers.Documents!.Select(d => (d.Document.Id, d.Yes)));
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardRemoved());
        S.Idle idle = await Reach<S.Idle>();
        Assert.NotEmpty(Log.All);
        Assert.All(Log.All.Append(idle.ToString()), line =>
        {
            Assert.DoesNotContain("模擬総合病院", line, StringComparison.Ordinal);
            Assert.DoesNotContain("letter-", line, StringComparison.Ordinal);
        });
    }

    private async Task AskedAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (Devices.Questions.Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    private async Task ConfirmByPinAsync(SitePolicy? site = null)
    {
        Devices.Reception.Writer.TryWrite(new ReceptionEvent.PolicySet(site ?? _asks));
        await Reach<S.Idle>(s => s.Station.Policy.AnswersInsurance);
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
    }

    private async Task<S.TakeCard> FinishAsync()
    {
        Press(new E.AnsweredAll(true));
        return await Reach<S.TakeCard>();
    }
}
