using System.CommandLine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Recognition;

namespace Kiosk.App.Commands;

/// <summary>`kiosk models build|list|verify|add`: the face models, by the manifest's digests.</summary>
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
                Console.WriteLine($"{state.Model.Id,-16} {state.Model.Role,-12} {string.Join(',', state.Model.ApprovedFor),-24} {state.Path ?? state.Trouble!.Message}");
        });
        Command verify = new("verify", "compare every digest; exit 1 when a model differs or a built-in one is missing");
        verify.SetAction(_ => ModelBuild.Verify() ? 0 : 1);
        return new Command("models", "the face models") { build, list, verify, Add(), MakeCohort() };
    }

    private static Command Add()
    {
        Argument<string> what = new("model") { Description = "id of a listed model (mobilefacenet), a JSON file with one manifest entry, or a dlib .dat file" };
        Option<string?> from = new("--from") { Description = "take the files from this folder instead of fetching them" };
        Option<bool> yes = new("--yes") { Description = "licence and training-data risk are read and accepted" };
        Command add = new("add", "bring an operator's model here; fetches only after an explicit yes") { what, from, yes };
        add.SetAction((options, stop) => AddAsync(options.GetValue(what)!, options.GetValue(from), options.GetValue(yes), stop));
        return add;
    }

    private static Command MakeCohort()
    {
        Option<string> images = new("--images") { Description = "one folder of pictures for each person, all of whom consented to this use; one face of each is taken", Required = true };
        Option<string> to = new("--out") { Description = "the file to write: templates only", Required = true };
        Option<string?> engine = new("--engine") { Description = "model id; the best one present by default" };
        Command make = new("cohort", "templates to normalise scores against (face.cohort); personal data: keep it like the patients'") { images, to, engine };
        make.SetAction(async (options, stop) =>
        {
            try
            {
                int count = await Task.Run(() => Cohort.Make(new ModelStore(), options.GetValue(engine), options.GetValue(images)!, options.GetValue(to)!, new Lines(), stop), stop);
                Console.WriteLine($"{options.GetValue(to)}: {count} templates; now find its threshold with ./dev bench face --cohort, on other people");
                return 0;
            }
            catch (InvalidDataException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }
        });
        return make;
    }

    private static async Task<int> AddAsync(string what, string? from, bool yes, CancellationToken stop)
    {
        ModelStore store = new();
        if (what.EndsWith(".dat", StringComparison.OrdinalIgnoreCase)) return Convert(store, what);
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
                await Console.Error.WriteLineAsync("nothing was fetched; say --yes when licence and risk are accepted, or give a folder with --from");
                return 2;
            }

            try
            {
                await ModelAdd.FetchAsync(store, model, stop);
            }
            catch (HttpRequestException unreachable)
            {
                await Console.Error.WriteLineAsync($"{model.Source.Repository} could not be reached ({unreachable.Message}); copy the files by hand and give their folder with --from");
                return 1;
            }
        }

        Console.WriteLine($"{model.Id}: {store.Locate(model.Id)}");
        return 0;
    }

    private static bool Agreed()
    {
        if (Console.IsInputRedirected) return false;
        Console.Write("fetch it and use it? yes/no: ");
        return Console.ReadLine()?.Trim() == "yes";
    }

    /// <summary>A dlib file becomes ONNX; listing it with a threshold of its own is the operator's next step.</summary>
    private static int Convert(ModelStore store, string file)
    {
        if (!File.Exists(file))
        {
            Console.Error.WriteLine($"{file}: no such file");
            return 2;
        }

        try
        {
            (string path, string sha256) = ModelBuild.FromDat(store, file);
            Console.WriteLine($"{path}\nsha256 {sha256}\nlist it as another dlib entry (metric l2-raw, align dlib33-pad0.25) and find its threshold with ./dev bench face --engine ID");
            return 0;
        }
        catch (InvalidDataException wrong)
        {
            Console.Error.WriteLine($"{file}: {wrong.Message}");
            return 2;
        }
    }

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
