using System.CommandLine;
using Kiosk.Devices.FaceEngine.Models;

namespace Kiosk.App.Commands;

/// <summary>`kiosk models list|verify|add`: the face models, identified by the manifest's digests. `kiosk-lab models` also builds
/// them.</summary>
internal static class ModelsCommand
{
    public static Command Make()
    {
        Command list = new("list", "list every model, where it is, and what it may be used for");
        list.SetAction(_ =>
        {
            foreach (ModelState state in ModelCheck.List())
                Console.WriteLine(
                    $"{state.Model.Id,-18} {state.Model.Role,-12} {string.Join(',', state.Model.ApprovedFor),-24} "
                    + $"{state.Path ?? state.Trouble!.Message}");
        });
        Command verify = new("verify", "compare every digest; exit 1 when a model differs or a built-in one is missing");
        verify.SetAction(_ => ModelCheck.Verify() ? 0 : 1);
        return new Command("models", "the face models") { list, verify, Add() };
    }

    private static Command Add()
    {
        Argument<string> what = new("model")
        {
            Description = "id of a listed model (mobilefacenet, feature512), or a JSON file with one manifest entry",
        };
        Option<string?> from = new("--from") { Description = "take the files from this folder instead of fetching them" };
        Option<bool> yes = new("--yes") { Description = "confirms that licence and training-data risk are read and accepted" };
        Command add = new("add", "add an operator's model; downloads it only after an explicit yes") { what, from, yes };
        add.SetAction((options, stop) => AddAsync(options.GetValue(what)!, options.GetValue(from), options.GetValue(yes), stop));
        return add;
    }

    private static async Task<int> AddAsync(string what, string? from, bool yes, CancellationToken stop)
    {
        ModelStore store = new();
        if (what.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            ModelEntry added = ModelAdd.Entry(store, what, from ?? Path.GetDirectoryName(Path.GetFullPath(what))!);
            Console.WriteLine($"{ModelAdd.Terms(added)}\nlisted, in {store.BuildFolder}");
            return 0;
        }

        ModelEntry model = store.Manifest.Of(what);
        Console.WriteLine(ModelAdd.Terms(model));
        if (from is not null)
        {
            ModelAdd.FromFolder(store, model, from);
        }
        else
        {
            if (!yes && !Agreed())
            {
                await Console.Error.WriteLineAsync(
                    "nothing was downloaded; give --yes when licence and risk are accepted, or give a folder with --from");
                return 2;
            }

            try
            {
                await ModelAdd.FetchAsync(store, model, stop);
            }
            catch (HttpRequestException unreachable)
            {
                await Console.Error.WriteLineAsync(
                    $"{ModelAdd.Address(model)} could not be reached ({unreachable.Message}); "
                    + "copy the files by hand and give their folder with --from");
                return 1;
            }
        }

        Console.WriteLine($"{model.Id}: {store.Locate(model.Id)}");
        return 0;
    }

    private static bool Agreed()
    {
        if (Console.IsInputRedirected) return false;
        Console.Write("download and use it? yes/no: ");
        return Console.ReadLine()?.Trim() == "yes";
    }
}
