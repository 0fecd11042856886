using System.CommandLine;
using System.Text.Json;
using Kiosk.App.Commands;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Lab.Benches;
using Kiosk.Simulators.CardReader;
using Command = System.CommandLine.Command;

namespace Kiosk.Lab.Commands;

/// <summary>`kiosk-lab compat` plays known readers against the card layer; `compat record` makes a known one of a tester's.</summary>
internal static class CompatCommand
{
    private static readonly JsonSerializerOptions _written = new(JsonFile.Options)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Make()
    {
        Option<string[]> files = new("--file")
        {
            Description = "a file of traits besides those of hardware/contactless-reader/known; may be repeated",
        };
        Option<string?> json = new Option<string?>("--json") { Description = "write the results to this file as JSON" }.NamesFileToWrite();
        Command command = new("compat", "play known card readers against the card layer; exit code 1 if one does not work")
        {
            files, json, Record(),
        };
        command.SetAction((options, stop) => RunAsync(options.GetValue(files) ?? [], options.GetValue(json), stop));
        return command;
    }

    private static Command Record()
    {
        Option<string> reader = new("--reader")
        {
            Description = "a part of the reader's name, or a pattern with *; default: the one that the kiosk would use",
            DefaultValueFactory = _ => "",
        };
        Argument<string> file = new("file") { Description = "the file to write, ending with .json" };
        Command record = new("record", "record how the reader of this machine behaves; lay a My Number Card down when asked. Reads no "
            + "data of the holder and uses no PIN try") { file, reader };
        record.SetAction(async (options, stop) =>
        {
            try
            {
                KnownReader traits = new TraitRecorder(new NativePcsc(), OperatingSystem.IsWindows(), TimeProvider.System).Record(
                    ReaderPattern.ForName(options.GetValue(reader)!), () => Console.WriteLine("lay a My Number Card on the reader"),
                    TimeSpan.FromMinutes(1), stop);
                await File.WriteAllTextAsync(options.GetValue(file)!, JsonSerializer.Serialize(traits, _written) + "\n", stop);
                Console.WriteLine($"{options.GetValue(file)}: check it, then: ./dev compat --file {options.GetValue(file)}");
                return 0;
            }
            catch (FailureException failure)
            {
                return App.Commands.ProgramErrors.Print(failure);
            }
        });
        return record;
    }

    private static async Task<int> RunAsync(string[] files, string? json, CancellationToken stop)
    {
        List<(string, KnownReader)> readers = [.. KnownReader.All.Select(r => (r.Key, r.Value))];
        try
        {
            readers.AddRange(files.Select(file => (Path.GetFileName(file), KnownReader.Load(file))));
        }
        catch (JsonFileException wrong)
        {
            await Console.Error.WriteLineAsync($"compat: {wrong.Message}");
            return CommandFault.Usage;
        }

        DateOnly today = JapanTime.DateOf(TimeProvider.System.GetUtcNow());
        using SimulatedHierarchy hierarchy = new(null);
        List<CompatResult> results = [];
        foreach ((string name, KnownReader known) in readers)
        {
            foreach (bool isWindows in (bool[])[true, false])
            {
                // A new box: a card keeps its tries.
                CardBox box = new(hierarchy, new CardMaterial(SimulatedPicture.NoPhoto, SimulatedPicture.Png, today));
                CompatResult result = await new CompatBench(hierarchy, box, today).RunAsync(name, known, isWindows, stop);
                results.Add(result);
                Console.WriteLine($"{(result.Wrong.Count == 0 ? "ok    " : "wrong ")} {result.System,-8} {known.Reader,-48} "
                    + $"{result.ReadMs,7:0} ms, answers to {result.LargestAnswer} bytes, {result.NotCarried} not carried");
                foreach (string wrong in result.Wrong) Console.WriteLine($"       {wrong}");
            }
        }

        if (json is not null) await File.WriteAllTextAsync(json, JsonSerializer.Serialize(results, _written), stop);
        int failed = results.Count(r => r.Wrong.Count > 0);
        Console.WriteLine($"{results.Count - failed} of {results.Count} work");
        return failed == 0 ? 0 : 1;
    }
}
