using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>Letters at a clinic and prescriptions at a pharmacy: asked about only where some wait, and known in time.</summary>
public sealed class DocumentRulesTests
{
    private static readonly SitePolicy _clinic = SitePolicy.Default with { AnswersInsurance = true, AsksLetters = true };

    private static readonly SitePolicy _pharmacy = SitePolicy.Default with { AnswersInsurance = true, DispensesPrescriptions = true };

    private static readonly PendingDocument[] _letters = [VisitSamples.Letter(1), VisitSamples.Letter(2), VisitSamples.Letter(3)];

    private static readonly PendingDocument[] _prescriptions = [VisitSamples.Prescription(1), VisitSamples.Prescription(2)];

    private static readonly E.ReceiptCame _receipt = new(new Receipt(Guid.Empty, 7, false));

    [Fact]
    public void Where_nothing_waits_one_press_is_enough()
    {
        foreach (SitePolicy site in new[] { _clinic, _pharmacy })
            Assert.Null(Assert.IsType<S.Submitting>(After(site, [], new E.AnsweredAll(true))).Answers.Documents);
    }

    [Fact]
    public void A_site_that_has_it_switched_off_asks_nothing_whatever_the_reception_sends()
    {
        SitePolicy off = SitePolicy.Default with { AnswersInsurance = true };
        PendingDocument[] all = [.. _letters, .. _prescriptions];
        Assert.Null(Assert.IsType<S.Submitting>(After(off, all, new E.AnsweredAll(true))).Answers.Documents);
        S.AskingDocuments letters = Assert.IsType<S.AskingDocuments>(After(_clinic, all, new E.AnsweredAll(true)));
        Assert.Equal(_letters, letters.Answers.Documents!.Select(d => d.Document));
        S.AskingDocuments prescriptions = Assert.IsType<S.AskingDocuments>(After(_pharmacy, all, new E.AnsweredAll(true)));
        Assert.Equal(_prescriptions, prescriptions.Answers.Documents!.Select(d => d.Document));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_letter_is_one_question_with_one_press(bool yes)
    {
        VisitState at = After(_clinic, _letters[..1], new E.AnsweredAll(yes));
        Assert.Equal(0, Assert.IsType<S.AskingDocument>(at).Index);
        S.Submitting sent = Assert.IsType<S.Submitting>(Visit.Next(at, new E.Answered(yes)).State);
        Assert.Equal([yes], sent.Answers.Documents!.Select(d => d.Yes));
    }

    [Fact]
    public void Several_letters_are_answered_with_one_press_for_all()
    {
        VisitState at = After(_clinic, _letters, new E.AnsweredAll(true));
        S.Submitting sent = Assert.IsType<S.Submitting>(Visit.Next(at, new E.AnsweredAll(true)).State);
        Assert.Equal([true, true, true], sent.Answers.Documents!.Select(d => d.Yes));
    }

    [Fact]
    public void Letters_can_be_answered_one_by_one_and_what_differs_is_shown_once_more()
    {
        VisitState at = After(_clinic, _letters, new E.AnsweredAll(true), new E.ChoseOneByOne(), new E.Answered(true));
        Assert.Equal(1, Assert.IsType<S.AskingDocument>(at).Index);
        VisitState back = Visit.Next(Visit.Next(at, new E.GoBack()).State, new E.GoBack()).State;
        Assert.IsType<S.AskingConsent>(Visit.Next(Assert.IsType<S.AskingDocuments>(back), new E.GoBack()).State);
        at = Visit.Next(Visit.Next(at, new E.Answered(false)).State, new E.Answered(true)).State;
        Assert.Equal([true, false, true], Assert.IsType<S.ReviewingConsent>(at).Answers.Documents!.Select(d => d.Yes));
    }

    [Fact]
    public void No_to_the_records_and_yes_to_a_letter_is_shown_once_more()
    {
        VisitState at = After(_clinic, _letters[..1], new E.AnsweredAll(false), new E.Answered(true));
        Assert.IsType<S.ReviewingConsent>(at);
    }

    [Fact]
    public void A_prescription_may_be_dispensed_whatever_may_be_seen()
    {
        VisitState at = After(_pharmacy, _prescriptions[..1], new E.AnsweredAll(false), new E.Answered(true));
        Assert.IsType<S.Submitting>(at);
        at = After(_pharmacy, _prescriptions, new E.AnsweredAll(true), new E.ChoseOneByOne(), new E.Answered(true), new E.Answered(false));
        Assert.IsType<S.ReviewingConsent>(at);
    }

    [Fact]
    public void At_a_pharmacy_the_desk_asks_who_has_chosen_no_prescription_for_whatever_reason()
    {
        Assert.False(Ended(After(_pharmacy, _prescriptions, new E.AnsweredAll(true), new E.AnsweredAll(true))).PrescriptionAtDesk);
        Assert.True(Ended(After(_pharmacy, _prescriptions, new E.AnsweredAll(true), new E.AnsweredAll(false))).PrescriptionAtDesk);
        Assert.True(Ended(After(_pharmacy, [], new E.AnsweredAll(true))).PrescriptionAtDesk);
        Assert.False(Ended(After(_clinic, [], new E.AnsweredAll(true))).PrescriptionAtDesk);

        // The centre is asked and does not answer: told after the site's seconds.
        VisitState late = Visit.Next(Visit.Next(Confirmed(_pharmacy), new E.AnsweredAll(true)).State, _receipt).State;
        Assert.IsType<S.AwaitingInsurance>(late);
        Assert.True(Told(Visit.Next(late, new E.InsuranceLate()).State).PrescriptionAtDesk);
    }

    [Fact]
    public void What_the_centre_names_after_the_consents_is_not_asked_and_not_sent()
    {
        VisitState sent = Visit.Next(Confirmed(_clinic), new E.AnsweredAll(true)).State;
        Assert.IsType<S.Submitting>(sent);
        sent = Visit.Next(sent, new E.InsuranceCame(Waiting(_letters))).State;
        Assert.Null(Assert.IsType<S.Submitting>(sent).Answers.Documents);
    }

    [Fact]
    public void A_certificate_in_its_months_of_grace_is_not_asked_about_letters()
    {
        Visitor grace = new(VisitSamples.Card with { Certificate = CertificateStatus.Grace });
        VisitState at = Visit.Next(
            new S.VerifyingPin(grace) { Station = Station.Ready with { Policy = _clinic } },
            new E.PinChecked(new PinAnswer.Accepted())).State;
        at = Visit.Next(at, new E.InsuranceCame(Waiting(_letters))).State;
        Assert.Null(Assert.IsType<S.Submitting>(at).Answers.Documents);
    }

    [Fact]
    public void Answers_about_the_same_documents_are_kept_when_the_questions_are_answered_again()
    {
        VisitState at = After(_clinic, _letters, new E.AnsweredAll(false), new E.AnsweredAll(true), new E.WantsChange(),
            new E.AnsweredAll(true));
        Assert.Equal([true, true, true], Assert.IsType<S.AskingDocuments>(at).Answers.Documents!.Select(d => d.Yes));
    }

    [Fact]
    public void After_the_visit_the_kiosk_has_nothing_of_it()
    {
        VisitState ended = Visit.Next(After(_clinic, _letters, new E.AnsweredAll(true), new E.AnsweredAll(true)), _receipt).State;
        foreach (VisitState state in new[] { ended, Visit.Next(ended, new E.CardRemoved()).State })
            Assert.DoesNotContain("模擬総合病院", state.ToString(), StringComparison.Ordinal);
    }

    private static VisitState Confirmed(SitePolicy site) => Visit.Next(
        new S.VerifyingPin(VisitSamples.Who) { Station = Station.Ready with { Policy = site } },
        new E.PinChecked(new PinAnswer.Accepted())).State;

    private static PreAnswer Waiting(PendingDocument[] documents) => new(InsuranceState.Valid, []) { Documents = documents };

    private static VisitState After(SitePolicy site, PendingDocument[] documents, params VisitEvent[] presses)
    {
        VisitState state = Visit.Next(Confirmed(site), new E.InsuranceCame(Waiting(documents))).State;
        foreach (VisitEvent press in presses) state = Visit.Next(state, press).State;
        return state;
    }

    private static Ending.Accepted Ended(VisitState submitting) => Told(Visit.Next(submitting, _receipt).State);

    private static Ending.Accepted Told(VisitState state) =>
        Assert.IsType<Ending.Accepted>(Assert.IsType<S.TakeCard>(state).Ending);
}
