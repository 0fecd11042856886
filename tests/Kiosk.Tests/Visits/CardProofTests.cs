using Kiosk.Core;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>A visit in which the key that the rules demand does not sign.</summary>
public sealed class CardProofTests
{
    private static readonly Answers _answers = Answers.All(SitePolicy.Default, true);

    private static readonly Confirmed _face = new(VisitSamples.Card, Method.Face);

    [Fact]
    public void A_face_visit_without_the_signature_ends_at_the_PIN_and_offers_no_face_again()
    {
        Step step = Visit.Next(new S.Submitting(_face, _answers), new E.SubmitFailed(Failure.CardNotProven));

        S.ChoosingMethod at = Assert.IsType<S.ChoosingMethod>(step.State);
        Assert.Equal(Failure.CardNotProven, at.Notice);
        Assert.False(Visit.OffersFace(at.Station, at.Who) || Visit.OffersCardNumber(at.Station, at.Who));
        Assert.IsType<S.EnteringPin>(Visit.Next(at, new E.ChosePin()).State);
    }

    [Theory]
    [InlineData(Failure.CardNotGenuine)]
    [InlineData(Failure.CardAlgorithmUnknown)]
    public void A_signature_by_another_card_or_of_an_unknown_form_ends_the_visit(Failure why)
    {
        Step step = Visit.Next(new S.Submitting(_face, _answers), new E.SubmitFailed(why));

        Assert.Equal(new Ending.Refused(why), Assert.IsType<S.TakeCard>(step.State).Ending);
    }

    [Fact]
    public void Of_a_residence_card_only_staff_type_the_number_and_the_PIN_is_offered()
    {
        Visitor who = VisitSamples.NeedsNumber with { Card = VisitSamples.NeedsNumber.Card with { IsResidenceCard = true } };
        Step read = Visit.Next(new S.ReadingCard(CameraOpens: true), new E.CardRead(who.Card, FaceLimit.None));

        S.ChoosingMethod at = Assert.IsType<S.ChoosingMethod>(read.State);
        Assert.False(Visit.OffersFace(at.Station, at.Who) || Visit.OffersCardNumber(at.Station, at.Who));
        Assert.IsType<S.ChoosingMethod>(Visit.Next(at, new E.ChoseFace()).State);
        Assert.IsType<S.EnteringPin>(Visit.Next(at, new E.ChosePin()).State);
        Assert.True(Assert.IsType<S.TypingCardNumber>(Visit.Next(at, new E.ChoseVisual()).State).ForStaff);
    }

    [Fact]
    public void Staff_need_the_printed_number_where_no_camera_read_it_and_no_institution_signs()
    {
        S.ChoosingMethod at = new(VisitSamples.NeedsNumber);

        S.TypingCardNumber typing = Assert.IsType<S.TypingCardNumber>(Visit.Next(at, new E.ChoseVisual()).State);
        Step typed = Visit.Next(typing, new E.TypedAll());
        Assert.IsType<S.VisualCheck>(typed.State);
        Assert.Contains(typed.Actions, a => a is A.ReadPhoto);

        S.ChoosingMethod withInstitution =
            at with { Station = Station.Ready with { Policy = SitePolicy.Default with { SignsWithoutPin = true } } };
        Assert.IsType<S.VisualCheck>(Visit.Next(withInstitution, new E.ChoseVisual()).State);
    }

    [Fact]
    public void A_confirmation_from_the_desk_waits_for_the_printed_number_and_is_kept()
    {
        S.EnteringPin pin = new(VisitSamples.NeedsNumber) { Typed = 2 };

        Step granted = Visit.Next(pin, new E.VisualGranted("nurse-1"));
        S.TypingCardNumber typing = Assert.IsType<S.TypingCardNumber>(granted.State);
        // Two digits of the PIN were typed: they must not become digits of the number.
        Assert.Contains(granted.Actions, a => a is A.WipeDigits);
        Step typed = Visit.Next(typing, new E.TypedAll());

        Confirmed who = Assert.IsType<S.AskingConsent>(typed.State).Who;
        Assert.Equal((Method.Visual, "nurse-1"), (who.Method, who.StaffId));
        Assert.Contains(typed.Actions, a => a is A.ReadPhoto);
    }

    [Fact]
    public void A_confirmation_from_the_desk_while_the_number_is_typed_loses_no_digit()
    {
        S.TypingCardNumber typing = new(VisitSamples.NeedsNumber) { Typed = 9 };

        Step granted = Visit.Next(typing, new E.VisualGranted("nurse-1"));

        Assert.Equal((9, "nurse-1"), (granted.State.Typed, Assert.IsType<S.TypingCardNumber>(granted.State).StaffId));
        Assert.Empty(granted.Actions);
        Assert.IsType<S.AskingConsent>(Visit.Next(granted.State, new E.TypedAll()).State);
    }
}
