using System.Security.Cryptography;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Lab.Models;
using Kiosk.Simulators.Camera;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

/// <summary>
/// With a network made here: two classes from the mean of the red channel, light is live. It tells nothing of faces; it proves the slot.
/// </summary>
[Collection(DeskCollection.Name)]
public sealed class PassiveNetTests(FaceDesk desk)
{
    [SkippableFact]
    public void Without_an_entry_there_is_no_network() => Assert.Null(PassiveNet.Open(desk.Store, "staffed"));

    [SkippableFact]
    public void A_network_is_fed_as_its_entry_says()
    {
        using TemporaryModels models = With(Net(), 0.5);
        using PassiveNet net = PassiveNet.Open(models.Store, "staffed")!;
        Assert.True(Score(net, 0.9) > 0.5, "a light picture");
        Assert.True(Score(net, 0.3) < 0.5, "a dark picture");
        Assert.Null(PassiveNet.Open(models.Store, "dev"));
    }

    [SkippableFact]
    public async Task Its_no_makes_a_match_not_live()
    {
        desk.SkipWithout("mobilefacenet");
        using TemporaryModels models = With(Net(), least: 1.1);
        SimulatedCamera camera = new(desk.People, TimeProvider.System);
        await using FaceCheck check = new(camera, new(Challenge: Challenge.None), TimeProvider.System, models.Store);
        await foreach (FaceReport report in check.WatchAsync(desk.Card, cannotTurn: false, Task.CompletedTask, CancellationToken.None))
        {
            if (report is not FaceReport.Judged judged) continue;
            Assert.True(judged.Verdict is { Same: true, Live: false }, $"{judged.Verdict}");
            break;
        }
    }

    [SkippableFact]
    public void An_entry_that_describes_no_such_network_is_refused()
    {
        using TemporaryModels models = With(Net(), 0.5, m => m with { Input = m.Input with { Align = "whole" } });
        Assert.Equal(Failure.ModelNotListed, Assert.Throws<FailureException>(() => PassiveNet.Open(models.Store, "staffed")).Failure);
        using TemporaryModels noLive = With(Net(), 0.5, m => m with { Output = m.Output! with { Live = null } });
        Assert.Equal(Failure.ModelNotListed, Assert.Throws<FailureException>(() => PassiveNet.Open(noLive.Store, "staffed")).Failure);
    }

    private static byte[] Net()
    {
        OnnxGraph graph = new("light");
        graph.Input("picture", 1, 3, 16, 16);
        graph.Output("classes", 1, 2);
        string mean = graph.Add("ReduceMean", ["picture"], [("axes", new[] { 2, 3 }), ("keepdims", 0)]);
        string shares = graph.Add("MatMul", mean, graph.Constant("w", [-4, 4, 0, 0, 0, 0], 3, 2));
        graph.Add("Identity", [shares], [], "classes");
        return graph.Build("test");
    }

    private TemporaryModels With(byte[] net, double least, Func<ModelEntry, ModelEntry>? change = null)
    {
        desk.SkipWithout("blazeface", "facemesh");
        ModelEntry like = desk.Store.Manifest.Of("dlib");
        ModelEntry entry = like with
        {
            Id = "light",
            Role = "pad",
            Status = "operator",
            Converter = "",
            Files = [new("light.onnx", Convert.ToHexStringLower(SHA256.HashData(net)))],
            Input = new("picture", [1, 3, 16, 16], "NCHW", "RGB", "-1..1", "box-2.7", [128, 128, 128], [128, 128, 128]),
            Output = new("classes", 2, Live: 1),
            Metric = "",
            ApprovedFor = ["staffed"],
            Thresholds = [like.Thresholds[0] with { Profile = "staffed", Value = least }],
        };
        return new(desk.Store, m => m with { Models = [.. m.Models, change?.Invoke(entry) ?? entry] }, ("light.onnx", net));
    }

    private double Score(PassiveNet net, double light)
    {
        using Mat picture = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
        desk.People[Person.Holder].Draw(1, new(), picture);
        using FaceFinder finder = new(desk.Store);
        FaceShape shape = new();
        Assert.Null(finder.Find(picture, shape));
        picture.SetTo(Scalar.All(255 * light));
        return net.Score(picture, shape);
    }
}
