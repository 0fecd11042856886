using System.CommandLine;
using Kiosk.App.Commands;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Lab.Models;

namespace Kiosk.Lab.Commands;

/// <summary>`kiosk-lab models build|convert|cohort`, beside the product's own list, verify and add.</summary>
internal static class ModelBuildCommands
{
    public static Command Make()
    {
        Command models = ModelsCommand.Make();
        models.Add(Build());
        models.Add(Convert());
        models.Add(MakeCohort());
        return models;
    }

    private static Command Build()
    {
        Command build = new("build", "fetch the pinned packages, convert, keep only what has the listed digests");
        build.SetAction(async (_, stop) =>
        {
            try
            {
                string folder = await ModelBuild.RunAsync(new ErrorLines(), stop: stop);
                Console.WriteLine($"models: {folder}");
                return 0;
            }
            catch (HttpRequestException unreachable)
            {
                await Console.Error.WriteLineAsync($"the npm registry could not be reached ({unreachable.Message}); the kiosk serves by PIN until `./dev models build` succeeds");
                return 1;
            }
        });
        return build;
    }

    private static Command Convert()
    {
        Argument<string> file = new("file") { Description = "a dlib .dat file" };
        Command convert = new("convert", "a dlib network to ONNX; list it with a threshold of its own afterwards") { file };
        convert.SetAction(options => Convert(new ModelStore(), options.GetValue(file)!));
        return convert;
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
                int count = await Task.Run(() => CohortMaker.Make(new ModelStore(), options.GetValue(engine), options.GetValue(images)!, options.GetValue(to)!, new ErrorLines(), stop), stop);
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
}
