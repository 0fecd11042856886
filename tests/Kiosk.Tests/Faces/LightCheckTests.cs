using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Lab.Faces;
using Kiosk.Simulators.Camera;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

/// <summary>The light's steps in a face check, and before the renderer.</summary>
[Collection(DeskCollection.Name)]
public sealed class LightCheckTests(FaceDesk desk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
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

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tablet_is_refused_by_the_light_alone(bool isFilm)
    {
        (Mat view, FaceShape shape) = Holder();
        using (view)
        {
            Random random = new(3);
            using LitPresentation tablet = LitPresentation.Tablet(view, shape, isFilm, LitRoom.Office(random), random);
            LightFinding found = Present(tablet);
            Assert.True(found is { Answer: LightAnswer.Attack, Why: not LightReason.Sheet }, $"{found}");
        }
    }

    [SkippableFact]
    public void A_flat_print_is_refused_by_the_light_alone()
    {
        (Mat view, FaceShape shape) = Holder();
        using (view)
        {
            Random random = new(3);
            using LitPresentation print = LitPresentation.Print(view, shape, 0, LitRoom.Office(random), random);
            LightFinding found = Present(print);
            Assert.True(found is { Answer: LightAnswer.Attack, Why: LightReason.Sheet }, $"{found}");
        }
    }

    [SkippableFact]
    public void A_drawn_head_is_not_refused()
    {
        (Mat view, FaceShape shape) = Holder();
        using (view)
        {
            Random random = new(3);
            using LitPresentation live = LitPresentation.Live(view, shape, LitRoom.Office(random), random);
            LightFinding found = Present(live);
            Assert.True(found is { Answer: LightAnswer.Live }, $"{found}");
        }
    }

    private LightFinding Present(LitPresentation presentation)
    {
        using FaceFinder finder = new(desk.Store);
        return LightBench.Present(finder, presentation, new LightRule());
    }

    private (Mat View, FaceShape Shape) Holder()
    {
        desk.SkipWithout("blazeface", "facemesh");
        FacePictures? found = FacePictures.Find(desk.Store);
        Skip.If(found is null, FacePictures.NoneFound);
        using FacePictures pictures = found!;
        using FaceFinder finder = new(desk.Store);
        FaceShape shape = new();
        Assert.True(CardReference.Finds(finder, pictures.HolderLive, shape));
        Mat view = SimulatedPeople.View(pictures.HolderLive, shape);
        Assert.True(CardReference.Finds(finder, view, shape));
        return (view, shape);
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
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, stop.Token))
        {
            if (report is FaceReport.Judged judged) return judged.Verdict;
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
