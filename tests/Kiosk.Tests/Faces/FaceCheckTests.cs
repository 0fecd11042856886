using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Simulators.Camera;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

[Collection(DeskCollection.Name)]
public sealed class FaceCheckTests(FaceDesk desk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [SkippableFact]
    public async Task The_holder_is_matched_after_turning_the_head()
    {
        (List<FaceGuidance> guidance, FaceVerdict? verdict) = await WatchAsync(Person.Holder, new FaceCheckOptions(TurnSeconds: 10));
        Assert.True(verdict is { Same: true, Live: true, Band: >= 2 }, $"{verdict}");
        Assert.Contains(guidance, g => g is FaceGuidance.TurnHeadLeft or FaceGuidance.TurnHeadRight);
        Assert.Equal(desk.Store.Has("mobilefacenet") ? "mobilefacenet" : "mobilefacenet-192", verdict.Engine);
    }

    [SkippableFact]
    public async Task Somebody_else_is_asked_to_turn_like_the_holder_and_refused_after_it()
    {
        (List<FaceGuidance> guidance, FaceVerdict? verdict) = await WatchAsync(Person.Other, new FaceCheckOptions(TurnSeconds: 10));
        Assert.True(verdict is { Same: false, Live: true, Band: <= 1 }, $"{verdict}");
        Assert.Contains(guidance, g => g is FaceGuidance.TurnHeadLeft or FaceGuidance.TurnHeadRight);
    }

    [SkippableFact]
    public async Task The_head_turns_while_the_photo_still_comes_and_the_one_verdict_waits_for_both()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = desk.Check(camera, new(TurnSeconds: 10));
        using CancellationTokenSource stop = new(Patience);
        TaskCompletionSource<CardPhoto> reading = new();
        bool asked = false;
        List<FaceReport> later = [];
        await foreach (FaceReport report in check.WatchAsync(reading.Task, cannotTurn: false, Task.CompletedTask, stop.Token))
        {
            if (reading.Task.IsCompleted)
            {
                later.Add(report);
                continue;
            }

            FaceGuidance guidance = Assert.IsType<FaceReport.Guided>(report).Guidance;
            asked |= guidance is FaceGuidance.TurnHeadLeft or FaceGuidance.TurnHeadRight;
            // The head has turned; only now the photo comes.
            if (asked && guidance is FaceGuidance.Comparing) reading.TrySetResult(await desk.Card);
        }

        Assert.True(asked);
        Assert.True(Assert.Single(later.OfType<FaceReport.Judged>()).Verdict is { Same: true, Live: true });
    }

    [SkippableFact]
    public async Task A_photo_given_ahead_is_not_compared_before_it_is_proven()
    {
        List<FaceReport> before = [], later = [];
        await WatchAheadAsync(await Holder(), await Holder(), before, later);
        Assert.All(before, report => Assert.IsType<FaceReport.Guided>(report));
        Assert.True(Assert.Single(later.OfType<FaceReport.Judged>()).Verdict is { Same: true, Live: true });
    }

    [SkippableFact]
    public async Task A_photo_of_another_reading_than_the_proven_one_is_never_compared()
    {
        List<FaceReport> before = [], later = [];
        CardPhoto damaged = FaceDesk.Photo(new byte[1000]);
        FailureException failure =
            await Assert.ThrowsAsync<FailureException>(async () => await WatchAheadAsync(await Holder(), damaged, before, later));
        Assert.Equal(Failure.PhotoUnreadable, failure.Failure);
        Assert.All([.. before, .. later], report => Assert.IsType<FaceReport.Guided>(report));
    }

    [SkippableFact]
    public async Task A_damaged_photo_of_an_earlier_reading_does_not_end_the_check()
    {
        List<FaceReport> before = [], later = [];
        await WatchAheadAsync(FaceDesk.Photo(new byte[1000]), await Holder(), before, later);
        Assert.True(Assert.Single(later.OfType<FaceReport.Judged>()).Verdict is { Same: true, Live: true });
    }

    [SkippableFact]
    public async Task A_card_that_cannot_prove_its_photo_ends_the_check_with_the_reason_of_the_card()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = desk.Check(camera);
        TaskCompletionSource<CardPhoto> proof = new();
        FailureException failure = await Assert.ThrowsAsync<FailureException>(async () =>
        {
            await foreach (FaceReport report in check.WatchAsync(
                new(proof.Task, Task.FromResult(FaceDesk.Photo(new byte[1000]))), cannotTurn: false, Task.CompletedTask, default))
            {
                Assert.IsType<FaceReport.Guided>(report);
                proof.TrySetException(new FailureException(Failure.CardNotGenuine));
            }
        });
        Assert.Equal(Failure.CardNotGenuine, failure.Failure);
    }

    [SkippableFact]
    public async Task A_movement_that_is_not_made_is_a_miss_also_while_the_photo_still_comes()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System) { Person = Person.Print };
        await using FaceCheck check = desk.Check(camera, new(TurnSeconds: 1));
        using CancellationTokenSource stop = new(Patience);
        Task<CardPhoto> never = new TaskCompletionSource<CardPhoto>().Task;
        await foreach (FaceReport report in check.WatchAsync(never, cannotTurn: false, Task.CompletedTask, stop.Token))
        {
            if (report is not FaceReport.Judged judged) continue;
            Assert.True(judged.Verdict is { Same: false, Live: false, Band: 0 }, $"{judged.Verdict}");
            return;
        }
    }

    [SkippableFact]
    public async Task Nothing_is_looked_at_before_the_check_begins()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = desk.Check(camera);
        using CancellationTokenSource stop = new(Patience);
        TaskCompletionSource begin = new();
        await using IAsyncEnumerator<FaceReport> reports =
            check.WatchAsync(desk.Card, false, begin.Task, stop.Token).GetAsyncEnumerator(stop.Token);
        Task<bool> first = reports.MoveNextAsync().AsTask();
        Assert.False(first.IsCompleted);
        begin.SetResult();
        Assert.True(await first);
        Assert.Equal(new FaceReport.Guided(FaceGuidance.OneMoment), reports.Current);
        Assert.Empty(check.Trace.FrameMs);
    }

    [SkippableFact]
    public async Task A_print_of_the_holder_matches_but_is_not_live()
    {
        (_, FaceVerdict? verdict) = await WatchAsync(Person.Print);
        Assert.True(verdict is { Same: true, Live: false }, $"{verdict}");
    }

    [SkippableFact]
    public async Task Somebody_who_takes_the_holders_place_after_the_match_is_not_let_through()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = new(camera, new(TurnSeconds: 10), TimeProvider.System, desk.Store)
        {
            Guided = guidance =>
            {
                // The match is made when the turn is asked for; now the other steps in and turns.
                if (guidance is FaceGuidance.TurnHeadLeft or FaceGuidance.TurnHeadRight) camera.Person = Person.Other;
                camera.ShowGuidance(guidance);
            },
        };
        using CancellationTokenSource stop = new(Patience);
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, stop.Token))
        {
            if (report is not FaceReport.Judged judged) continue;
            Assert.False(judged.Verdict is { Same: true, Live: true }, $"{judged.Verdict}");
            Assert.Equal(Person.Other, camera.Person);
            break;
        }
    }

    [SkippableFact]
    public void A_small_face_in_the_background_is_not_a_second_patient()
    {
        using Mat picture = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3),
            other = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
        desk.People[Person.Holder].Draw(1, new(), picture);
        desk.People[Person.Other].Draw(1, new(), other);
        using Mat small = other.Resize(new Size(0, 0), 0.35, 0.35, InterpolationFlags.Area);
        using (Mat corner = picture.SubMat(new Rect(0, 0, small.Width, small.Height))) small.CopyTo(corner);
        using FaceFinder finder = new(desk.Store);
        FaceShape shape = new();
        Assert.Null(finder.Find(picture, shape));
        Assert.InRange(shape.Centre.X, 280, 360);
    }

    [SkippableFact]
    public async Task Who_cannot_turn_is_asked_for_a_gesture_and_matched()
    {
        desk.SkipWithoutClosedMouth();
        (List<FaceGuidance> guidance, FaceVerdict? verdict) =
            await WatchAsync(Person.Holder, new FaceCheckOptions(GestureSeconds: 20), cannotTurn: true);
        Assert.True(verdict is { Same: true, Live: true }, $"{verdict} after {string.Join(' ', guidance)}");
        Assert.Contains(FaceGuidance.OpenMouth, guidance);
        Assert.Contains(FaceGuidance.CloseMouth, guidance);
        Assert.DoesNotContain(guidance, g => g is FaceGuidance.TurnHeadLeft or FaceGuidance.TurnHeadRight);
    }

    [SkippableFact]
    public async Task A_print_makes_no_gesture()
    {
        (_, FaceVerdict? verdict) = await WatchAsync(Person.Print, new FaceCheckOptions(GestureSeconds: 3), cannotTurn: true);
        Assert.True(verdict is { Same: true, Live: false }, $"{verdict}");
    }

    [SkippableFact]
    public async Task Without_the_challenge_the_print_would_pass()
    {
        (_, FaceVerdict? verdict) = await WatchAsync(Person.Print, new FaceCheckOptions(Challenge: Challenge.None));
        Assert.True(verdict is { Same: true, Live: true }, $"{verdict}");
    }

    [SkippableFact]
    public async Task Two_people_are_asked_for_one() =>
        Assert.Contains(FaceGuidance.OnlyOnePerson, (await WatchAsync(Person.Two, until: FaceGuidance.OnlyOnePerson)).Guidance);

    [SkippableFact]
    public async Task An_empty_room_has_no_face() =>
        Assert.Contains(FaceGuidance.NoFace, (await WatchAsync(Person.Nobody, until: FaceGuidance.NoFace)).Guidance);

    [SkippableFact]
    public async Task A_photo_that_comes_later_is_waited_for()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = desk.Check(camera, new(Challenge: Challenge.None));
        using CancellationTokenSource stop = new(Patience);
        TaskCompletionSource<CardPhoto> reading = new();
        FaceVerdict? verdict = null;
        await foreach (FaceReport report in check.WatchAsync(reading.Task, cannotTurn: false, Task.CompletedTask, stop.Token))
        {
            if (report is FaceReport.Judged judged) verdict = judged.Verdict;
            // The check runs and guides; only now the photo comes.
            else reading.TrySetResult(await desk.Card);
        }

        Assert.True(reading.Task.IsCompleted);
        Assert.True(verdict is { Same: true }, $"{verdict}");
    }

    [SkippableFact]
    public async Task A_damaged_photo_is_told_from_a_face_that_does_not_match()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = desk.Check(camera);
        Task<CardPhoto> damaged = Task.FromResult(FaceDesk.Photo(new byte[1000]));
        FailureException failure = await Assert.ThrowsAsync<FailureException>(async () =>
        {
            await foreach (FaceReport _ in check.WatchAsync(damaged, cannotTurn: false, Task.CompletedTask, CancellationToken.None))
            {
            }
        });
        Assert.Equal(Failure.PhotoUnreadable, failure.Failure);
    }

    [SkippableFact]
    public async Task A_cable_pulled_during_the_check_is_a_missing_camera_and_a_cable_put_back_works_again()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System) { Person = Person.Nobody };
        await using FaceCheck check = desk.Check(camera);
        FailureException failure = await Assert.ThrowsAsync<FailureException>(async () =>
        {
            await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, CancellationToken.None))
            {
                if (report is FaceReport.Guided { Guidance: FaceGuidance.NoFace }) camera.Unplugged = true;
            }
        });
        Assert.Equal(Failure.CameraMissing, failure.Failure);

        camera.Unplugged = false;
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, CancellationToken.None))
        {
            if (report is FaceReport.Guided { Guidance: FaceGuidance.NoFace }) break;
        }
    }

    [SkippableFact]
    public async Task The_mirror_shows_pictures_only_while_a_check_runs()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System) { Person = Person.Nobody };
        await using FaceCheck check = desk.Check(camera);
        Assert.Null(await check.NextAsync(CancellationToken.None));
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, CancellationToken.None))
        {
            if (report is not FaceReport.Guided { Guidance: FaceGuidance.NoFace }) continue;
            ReadOnlyMemory<byte>? jpeg = await check.NextAsync(CancellationToken.None);
            Assert.Equal([0xFF, 0xD8], jpeg!.Value.Span[..2].ToArray());
            break;
        }

        Assert.Null(await check.NextAsync(CancellationToken.None));
    }

    private Task<CardPhoto> Holder()
    {
        desk.SkipWithout("mobilefacenet-192");
        return desk.Card;
    }

    /// <summary>The holder turns the head with the unproven photo there; only then the other one is proven.</summary>
    private async Task WatchAheadAsync(CardPhoto unproven, CardPhoto proven, List<FaceReport> before, List<FaceReport> later)
    {
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = desk.Check(camera, new(TurnSeconds: 10));
        using CancellationTokenSource stop = new(Patience);
        TaskCompletionSource<CardPhoto> proof = new();
        PhotoArrival photo = new(proof.Task, Task.FromResult(unproven));
        bool asked = false;
        await foreach (FaceReport report in check.WatchAsync(photo, cannotTurn: false, Task.CompletedTask, stop.Token))
        {
            (proof.Task.IsCompleted ? later : before).Add(report);
            if (report is not FaceReport.Guided { Guidance: var guidance }) continue;
            asked |= guidance is FaceGuidance.TurnHeadLeft or FaceGuidance.TurnHeadRight;
            if (asked && guidance is FaceGuidance.Comparing) proof.TrySetResult(proven);
        }
    }

    private async Task<(List<FaceGuidance> Guidance, FaceVerdict? Verdict)> WatchAsync(
        Person person, FaceCheckOptions? options = null, FaceGuidance? until = null, bool cannotTurn = false)
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System) { Person = person };
        await using FaceCheck check = desk.Check(camera, options);
        using CancellationTokenSource stop = new(Patience);
        List<FaceGuidance> seen = [];
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn, Task.CompletedTask, stop.Token))
        {
            if (report is FaceReport.Judged judged) return (seen, judged.Verdict);
            if (report is not FaceReport.Guided guided) continue;
            seen.Add(guided.Guidance);
            if (seen[^1] == until) break;
        }

        return (seen, null);
    }
}
