using Kiosk.Core.Faces;

namespace Kiosk.Tests.Faces;

/// <summary>The challenge is asked at 0.5 s, to be held for 0.6 s, within 5 s.</summary>
[Collection(DeskCollection.Name)]
public sealed class GestureTests(FaceDesk desk)
{
    private static readonly GestureChallenge Asked = new(Seconds(0.5), Seconds(0.6), Seconds(5));

    [Fact]
    public void A_mouth_opened_held_and_closed_when_asked_passes() => Assert.Equal(ChallengeState.Passed, Play(Obedient));

    [Fact]
    public void A_still_picture_fails_when_its_time_is_over()
    {
        Assert.Equal(ChallengeState.Failed, Play((_, _) => new(Mouth: 0.02)));
        Assert.Equal(ChallengeState.Failed, Play((_, _) => new(Mouth: 0.6)));
    }

    [Fact]
    public void A_film_of_somebody_speaking_fails() =>
        Assert.Equal(ChallengeState.Failed, Play((_, t) => new(Mouth: 0.06 + (0.06 * Math.Sin(t * 12)))));

    [Fact]
    public void A_film_that_opens_and_closes_at_its_own_time_fails() =>
        Assert.Equal(ChallengeState.Failed, Play((_, t) => new(Mouth: t % 1 < 0.5 ? 0.02 : 0.5)));

    [Fact]
    public void A_mouth_that_was_opened_before_the_question_does_not_count() =>
        Assert.Equal(ChallengeState.Failed, Play((_, t) => new(Mouth: t is > 0.4 and < 1.4 ? 0.5 : 0.02)));

    [Fact]
    public void A_gesture_in_another_face_does_not_count() =>
        Assert.Equal(ChallengeState.Failed, Play((c, t) => Obedient(c, t) with { Rest = t > 1.2 ? 0.3 : 0.01 }));

    [Fact]
    public void A_face_that_goes_away_in_the_middle_begins_anew()
    {
        GestureChallenge challenge = Asked.Next(new(Seconds(0.5), 0, 0, true)).Next(new(Seconds(1), 0.4, 0, true))
            .Next(new(Seconds(1.7), 0.4, 0, true));
        Assert.Equal(FaceGuidance.CloseMouth, challenge.Question);
        challenge = challenge.Miss(Seconds(1.8));
        Assert.Equal((ChallengeState.Asked, FaceGuidance.OpenMouth), (challenge.State, challenge.Question));
        Assert.Equal(ChallengeState.Failed, challenge.Miss(Seconds(6)).State);
    }

    [SkippableFact]
    public void An_open_mouth_is_measured_on_a_drawn_face()
    {
        desk.SkipWithoutClosedMouth();
        double closed = desk.Mouth(new()), open = desk.Mouth(new(Mouth: 1));
        Assert.True(open - closed >= GestureChallenge.Open, $"{closed:F3} to {open:F3}");
        Assert.True(desk.Mouth(new(Mouth: 0.02)) - closed <= GestureChallenge.Closed);
    }

    private readonly record struct Frame(double Mouth, double Rest = 0.01);

    private static Frame Obedient(GestureChallenge now, double t) =>
        new(Mouth: t > 1 && now.Question == FaceGuidance.OpenMouth ? 0.5 : t > 2.2 ? 0.03 : t > 1 ? 0.5 : 0.02);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static ChallengeState Play(Func<GestureChallenge, double, Frame> film)
    {
        GestureChallenge challenge = Asked;
        for (double t = 0; t < 7; t += 0.05)
        {
            Frame frame = film(challenge, t);
            challenge = challenge.Next(new(Seconds(t), frame.Mouth, frame.Rest, true));
        }

        return challenge.State;
    }
}
