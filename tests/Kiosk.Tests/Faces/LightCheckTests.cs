using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Simulators.Camera;

namespace Kiosk.Tests.Faces;

/// <summary>The light's steps in a face check.</summary>
[Collection(DeskCollection.Name)]
public sealed class LightCheckTests(FaceDesk desk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private const int Tries = 3;
    private static readonly LightLimits Limits = new("drawn", "drawn", new(), new());

    [SkippableFact]
    public async Task A_patient_who_asked_for_calm_sees_no_step_and_is_matched()
    {
        PageLight light = new(allowed: false);
        FaceVerdict verdict = await WatchAsync(light);
        Assert.True(verdict is { Same: true, Live: true, Light: { Answer: LightAnswer.Abstains, Why: LightReason.NotShown } },
            $"{verdict}");
        Assert.Empty(light.Steps);
    }

    [SkippableFact]
    public async Task The_holder_passes_with_the_light_and_the_page_is_white_again()
    {
        PageLight light = new(allowed: true);
        FaceVerdict verdict = await WatchAsync(light);
        // On a busy machine the steps get too few frames, and the light abstains.
        Assert.True(verdict is { Same: true, Live: true, Light.Answer: not LightAnswer.Attack }, $"{verdict} {verdict.Light}");
        Assert.NotEmpty(light.Steps);
        Assert.Equal(default, light.Steps[^1]);
    }

    private async Task<FaceVerdict> WatchAsync(PageLight light)
    {
        desk.SkipWithout("mobilefacenet-192");
        SimulatedCamera camera = new(desk.People, TimeProvider.System) { Light = () => light.Now };
        await using FaceCheck check = new(camera, new(TurnSeconds: 10, Light: Limits), TimeProvider.System, desk.Store)
        {
            Guided = camera.ShowGuidance,
            Light = light,
        };
        using CancellationTokenSource stop = new(Patience);
        int judged = 0;
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, stop.Token))
        {
            // On a busy machine the drawn head may turn too late; a patient is asked again, too.
            if (report is FaceReport.Judged { Verdict: var verdict } && (verdict.Live || ++judged == Tries)) return verdict;
        }

        throw new InvalidOperationException("the check ended without a verdict");
    }

    private sealed class PageLight(bool allowed) : IFaceLight
    {
        private readonly List<LightStep> _steps = [];

        public LightStep Now { get; private set; }

        public IReadOnlyList<LightStep> Steps => _steps;

        public bool Allowed => allowed;

        public double? RoomLux => 300;

        public void Show(LightStep step)
        {
            Now = step;
            _steps.Add(step);
        }
    }
}
