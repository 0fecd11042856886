using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>A site where the face screen follows the card (<see cref="VisitStart.Face"/>).</summary>
public sealed class FaceFirstTests : VisitLoopRig
{
    private static readonly FaceReport.Judged _match = new(new FaceVerdict(true, true, 4, "fake", 50));

    private protected override Station AtStart => Station.Ready;

    [Fact]
    public async Task The_camera_opens_when_the_card_is_laid_down_and_no_frame_is_looked_at_before_the_card_is_known()
    {
        Devices.HoldIdentify = new TaskCompletionSource();
        Lay();
        await Until(() => Devices.FacesOpened == 1);
        Assert.IsType<S.ReadingCard>(Loop.Current.State);
        Assert.Equal(0, Devices.FacesBegun);
        Devices.HoldIdentify.SetResult();
        await Reach<S.MatchingFace>();
        await Until(() => Devices.FacesBegun == 1);
        Assert.Equal(1, Devices.FacesOpened);
    }

    [Fact]
    public async Task One_press_is_a_whole_visit_by_face()
    {
        int presses = 0;
        Loop.Stepped += (_, happened, _) => presses += happened is E.Press ? 1 : 0;
        Lay();
        await Reach<S.MatchingFace>();
        Devices.Faces.Writer.TryWrite(_match);
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(true));
        Assert.IsType<Ending.Accepted>((await Reach<S.TakeCard>()).Ending);
        Assert.Equal(1, presses);
        Assert.Equal(Method.Face, Assert.Single(Devices.CheckIns).Method);
        await Until(() => Devices.FacesOpen == 0);
    }

    [Fact]
    public async Task Whoever_presses_the_PIN_on_the_face_screen_is_not_looked_at_any_more()
    {
        Lay();
        await Reach<S.MatchingFace>();
        Press(new E.ChosePin());
        await Reach<S.EnteringPin>();
        await Until(() => Devices.FacesOpen == 0);
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(false));
        Assert.IsType<Ending.Accepted>((await Reach<S.TakeCard>()).Ending);
        Assert.Equal(Method.Pin, Assert.Single(Devices.CheckIns).Method);
    }

    [Fact]
    public async Task Another_card_than_the_My_Number_Card_closes_the_camera_and_no_frame_was_looked_at()
    {
        Devices.Facts = Devices.Facts with { Kind = CardKind.AndroidPhone };
        Lay();
        await Reach<S.TakeCard>();
        await Until(() => Devices.FacesOpen == 0);
        Assert.Equal(0, Devices.FacesBegun);
    }

    [Fact]
    public async Task A_card_taken_while_it_is_read_closes_the_camera()
    {
        Devices.HoldIdentify = new TaskCompletionSource();
        Lay();
        await Until(() => Devices.FacesOpen == 1);
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardRemoved());
        await Reach<S.Idle>();
        await Until(() => Devices.FacesOpen == 0);
        Devices.HoldIdentify.SetResult();
    }

    [Fact]
    public async Task A_camera_that_does_not_open_is_told_once_and_the_other_ways_are_offered()
    {
        Devices.CameraFails = Failure.CameraBusy;
        List<E> failures = [];
        Loop.Stepped += (_, happened, _) =>
        {
            if (happened is E.FaceFailed) failures.Add(happened);
        };
        Lay();
        S.ChoosingMethod at = await Reach<S.ChoosingMethod>();
        Assert.Equal(Failure.CameraBusy, at.Notice);
        Assert.Single(failures);
    }

    [Fact]
    public async Task The_institution_lets_the_card_sign_when_the_face_matches_and_is_not_asked_again_for_the_check_in()
    {
        Loop.Post(new E.PolicySet(SitePolicy.Default with { SignsWithoutPin = true }));
        Lay();
        await Reach<S.MatchingFace>(s => s.Who.Card.Photo is PhotoStatus.Ready);
        Assert.Equal(0, Devices.SignaturesAsked);
        Devices.Faces.Writer.TryWrite(new FaceReport.Matched());
        await Until(() => Devices.SignaturesAsked == 1);
        Assert.Empty(Devices.CheckIns);
        Devices.Faces.Writer.TryWrite(_match);
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(true));
        // No institution answered here, and no weaker evidence takes its place.
        await Reach<S.ChoosingMethod>(s => s.Notice is Failure.CardNotProven);
        Assert.Equal(1, Devices.SignaturesAsked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_camera_for_the_number_the_choice_comes_and_nobody_types_it_unasked(bool known)
    {
        VisitState state = Visit.Next(new S.Idle(), new E.CardInserted()).State;
        PhotoStatus photo = known ? PhotoStatus.NeedsNumber : PhotoStatus.Reading;
        state = Visit.Next(state, new E.CardRead(VisitSamples.Card with { Photo = photo })).State;
        if (!known) state = Visit.Next(state, new E.PhotoChanged(PhotoStatus.NeedsNumber)).State;
        Assert.IsType<S.ChoosingMethod>(state);
    }

    private void Lay() => Devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());

    private static async Task Until(Func<bool> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (!holds()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }
}
