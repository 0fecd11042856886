using System.CommandLine;
using System.Text.Json;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Lab.Faces;

namespace Kiosk.Lab.Commands;

/// <summary>`kiosk-lab bench pad-light`: error rates of the light's steps on drawn people and attacks.</summary>
internal static class PadLightCommand
{
    public static Command Make(Option<string?> json)
    {
        Option<string?> images = new("--images") { Description = "one folder of pictures for each person" };
        Option<int> people = new("--people") { Description = "number of people", DefaultValueFactory = _ => 60 };
        Option<string?> limits = new("--limits") { Description = "write the limits for face.light of kiosk.json to this file" };
        Option<bool> officeOnly = new("--office") { Description = "leave out the rooms with a window" };
        Option<int?> half = new("--half") { Description = "0 or 1: only every second person, to choose limits on others" };
        Option<string?> only = new("--only") { Description = "only this kind of presentation: live, print-flat, print-bent-35 ..." };
        Option<string?> readings = new("--readings") { Description = "write what was measured to this file, one JSON object a line" };
        Option<string?> from = new("--from") { Description = "judge a file of --readings instead of drawing" };
        Command command = new("pad-light", "APCER and BPCER of the light's steps, drawn; not a test to ISO/IEC 30107-3")
        {
            images, people, half, only, limits, officeOnly, readings, from, json,
        };
        command.SetAction(async (options, stop) =>
        {
            LightReport report;
            try
            {
                if (options.GetValue(from) is null && options.GetValue(images) is null)
                    throw new InvalidDataException("--images or --from is needed");
                await using TextWriter? lines = options.GetValue(readings) is { } path
                    ? TextWriter.Synchronized(new StreamWriter(path) { AutoFlush = true }) : null;
                report = await Task.Run(() => options.GetValue(from) is { } measured ? LightBench.Judge(measured, stop)
                    : new LightBench(new ModelStore()).Run(options.GetValue(images)!, options.GetValue(people),
                    options.GetValue(half), options.GetValue(officeOnly), options.GetValue(only), lines, new ErrorLines(), stop), stop);
            }
            catch (InvalidDataException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }

            foreach (LightRow row in report.Rows)
            {
                string rate = row.Species == "live" ? "BPCER" : "APCER";
                FaceBenchCommand.Line($"{rate} {row.Species}, {row.Room} ({row.Wrong} of {row.Presentations})", row.Share, row.Bounds);
                FaceBenchCommand.Line($"  abstained ({row.Abstained}); {string.Join(", ", row.Why.Select(w => $"{w.Value} {w.Key}"))}",
                    row.Undecided, row.UndecidedBounds);
            }
            FaceBenchCommand.Line("return of a face times the room's lux", report.ReturnLux);
            if (options.GetValue(limits) is { } limitsFile)
                await File.WriteAllTextAsync(limitsFile, JsonSerializer.Serialize(report.Limits, Contract.JsonFile.Options), stop);
            Console.WriteLine(report.Note);
            if (options.GetValue(json) is { } file) await File.WriteAllTextAsync(file, report.ToJson(), stop);
            return 0;
        });
        return command;
    }
}
