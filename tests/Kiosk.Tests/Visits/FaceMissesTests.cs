using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Microsoft.Extensions.Time.Testing;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>Somebody with another person's card tries the face again and again, and lays the card down anew each time.</summary>
public sealed class FaceMissesTests : VisitLoopRig
{
    private static readonly byte[] _card = [1, 2, 3], _face = [4, 5, 6], _other = [7];

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void After_five_misses_each_further_try_waits_30_seconds_and_after_ten_there_is_none()
    {
        FaceMisses misses = new(_clock);
        for (int i = 1; i <= 4; i++) Assert.Equal(FaceLimit.None, misses.Missed(_card).Limit);
        for (int i = 5; i <= 9; i++)
        {
            Assert.Equal((FaceLimit.Wait, TimeSpan.FromSeconds(30)), misses.Missed(_card));
            _clock.Advance(TimeSpan.FromSeconds(29));
            Assert.Equal((FaceLimit.Wait, TimeSpan.FromSeconds(1)), misses.Look(_card));
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(FaceLimit.None, misses.Look(_card).Limit);
        }

        Assert.Equal(FaceLimit.Spent, misses.Missed(_card).Limit);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(FaceLimit.Spent, misses.Look(_card).Limit);
        Assert.Equal(FaceLimit.None, misses.Look(_other).Limit);
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(FaceLimit.None, misses.Look(_card).Limit);
    }

    [Fact]
    public void A_match_of_the_holder_ends_the_row_of_misses()
    {
        FaceMisses misses = new(_clock);
        for (int i = 0; i < 4; i++) misses.Missed(_card, _face);
        misses.Matched(_card, _face);
        Assert.Equal(FaceLimit.None, misses.Missed(_card, _face).Limit);
    }

    [Fact]
    public void A_card_face_under_ever_new_certificates_is_the_same_card()
    {
        FaceMisses misses = new(_clock);
        for (int i = 1; i < FaceMisses.BeforeEnd; i++) misses.Missed([100, (byte)i], _face);
        Assert.Equal(FaceLimit.Spent, misses.Missed([200], _face).Limit);
        // And the other way round: the certificate alone is known before the card face is read.
        Assert.Equal(FaceLimit.None, misses.Look([101]).Limit);
        Assert.Equal(FaceLimit.Spent, misses.Look([101], _face).Limit);
    }

    [Fact]
    public void No_name_of_a_card_is_the_name_of_all_cards()
    {
        FaceMisses misses = new(_clock);
        for (int i = 0; i < 20; i++) misses.Missed([], []);
        Assert.Equal(FaceLimit.None, misses.Look([], []).Limit);
    }

    [Fact]
    public async Task Laying_the_card_down_again_gives_no_new_face_tries()
    {
        Devices.Certificate = _card;
        await MissAsync(3);
        await TakeAwayAsync();
        await MissAsync(2);

        S.ChoosingMethod stopped = await Reach<S.ChoosingMethod>(s => s.Notice is Failure.FaceMustWait);
        Assert.False(Visit.OffersFace(stopped.Station, stopped.Who));
        Assert.Equal([Failure.FaceMustWait], Devices.Rings);

        // Taking the card away does not end the wait either.
        await TakeAwayAsync();
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());
        S.ChoosingMethod again = await Reach<S.ChoosingMethod>(s => s.Who.Card.Photo is PhotoStatus.Ready);
        Assert.False(Visit.OffersFace(again.Station, again.Who));
        await Pass(30);
        S.ChoosingMethod rested = await Reach<S.ChoosingMethod>(s => s.Who.FaceLimit is FaceLimit.None);
        Assert.True(Visit.OffersFace(rested.Station, rested.Who));

        // Five more, each after its wait: then only the PIN or staff, until tomorrow.
        for (int miss = 6; miss <= 10; miss++)
        {
            await TakeAwayAsync();
            await MissAsync(1);
            if (miss == 10) break;
            await Reach<S.ChoosingMethod>(s => s.Notice is Failure.FaceMustWait);
            await Pass(30);
            await Reach<S.ChoosingMethod>(s => s.Who.FaceLimit is FaceLimit.None);
        }

        S.ChoosingMethod spent = await Reach<S.ChoosingMethod>(s => s.Notice is Failure.FaceTriesSpent);
        Assert.False(Visit.OffersFace(spent.Station, spent.Who));
        Assert.Equal(Failure.FaceTriesSpent, Devices.Rings[^1]);
        Press(new E.ChosePin());
        await Reach<S.EnteringPin>();
    }

    [Fact]
    public async Task Another_certificate_does_not_hide_the_misses_of_the_same_card_face()
    {
        Devices.CardKey = _face;
        for (int visit = 0; visit < 2; visit++)
        {
            Devices.Certificate = [9, (byte)visit];
            if (visit > 0) await TakeAwayAsync();
            await MissAsync(visit == 0 ? 3 : 2);
        }

        await Reach<S.ChoosingMethod>(s => s.Notice is Failure.FaceMustWait);
        await TakeAwayAsync();
        Devices.Certificate = [9, 9];
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());

        S.ChoosingMethod read = await Reach<S.ChoosingMethod>(s => s.Who.Card.Photo is PhotoStatus.Ready);
        Assert.False(Visit.OffersFace(read.Station, read.Who));
    }

    /// <summary>A card is laid down, the face is chosen, and so many comparisons do not match.</summary>
    private async Task MissAsync(int times)
    {
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());
        await Reach<S.ChoosingMethod>(s => s.Who.Card.Photo is PhotoStatus.Ready && s.Notice is null);
        Press(new E.ChoseFace());
        S.MatchingFace at = await Reach<S.MatchingFace>();
        for (int i = 0; i < times; i++)
        {
            int left = at.Who.FaceTriesLeft;
            Devices.Faces.Writer.TryWrite(new FaceReport.Judged(new FaceVerdict(false, true, 0, "fake", 100)));
            VisitState next = await Reach<VisitState>(s => s is S.ChoosingMethod || (s is S.MatchingFace m && m.Who.FaceTriesLeft < left));
            if (next is S.MatchingFace still) at = still;
        }
    }

    private async Task TakeAwayAsync()
    {
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardRemoved());
        await Reach<S.Idle>();
    }
}
