using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class CannotTurnTests
{
    private static readonly S.MatchingFace Watching = new(VisitSamples.Who, FaceGuidance.TurnHeadLeft);

    [Fact]
    public void A_patient_who_cannot_turn_is_watched_again_without_the_head_turn()
    {
        Step step = Visit.Next(Watching, new E.CannotTurn());
        Assert.Equal(FaceGuidance.OneMoment, Assert.IsType<S.MatchingFace>(step.State).Guidance);
        Assert.Equal([new A.StopFace(), new A.StartFace(CannotTurn: true)], step.Actions);
    }

    [Fact]
    public void The_other_movement_is_offered_once_and_is_kept_for_the_whole_visit()
    {
        VisitState state = Visit.Next(Watching, new E.CannotTurn()).State;
        Assert.False(Visit.OffersGesture((S.MatchingFace)state));
        state = Visit.Next(state, new E.GoBack()).State;
        Assert.Contains(new A.StartFace(CannotTurn: true), Visit.Next(state, new E.ChoseFace()).Actions);
        state = Visit.Next(Visit.Next(Watching, new E.CannotTurn()).State, new E.CallStaff()).State;
        Assert.Contains(new A.StartFace(CannotTurn: true), Visit.Next(state, new E.GoOn()).Actions);
    }

    [Fact]
    public void A_site_without_the_head_turn_offers_no_other_movement()
    {
        S.MatchingFace plain = Watching with { Station = Station.Ready with { HeadTurn = false } };
        Assert.False(Visit.OffersGesture(plain));
        Assert.Empty(Visit.Next(plain, new E.CannotTurn()).Actions);
    }

    [Fact]
    public void What_the_camera_saw_on_the_tray_is_kept_for_the_screen_that_asks_for_the_number()
    {
        VisitState choosing = new S.ChoosingMethod(VisitSamples.Who with { Card = VisitSamples.Card with { Photo = PhotoStatus.Reading } });
        VisitState told = Visit.Next(choosing, new E.PhotoChanged(PhotoStatus.NeedsNumber, TrayContent.OtherCard)).State;
        Assert.Equal(TrayContent.OtherCard, Assert.IsType<S.TypingCardNumber>(Visit.Next(told, new E.ChoseFace()).State).Who.Tray);
    }
}
