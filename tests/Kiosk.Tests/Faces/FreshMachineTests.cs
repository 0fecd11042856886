using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Simulators.Camera;

namespace Kiosk.Tests.Faces;

/// <summary>A machine with the pinned packages only: no shared pictures, no operator's network.</summary>
[Collection(DeskCollection.Name)]
public sealed class FreshMachineTests(FaceDesk desk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [SkippableTheory]
    [InlineData("mobilefacenet-192", true)]
    [InlineData("dlib", false)]
    public async Task The_holder_is_accepted_and_somebody_else_refused(string recogniser, bool twoPhotographs)
    {
        desk.SkipWithout("blazeface", "facemesh", recogniser);
        string npm = Path.Combine(desk.Store.BuildFolder, "npm");
        Skip.IfNot(Directory.Exists(npm), "no packages: ./dev models build");
        using TemporaryModels fresh = new(desk.Store, manifest => manifest with
        {
            Models = [.. manifest.Models.Where(m => m.Role != "recogniser" || m.Id == recogniser)],
        });
        Directory.CreateSymbolicLink(Path.Combine(fresh.Store.BuildFolder, "npm"), npm);
        using SimulatedPeople people = new(fresh.Store, FacePictures.FromPackage);
        Skip.IfNot(people.Available, people.Reason);
        Assert.Equal(twoPhotographs, people.TwoPhotographs);
        Assert.True(await VerdictAsync(fresh.Store, people, Person.Holder) is { Same: true, Engine: var engine } && engine == recogniser);
        Assert.True(await VerdictAsync(fresh.Store, people, Person.Other) is { Same: false });
    }

    private static async Task<FaceVerdict?> VerdictAsync(ModelStore store, SimulatedPeople people, Person person)
    {
        SimulatedCamera camera = new(people, TimeProvider.System) { Person = person };
        await using FaceCheck check =
            new(camera, new(Challenge: Challenge.None), TimeProvider.System, store) { Guided = camera.ShowGuidance };
        using CardPhoto photo = FaceDesk.Photo(people.CardPhotoJp2.Span);
        using CancellationTokenSource stop = new(Patience);
#pragma warning disable CA2025 // The photo is there already.
        await foreach (FaceReport report in check.WatchAsync(Task.FromResult(photo), cannotTurn: false, Task.CompletedTask, stop.Token))
#pragma warning restore CA2025
        {
            if (report is FaceReport.Judged judged) return judged.Verdict;
        }

        return null;
    }
}
