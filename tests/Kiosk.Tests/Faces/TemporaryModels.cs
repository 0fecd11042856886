using System.Text.Json;
using Kiosk.Devices.FaceEngine.Models;

namespace Kiosk.Tests.Faces;

/// <summary>A folder of models with a changed list; the files are links to those that are here.</summary>
internal sealed class TemporaryModels : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("models").FullName;

    /// <param name="extra">Files beside, by name.</param>
    public TemporaryModels(ModelStore store, Func<ModelManifest, ModelManifest> change, params (string Name, byte[] Bytes)[] extra)
    {
        File.WriteAllText(Path.Combine(_home, "manifest.json"),
            JsonSerializer.Serialize(change(store.Manifest), JsonSerializerOptions.Web));
        string build = Path.Combine(_home, "build");
        Directory.CreateDirectory(build);
        foreach (ModelEntry model in store.Manifest.Models.Where(m => store.Has(m.Id)))
        {
            string folder = Path.GetDirectoryName(store.Locate(model.Id))!;
            foreach (ModelFile file in model.Files)
                File.CreateSymbolicLink(Path.Combine(build, file.Name), Path.Combine(folder, file.Name));
        }

        foreach ((string name, byte[] bytes) in extra) File.WriteAllBytes(Path.Combine(build, name), bytes);
        Store = new(_home);
    }

    public ModelStore Store { get; }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
