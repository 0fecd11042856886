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
        Option<string> images = new("--images") { Description = "one folder of pictures for each person", Required = true };
        Option<int> people = new("--people") { Description = "number of people", DefaultValueFactory = _ => 60 };
        Option<string?> limits = new("--limits") { Description = "write the limits for face.light of kiosk.json to this file" };
        Option<bool> officeOnly = new("--office") { Description = "leave out the rooms with a window" };
        Option<int?> half = new("--half") { Description = "0 or 1: only every second person, to choose limits on others" };
        Option<string?> readings = new("--readings") { Description = "write what was measured to this file, one JSON object a line" };
        Command command = new("pad-light", "APCER and BPCER of the light's steps, drawn; not a test to ISO/IEC 30107-3")
        {
            images, people, half, limits, officeOnly, readings, json,
        };
        command.SetAction(async (options, stop) =>
        {
            LightReport report;
            try
            {
                await using TextWriter? lines = options.GetValue(readings) is { } path
                    ? TextWriter.Synchronized(new StreamWriter(path) { AutoFlush = true }) : null;
                report = await Task.Run(() => new LightBench(new ModelStore()).Run(options.GetValue(images)!, options.GetValue(people),
                    options.GetValue(half), options.GetValue(officeOnly), lines, new ErrorLines(), stop), stop);
            }
            catch (InvalidDataException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }

            foreach (LightRow row in report.Rows)
            {
                string rate = row.Species == "live" ? "BPCER" : "APCER";
                FaceBenchCommand.Line($"{rate} {row.Species}, {row.Room} ({row.Wrong} of {row.Presentations}, {row.Abstained} abstained)",
                    row.Share, row.Bounds);
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
