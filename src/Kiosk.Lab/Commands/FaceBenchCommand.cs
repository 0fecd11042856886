using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Lab.Benches;
using Kiosk.Lab.Faces;
using Kiosk.Simulators.Camera;

namespace Kiosk.Lab.Commands;

/// <summary>
/// `kiosk-lab bench face|cardface|pad|pad-recordings`: error rates of the recogniser, of reading the card's print, and of the
/// liveness check.
/// </summary>
internal static class FaceBenchCommand
{
    private static readonly JsonSerializerOptions _snake = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static Command Make(Option<string?> json)
    {
        Option<string> images = new("--images")
        {
            Description = "one folder of pictures for each person; the first by name becomes the card photo",
            Required = true,
        };
        Option<string?> group = new("--east-asian")
        {
            Description = "text file with the folders of the group that is also measured separately, one per line",
        };
        Option<string?> engine = new("--engine") { Description = "model id; default: the best installed one" };
        Option<string?> html = new("--html") { Description = "write the report with its plots to this file" };
        Option<bool> conditions = new("--conditions")
        {
            Description = "also test masks, glasses, darkness, blur, tilt, distance and light (takes some minutes more)",
        };
        Option<string?> cohort = new("--cohort")
        {
            Description = "normalise scores with this file (made by `kiosk-lab models cohort` from other people); "
                + "the threshold found here is then used",
        };
        Option<string[]> independent = new("--independent")
        {
            Description = "one or more folders of other people, in the same form: the threshold found on each set is judged on each other",
            AllowMultipleArgumentsPerToken = true,
        };
        Command command = new("face", "false matches and false non-matches of the card photo against live pictures, time and memory")
        {
            images, group, engine, json, html, conditions, cohort, independent,
        };
        command.SetAction(async (options, stop) =>
        {
            FaceBenchReport report;
            try
            {
                FaceBenchOptions wanted = new(options.GetValue(images)!, Names(options.GetValue(group)), options.GetValue(engine),
                    options.GetValue(conditions), options.GetValue(cohort), options.GetValue(independent));
                report = await Task.Run(() => new FaceBench(new ModelStore(), CardPicture.Make).Run(wanted, new ErrorLines(), stop), stop);
            }
            catch (InvalidDataException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }

            PrintReport(report);
            if (options.GetValue(json) is { } jsonFile) await File.WriteAllTextAsync(jsonFile, report.ToJson(), stop);
            if (options.GetValue(html) is { } htmlFile)
                await File.WriteAllTextAsync(htmlFile, await FaceBenchPage.RenderAsync(report), stop);
            return 0;
        });
        return command;
    }

    public static Command CardFace(Option<string?> json)
    {
        Option<int> cards = new("--cards") { Description = "cards for each disturbance", DefaultValueFactory = _ => 40 };
        Command command = new("cardface", "read 照合番号B from drawn cards with disturbances: right, wrong, refused") { cards, json };
        command.SetAction(async (options, stop) =>
        {
            CardFaceReport report;
            try
            {
                report = await Task.Run(() => CardFaceBench.Run(options.GetValue(cards), new ErrorLines(), stop), stop);
            }
            catch (InvalidDataException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }

            Line("cards", report.Cards);
            Line("right", report.Right);
            Line("wrong", report.Wrong);
            Line("refused", report.Refused);
            Line("refused, mild disturbances", report.RefusedMild);
            Line("numbers read without a card", report.FalseReads);
            Line("ms a frame (median)", report.MsPerFrame);
            if (options.GetValue(json) is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, _snake), stop);
            return report.Wrong + report.FalseReads == 0 ? 0 : 1;
        });
        return command;
    }

    public static Command Pad(Option<string?> json)
    {
        Option<string> bonaFide = new("--bonafide")
        {
            Description = "presentations of live people: videos, or folders of frames, in which the head is turned",
            Required = true,
        };
        Option<string> attacks = new("--attacks")
        {
            Description = "one folder for each attack species, with presentations in the same form",
            Required = true,
        };
        Command command = new("pad", "APCER and BPCER of the head turn's planarity test, by species; not a test to ISO/IEC 30107-3")
        {
            bonaFide, attacks, json,
        };
        command.SetAction(async (options, stop) =>
        {
            PadReport report;
            try
            {
                report = await Task.Run(() => new PadBench(new ModelStore())
                    .Run(options.GetValue(bonaFide)!, options.GetValue(attacks)!, new ErrorLines(), stop), stop);
            }
            catch (InvalidDataException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }

            Line($"BPCER ({report.Refused} of {report.BonaFide})", report.Bpcer, report.BpcerBounds);
            foreach (PadSpecies species in report.Species)
                Line($"APCER {species.Species} ({species.Accepted} of {species.Presentations})", species.Apcer, species.Bounds);
            Console.WriteLine(report.Note);
            if (options.GetValue(json) is { } file) await File.WriteAllTextAsync(file, report.ToJson(), stop);
            return 0;
        });
        return command;
    }

    public static Command MakePadRecordings()
    {
        Option<string> images = new("--images") { Description = "one folder of pictures for each person", Required = true };
        Option<string> to = new("--out")
        {
            Description = "folder to write bonafide and attacks to; it holds pictures of people: delete it afterwards",
            Required = true,
        };
        Option<int> people = new("--people") { Description = "number of people", DefaultValueFactory = _ => 40 };
        Command command = new("pad-recordings", "draw presentations for `bench pad`: live heads that turn, prints flat and bent, screens")
        {
            images, to, people,
        };
        command.SetAction(async (options, stop) =>
        {
            try
            {
                int done = await Task.Run(
                    () => PadRecordings.Write(new ModelStore(), options.GetValue(images)!, options.GetValue(to)!, options.GetValue(people),
                    new ErrorLines(), stop), stop);
                string folder = options.GetValue(to)!;
                Console.WriteLine($"{done} people; now ./dev bench pad --bonafide {folder}/bonafide --attacks {folder}/attacks");
                return 0;
            }
            catch (InvalidDataException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }
        });
        return command;
    }

    private static HashSet<string>? Names(string? file)
    {
        if (file is null) return null;
        if (!File.Exists(file)) throw new InvalidDataException($"{file}: no such file; one folder name per line is expected");
        return [.. File.ReadAllLines(file).Select(l => l.Trim()).Where(l => l.Length > 0)];
    }

    private static void PrintReport(FaceBenchReport report)
    {
        ShippedRates at = report.Shipped;
        Line("engine", report.Engine);
        Line("threshold", report.Threshold);
        Line("people, pictures", $"{report.People}, {report.Pictures}");
        Line("pairs genuine, impostor", $"{report.Pairs.Genuine}, {report.Pairs.Impostor}");
        Line("failure to acquire", report.FailureToAcquire);
        Line("shipped: FMR", at.Fmr, at.FmrBounds);
        if (at.FmrGroup is { } fmr) Line("shipped: FMR inside the group", fmr, at.FmrGroupBounds);
        Line("shipped: FNMR, single", at.Fnmr, at.FnmrBounds);
        if (at.FnmrAveraged is { } averaged) Line("shipped: FNMR, mean of three", averaged, at.FnmrAveragedBounds);
        if (at.FmrGroupAveraged is { } means)
            Line($"shipped: FMR inside the group, mean of three at {report.ThresholdAveraged}", means, at.FmrGroupAveragedBounds);
        foreach ((string kind, SplitRates? halves, ConfusablePair? pair) in ((string, SplitRates?, ConfusablePair?)[])
            [("single", report.Split, report.Confusable), ("mean of three", report.SplitAveraged, report.ConfusableAveraged)])
        {
            if (halves is { } split)
                Line($"threshold of one half, rates of the other, {kind}",
                    string.Create(CultureInfo.InvariantCulture, $"{split.Threshold:F3}: group FMR "
                    + $"{split.FmrGroup:G3}, FNMR {split.Fnmr:P1}; shipped within 1e-3 in {split.ShippedWithin:P0}"));
            if (pair is not { } two) continue;
            Line($"false matches of the most confusable pair, {kind}", $"{two.FalseMatches} of {two.AllFalseMatches}");
            Line("  FMR without that pair", two.Fmr, two.FmrBounds);
            if (two is { At1e3: { } distance, FnmrAt1e3: { } refused })
                Line($"  FNMR at FMR 1e-3 without that pair ({distance.ToString("0.000", CultureInfo.InvariantCulture)})", refused);
        }

        foreach (FrameCount frames in report.Frames)
        {
            if (frames is not { Distance: { } distance, Fnmr: { } refused }) continue;
            Line($"means of {frames.Frames}: FNMR at FMR 1e-3 ({distance.ToString("0.000", CultureInfo.InvariantCulture)}), "
                + $"{frames.Genuine} genuine", refused, frames.FnmrBounds);
            Line($"means of {frames.Frames}: FMR at {frames.Shipped}, {frames.Impostor} impostor", frames.FmrShipped,
                frames.FmrShippedBounds);
        }

        foreach (IndependentRates other in report.Independent)
        {
            string name = $"{other.FoundOn} judged on {other.JudgedOn}, {(other.Averaged == 1 ? "single" : $"means of {other.Averaged}")}";
            if (other.Threshold is not { } distance)
            {
                Line(name, $"{other.FoundOn} has too few pairs for FMR 1e-3");
                continue;
            }

            Line($"{name} ({distance.ToString("0.000", CultureInfo.InvariantCulture)}): FMR", other.Fmr!.Value, other.FmrBounds);
            if (other.Fnmr is { } refused) Line($"{name}: FNMR", refused, other.FnmrBounds);
        }

        foreach (RatePoint point in report.Points)
            Line($"FNMR at FMR {point.Rate} ({point.Distance.ToString("0.000", CultureInfo.InvariantCulture)})", point.Fnmr, point.Bounds);
        foreach (RatePoint point in report.PointsGroup)
            Line($"group: FNMR at FMR {point.Rate} ({point.Distance.ToString("0.000", CultureInfo.InvariantCulture)})", point.Fnmr,
            point.Bounds);
        foreach ((string stage, double ms) in report.Ms)
            Line($"ms {stage} (median, p95)",
            $"{ms.ToString("0.0", CultureInfo.InvariantCulture)}, {report.MsP95[stage].ToString("0.0", CultureInfo.InvariantCulture)}");
        Line("MiB resident", report.MemoryMib["whole"]);
    }

    internal static void Line(string name, object value, Bounds? bounds = null)
    {
        string range = bounds is null ? "" : string.Create(CultureInfo.InvariantCulture, $"   [{bounds.Low:G3} .. {bounds.High:G3}]");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-40} {value:G4}{range}"));
    }
}
