using System.CommandLine;
using Kiosk.App.Commands;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Lab.Models;

namespace Kiosk.Lab.Commands;

/// <summary>`kiosk-lab models build|convert|cohort`, in addition to the product's own list, verify and add.</summary>
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
        Command build = new("build", "fetch the pinned packages, convert them, keep only files with the listed digests");
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
                await Console.Error.WriteLineAsync($"the npm registry could not be reached ({unreachable.Message}); "
                    + "the kiosk offers the PIN only until `./dev models build` succeeds");
                return 1;
            }
        });
        return build;
    }

    private static Command Convert()
    {
        Argument<string> file = new("file") { Description = "a dlib .dat file" };
        Command convert = new("convert", "convert a dlib network to ONNX; add it to the list with its own threshold afterwards") { file };
        convert.SetAction(options => Convert(new ModelStore(), options.GetValue(file)!));
        return convert;
    }

    private static Command MakeCohort()
    {
        Option<string> images = new("--images")
        {
            Description = "one folder of pictures for each person, all of whom consented to this use; one face of each person is used",
            Required = true,
        };
        Option<string> to = new("--out") { Description = "the file to write; it holds templates only", Required = true };
        Option<string?> engine = new("--engine") { Description = "model id; default: the best installed one" };
        Command make = new("cohort", "make templates to normalise scores with (face.cohort); personal data: protect it like patient data")
        {
            images, to, engine,
        };
        make.SetAction(async (options, stop) =>
        {
            try
            {
                int count = await Task.Run(
                    () => CohortMaker.Make(new ModelStore(), options.GetValue(engine), options.GetValue(images)!, options.GetValue(to)!,
                    new ErrorLines(), stop), stop);
                Console.WriteLine($"{options.GetValue(to)}: {count} templates; "
                    + "now find the threshold with ./dev bench face --cohort, with other people");
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

    /// <summary>Converts a dlib file to ONNX. The operator then adds it to the list with its own threshold.</summary>
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
            Console.WriteLine($"{path}\nsha256 {sha256}");
            Console.WriteLine("add it to the list as another dlib entry (metric l2-raw, align dlib33-pad0.25) "
                + "and find its threshold with ./dev bench face --engine ID");
            return 0;
        }
        catch (InvalidDataException wrong)
        {
            Console.Error.WriteLine($"{file}: {wrong.Message}");
            return 2;
        }
    }
}
