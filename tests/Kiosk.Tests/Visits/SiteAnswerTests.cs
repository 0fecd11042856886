using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>The answer of the site's own system in a visit.</summary>
public sealed class SiteAnswerTests
{
    private static readonly SiteAnswer s_answer = new("内科", "A-12", false);

    private static readonly E.SiteAnswered s_came = new(s_answer);

    private static Ending.Accepted Accepted => new(7, CertificateStatus.Valid, VisitSamples.Card.ExpiresOn, InsuranceState.Valid);

    [Fact]
    public void It_is_on_the_last_screen_before_and_after_the_card_is_taken()
    {
        Step told = Visit.Next(new S.TakeCard(Accepted), s_came);
        Assert.Equal(s_answer, Assert.IsType<Ending.Accepted>(Assert.IsType<S.TakeCard>(told.State).Ending).Site);
        Step taken = Visit.Next(told.State, new E.CardRemoved());
        Assert.Equal(s_answer, Assert.IsType<Ending.Accepted>(Assert.IsType<S.Idle>(taken.State).LastVisit).Site);
        Assert.Null(Assert.IsType<S.Idle>(Visit.Next(taken.State, new E.TimedOut()).State).LastVisit);
    }

    [Fact]
    public void An_answer_that_is_quicker_than_the_receipt_waits_for_it()
    {
        VisitState state = new S.Submitting(VisitSamples.Confirmed with { AwaitsInsurance = true }, Answers.All(SitePolicy.Default, true));
        VisitEvent[] events = [s_came, new E.ReceiptCame(new(Guid.Empty, 7, false)), new E.InsuranceCame(VisitSamples.Valid)];
        foreach (VisitEvent happened in events) state = Visit.Next(state, happened).State;
        Assert.Equal(Accepted with { Site = s_answer }, Assert.IsType<S.TakeCard>(state).Ending);
    }

    [Fact]
    public void The_first_answer_counts_and_the_time_to_read_begins_again_once()
    {
        VisitState before = new S.Idle(Accepted), after = Visit.Next(before, s_came).State;
        Assert.True(LastScreen.RestartsLimit(before, after));
        VisitState again = Visit.Next(after, new E.SiteAnswered(new("外科", "B-1", true))).State;
        Assert.Equal(after, again);
        Assert.False(LastScreen.RestartsLimit(after, again));
    }

    /// <summary>In every state: no outcome, no action, no other screen, no other time limit.</summary>
    [Fact]
    public void It_changes_nothing_but_the_words_of_the_last_screen() => Assert.All(VisitSamples.States, state =>
    {
        Step step = Visit.Next(state, s_came);
        Step usual = Visit.Next(state, new E.CameraChanged(state.Station.Camera));
        Assert.Equal(usual.Actions, step.Actions);
        Assert.Equal(usual.State.GetType(), step.State.GetType());
        Assert.Equal(Visit.TimeLimit(usual.State), Visit.TimeLimit(step.State));
        Assert.Equal(Outcome(usual.State), Outcome(step.State));
        if (step.State is S.Idle { LastVisit: null } or S.ReadingCard) Assert.Equal(usual.State, step.State);
    });

    [Theory]
    [InlineData("内科", "A-12", false, true)]
    [InlineData(null, null, true, true)]
    [InlineData("𠮷野科", "", false, true)]
    [InlineData("", " ", false, false)]
    [InlineData("内科\n外科", "1", false, false)]
    [InlineData("\u202Eabc", "1", false, false)]
    [InlineData("a\u200Bb", "1", false, false)]
    [InlineData("内科", "1234567890123", false, false)]
    [InlineData("12345678901234567890123456789012345678901", "", false, false)]
    public void Only_short_and_plain_texts_are_an_answer(string? department, string? number, bool staff, bool good) =>
        Assert.Equal(good, SiteAnswer.From(department, number, staff) is not null);

    private static Ending? Outcome(VisitState state) => state switch
    {
        S.TakeCard { Ending: Ending.Accepted done } => done with { Site = null },
        S.Idle { LastVisit: Ending.Accepted done } => done with { Site = null },
        S.TakeCard at => at.Ending,
        S.Idle at => at.LastVisit,
        _ => null,
    };
}
