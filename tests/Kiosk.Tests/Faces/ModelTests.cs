using System.Security.Cryptography;
using System.Text.Json;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Lab.Models;

namespace Kiosk.Tests.Faces;

[Collection(DeskCollection.Name)]
public sealed class ModelTests(FaceDesk desk)
{
    /// <summary>
    /// For blazeface, facemesh and mobilefacenet-192 computed by TensorFlow.js (CPU) from the package's own weights and operators, not by
    /// us. For mobilefacenet and dlib by OnnxRuntime when they were accepted; <c>APPROVE=1</c> writes entries that are missing.
    /// </summary>
    private static readonly string Vectors =
        Path.Combine(Path.GetDirectoryName(new FaceDesk().Store.Home)!, "tests", "golden", "faces", "reference-vectors.json");

    [Fact]
    public void Every_listed_model_names_source_digest_licence_and_risk() =>
        Assert.All(desk.Store.Manifest.Models, m =>
        {
            Assert.All(m.Files.Concat(m.Source.Files), f => Assert.Matches("^[0-9a-f]{64}$", f.Sha256));
            Assert.All((string[])[m.Licence, m.LicenceRisk, m.TrainingData], t => Assert.NotEqual("", t));
            Assert.All(m.Thresholds, t =>
            {
                Assert.InRange(t.Fmr, 1e-7, 2e-3);
                Assert.InRange(t.Fmr, t.FmrBounds[0], t.FmrBounds[1]);
                Assert.InRange(t.Fnmr, t.FnmrBounds[0], t.FnmrBounds[1]);
                Assert.NotEqual("", t.DataSet);
            });
        });

    [Fact]
    public void A_model_that_was_altered_is_refused()
    {
        using TempModels home = new(listed: "blazeface", content: [1, 2, 3]);
        FailureException failure = Assert.Throws<FailureException>(() => home.Store.Locate("blazeface"));
        Assert.Equal(Failure.ModelNotListed, failure.Failure);
    }

    [Fact]
    public void A_model_that_is_not_there_is_named_with_its_remedy()
    {
        using TempModels home = new(listed: "blazeface", content: null);
        FailureException failure = Assert.Throws<FailureException>(() => home.Store.Locate("blazeface"));
        Assert.Equal(Failure.ModelMissing, failure.Failure);
        Assert.Contains("blazeface.onnx", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("models build", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_nobody_listed_is_refused() =>
        Assert.Equal(Failure.ModelNotListed, Assert.Throws<FailureException>(() => desk.Store.Locate("antispoof")).Failure);

    [Theory]
    [InlineData("mobilefacenet")]
    [InlineData("feature512")]
    [InlineData("mobilefacenet-192")]
    [InlineData("dlib")]
    public void No_recogniser_of_ours_may_be_used_without_staff(string engine) =>
        Assert.Equal(Failure.ModelNotListed,
            Assert.Throws<FailureException>(() => Matchers.Open(desk.Store, engine, "unattended")).Failure);

    [SkippableFact]
    public void A_built_in_network_is_used_before_dlib_and_after_an_operators()
    {
        desk.SkipWithout("mobilefacenet-192", "dlib");
        ModelEntry builtIn = desk.Store.Manifest.Of("mobilefacenet-192");
        ModelEntry[] others = [.. desk.Store.Manifest.Models.Where(m => m.Role != "recogniser" || m.Status == "builtin")];
        using TemporaryModels fresh = new(desk.Store, manifest => manifest with { Models = others });
        using (IFaceMatcher matcher = Matchers.Open(fresh.Store)) Assert.Equal("mobilefacenet-192", matcher.Facts.Id);
        // Also when the operator's network stands behind the built-in one in the list.
        ModelEntry theirs = builtIn with { Id = "theirs", Status = "operator" };
        using TemporaryModels added = new(desk.Store, manifest => manifest with { Models = [.. others, theirs] });
        using (IFaceMatcher matcher = Matchers.Open(added.Store)) Assert.Equal("theirs", matcher.Facts.Id);
    }

    [SkippableFact]
    public async Task A_TensorFlow_Lite_file_that_is_cut_off_or_something_else_is_refused()
    {
        byte[] file = [];
        ModelEntry model = desk.Store.Manifest.Of("mobilefacenet-192");
        try
        {
            file = (await ModelAdd.FromPackageAsync(desk.Store, model, CancellationToken.None))[model.Source.Files[0].Name];
        }
        catch (HttpRequestException e)
        {
            Skip.If(true, $"no registry: {e.Message}");
        }

        Assert.All((int[])[0, 7, 8, 100, file.Length / 2, file.Length - 2000], length =>
            Assert.Throws<InvalidDataException>(() => TfliteConverter.Convert(file[..length], "cut")));
        // Bytes of the tables are changed; weights may be anything.
        Random random = new(1);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = [.. file];
            for (int n = 0; n < 20; n++) damaged[random.Next(8, 200)] = (byte)random.Next(256);
            Exception? thrown = Record.Exception(() => TfliteConverter.Convert(damaged, "damaged"));
            Assert.True(thrown is null or InvalidDataException, $"{thrown}");
        }
    }

    [SkippableTheory]
    [InlineData("blazeface")]
    [InlineData("facemesh")]
    [InlineData("mobilefacenet-192")]
    [InlineData("dlib")]
    public async Task Converting_twice_gives_the_listed_bytes_twice(string id)
    {
        ModelEntry model = desk.Store.Manifest.Of(id);
        Dictionary<string, byte[]> source = [];
        try
        {
            source = await ModelAdd.FromPackageAsync(desk.Store, model, CancellationToken.None);
        }
        catch (HttpRequestException e)
        {
            Skip.If(true, $"no registry: {e.Message}");
        }

        byte[] first = ModelBuild.Convert(model, source);
        Assert.Equal(first, ModelBuild.Convert(model, source));
        Assert.Equal(model.Files[0].Sha256, Convert.ToHexStringLower(SHA256.HashData(first)));
    }

    [SkippableTheory]
    [InlineData("blazeface", "input", 256, 256, 3, "out.Identity:512,1", "out.Identity_1:384,1", "out.Identity_2:512,16",
        "out.Identity_3:384,16")]
    [InlineData("facemesh", "input_1", 192, 192, 3, "out.Identity_1:1", "out.Identity_2:1404")]
    [InlineData("mobilefacenet", "input0", 3, 112, 112, "output0:128")]
    [InlineData("mobilefacenet-192", "input", 3, 112, 112, "embeddings:192")]
    [InlineData("dlib", "input", 3, 150, 150, "embedding:128")]
    public void The_network_computes_what_it_computed_when_it_was_accepted(string id, string input, int a, int b, int c,
        params string[] outputs)
    {
        desk.SkipWithout(id);
        using Network network = new(desk.Store.Locate(id), input, [1, a, b, c], [.. outputs.Select(Parse)]);
        uint state = 12345;
        for (int i = 0; i < network.Input.Length; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            network.Input[i] = (state >> 8) / 16777216f;
        }

        network.Run();
        Dictionary<string, float[]> known = File.Exists(Vectors)
            ? JsonSerializer.Deserialize<Dictionary<string, float[]>>(File.ReadAllText(Vectors))! : [];
        for (int i = 0; i < outputs.Length; i++)
        {
            string name = $"{id}/{outputs[i].Split(':')[0]}";
            float[] values = network.Output(i).ToArray();
            int step = Math.Max(1, values.Length / 16);
            float[] sample = [.. values.Where((_, at) => at % step == 0).Take(16)];
            if (Environment.GetEnvironmentVariable("APPROVE") == "1") known.TryAdd(name, sample);
            float largest = known[name].Max(Math.Abs);
            Assert.All(sample.Zip(known[name]), p =>
                Assert.InRange(p.First - p.Second, -1e-4f * Math.Max(1, largest), 1e-4f * Math.Max(1, largest)));
        }

        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(Vectors, JsonSerializer.Serialize(known) + "\n");
    }

    private static (string Name, long[] Shape) Parse(string output)
    {
        string[] parts = output.Split(':');
        return (parts[0], [1, .. parts[1].Split(',').Select(long.Parse)]);
    }

    /// <summary>A models folder with one listed file of any content.</summary>
    private sealed class TempModels : IDisposable
    {
        private readonly string _home = Directory.CreateTempSubdirectory("models").FullName;

        public TempModels(string listed, byte[]? content)
        {
            ModelStore real = new();
            File.Copy(Path.Combine(real.Home, "manifest.json"), Path.Combine(_home, "manifest.json"));
            Store = new(_home);
            Directory.CreateDirectory(Store.BuildFolder);
            if (content is not null) File.WriteAllBytes(Path.Combine(Store.BuildFolder, real.Manifest.Of(listed).Files[0].Name), content);
        }

        public ModelStore Store { get; }

        public void Dispose() => Directory.Delete(_home, recursive: true);
    }
}
