using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Simulators.Camera;

namespace Kiosk.Tests.Faces;

[Collection(DeskCollection.Name)]
public sealed class PresentationSensorTests(FaceDesk desk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public void Every_layer_that_is_there_must_agree_and_one_that_saw_too_little_refuses()
    {
        LivenessTally nothing = default;
        LivenessTally live = Enumerable.Repeat(SensorAnswer.Live, 10).Aggregate(nothing, (tally, look) => tally.With(look));
        Assert.True(nothing.IsLive(hasSensor: false, leastScore: null));
        Assert.False(nothing.IsLive(hasSensor: true, leastScore: null));
        Assert.False(nothing.IsLive(hasSensor: false, leastScore: 0.5));
        Assert.True(live.IsLive(hasSensor: true, leastScore: null));
        Assert.False(live.IsLive(hasSensor: true, leastScore: 0.5));
        Assert.True(live.With(0.9).With(0.4).IsLive(hasSensor: true, leastScore: 0.6));
        Assert.False(live.With(0.4).IsLive(hasSensor: true, leastScore: 0.6));
        Assert.True(live.With(SensorAnswer.Attack).With(SensorAnswer.Unsure).IsLive(hasSensor: true, leastScore: null));
        Assert.False(live.With(SensorAnswer.Attack).With(SensorAnswer.Attack).With(SensorAnswer.Attack)
            .IsLive(hasSensor: true, leastScore: null));
    }

    [Theory]
    [InlineData(20, 1.3, SensorAnswer.Attack)]
    [InlineData(140, 1.0, SensorAnswer.Attack)]
    [InlineData(140, 1.08, SensorAnswer.Unsure)]
    [InlineData(140, 1.2, SensorAnswer.Live)]
    public void Infrared_tells_a_dark_screen_and_a_flat_sheet_from_a_head(double luma, double relief, SensorAnswer expected) =>
        Assert.Equal(expected, new InfraredRule().Judge(luma, relief));

    [SkippableFact]
    public async Task The_holder_is_live_to_the_infrared_camera_too() =>
        Assert.True(await VerdictAsync(Person.Holder) is { Same: true, Live: true });

    [SkippableFact]
    public async Task A_film_of_the_holder_that_turns_as_asked_passes_the_challenge_and_fails_before_the_infrared_camera()
    {
        Assert.True(await VerdictAsync(Person.Screen, infrared: false) is { Same: true, Live: true });
        Assert.True(await VerdictAsync(Person.Screen) is { Same: true, Live: false });
    }

    [SkippableFact]
    public async Task An_infrared_camera_that_is_pulled_ends_the_check_as_a_missing_camera()
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        SimulatedInfraredCamera infrared = new(desk.People, camera, TimeProvider.System) { Unplugged = true };
        await using FaceCheck check =
            new(camera, new(), TimeProvider.System, desk.Store, new InfraredSensor(infrared, new(), TimeProvider.System));
        FailureException failure = await Assert.ThrowsAsync<FailureException>(async () =>
        {
            await foreach (FaceReport _ in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, CancellationToken.None))
            {
            }
        });
        Assert.Equal(Failure.CameraMissing, failure.Failure);
    }

    [SkippableFact]
    public void Unattended_use_is_refused_without_a_sensor_or_a_network_and_without_an_approved_recogniser()
    {
        desk.SkipWithout("mobilefacenet-192");
        FailureException refused = Assert.Throws<FailureException>(() =>
            new FaceCheck(new SimulatedCamera(desk.People, TimeProvider.System), new(Profile: "unattended"), TimeProvider.System,
            desk.Store));
        Assert.Equal(Failure.ModelNotListed, refused.Failure);
        using TemporaryModels approved = new(desk.Store, manifest => Approve(manifest, "mobilefacenet-192"));
        FailureException guarded = Assert.Throws<FailureException>(() =>
            new FaceCheck(new SimulatedCamera(desk.People, TimeProvider.System), new("mobilefacenet-192", "unattended"),
            TimeProvider.System, approved.Store));
        Assert.Contains("near-infrared", guarded.Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task With_an_infrared_camera_an_approved_recogniser_may_work_unattended()
    {
        desk.SkipWithout("mobilefacenet-192");
        using TemporaryModels approved = new(desk.Store, manifest => Approve(manifest, "mobilefacenet-192"));
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = new(
            camera, new("mobilefacenet-192", "unattended"), TimeProvider.System, approved.Store,
            new InfraredSensor(new SimulatedInfraredCamera(desk.People, camera, TimeProvider.System), new(), TimeProvider.System));
        Assert.Equal("mobilefacenet-192", check.Engine.Id);
    }

    private static ModelManifest Approve(ModelManifest manifest, string id) => manifest with
    {
        Models = [.. manifest.Models.Select(m => m.Id != id ? m : m with
        {
            ApprovedFor = [.. m.ApprovedFor, "unattended"],
            Thresholds = [.. m.Thresholds, m.Thresholds[0] with { Profile = "unattended" }],
        })],
    };

    private async Task<FaceVerdict?> VerdictAsync(Person person, bool infrared = true)
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System) { Person = person };
        InfraredSensor? sensor = infrared
            ? new(new SimulatedInfraredCamera(desk.People, camera, TimeProvider.System), new(), TimeProvider.System) : null;
        await using FaceCheck check =
            new(camera, new(TurnSeconds: 10), TimeProvider.System, desk.Store, sensor) { Guided = camera.ShowGuidance };
        using CancellationTokenSource stop = new(Patience);
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, stop.Token))
        {
            if (report is FaceReport.Judged judged) return judged.Verdict;
        }

        return null;
    }
}
