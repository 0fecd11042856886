using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>A card that was issued without a photo (a child under one year): only the PIN. Absent and unreadable are two states.</summary>
public sealed class NoPhotoTests
{
    private static readonly E.PhotoChanged _absent = new(PhotoStatus.Absent);

    [Fact]
    public void Only_the_pin_is_left_and_the_screen_says_why()
    {
        foreach (VisitState at in (VisitState[])
            [new S.ChoosingMethod(VisitSamples.Who), new S.MatchingFace(VisitSamples.Who, default), new S.VisualCheck(VisitSamples.Who),
                new S.CheckingStaffCode(VisitSamples.Who), new S.TypingCardNumber(VisitSamples.NeedsNumber)])
        {
            S.ChoosingMethod choosing = Assert.IsType<S.ChoosingMethod>(Visit.Next(at, _absent).State);
            Assert.Equal((PhotoStatus.Absent, Failure.PhotoAbsent), (choosing.Who.Card.Photo, choosing.Notice));
            Assert.False(Visit.OffersFace(choosing.Station, choosing.Who) || Visit.OffersCardNumber(choosing.Station, choosing.Who));
            Assert.False(Visit.OffersVisual(choosing.Who));
            Assert.Equal(choosing, Visit.Next(choosing, new E.ChoseVisual()).State);
            Assert.Equal(choosing, Visit.Next(choosing, new E.VisualGranted("nurse-1")).State);
            Assert.IsType<S.EnteringPin>(Visit.Next(choosing, new E.ChosePin()).State);
        }
    }

    [Fact]
    public void A_guardian_who_types_the_pin_already_is_not_interrupted()
    {
        S.EnteringPin typing = Assert.IsType<S.EnteringPin>(Visit.Next(new S.EnteringPin(VisitSamples.Who) { Typed = 2 }, _absent).State);
        Assert.Equal((2, PhotoStatus.Absent), (typing.Typed, typing.Who.Card.Photo));
    }

    [Fact]
    public void Without_photo_and_without_pin_the_visit_ends_at_the_desk()
    {
        S.TakeCard ended = Assert.IsType<S.TakeCard>(Visit.Next(new S.ChoosingMethod(VisitSamples.Locked), _absent).State);
        Assert.Equal(new Ending.Refused(Failure.PhotoAbsent), ended.Ending);
    }

    [Fact]
    public void A_confirmation_by_sight_before_the_card_was_read_does_not_count()
    {
        Confirmed bySight = VisitSamples.Confirmed with { Method = Method.Visual, StaffId = "nurse-1" };
        VisitState asking = new S.AskingConsent(bySight, Core.Consents.Answers.None(Core.Consents.SitePolicy.Default));
        Assert.IsType<S.ChoosingMethod>(Visit.Next(asking, _absent).State);
        VisitState sent = new S.Submitting(bySight, Core.Consents.Answers.All(Core.Consents.SitePolicy.Default, true));
        Step back = Visit.Next(sent, new E.SubmitFailed(Failure.PhotoAbsent));
        Assert.IsType<S.ChoosingMethod>(back.State);
        Assert.Empty(back.Actions.OfType<A.Submit>());
    }

    [Fact]
    public void A_photo_that_cannot_be_read_leaves_staff_who_can_look_at_the_printed_one()
    {
        VisitState unreadable = Visit.Next(new S.ChoosingMethod(VisitSamples.Who), new E.PhotoChanged(PhotoStatus.Unavailable)).State;
        Assert.True(Visit.OffersVisual(Assert.IsType<S.ChoosingMethod>(unreadable).Who));
    }
}
