using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Simulators.Camera;
using OpenCvSharp;

namespace Kiosk.Lab.Faces;

/// <summary>One kind of presentation in one kind of room.</summary>
/// <param name="Species"><c>live</c>, or the attack.</param>
/// <param name="Wrong">Live: refused. Attack: said to be live.</param>
/// <param name="Abstained">The light said nothing: today's other checks decide.</param>
/// <param name="Share">Of the wrong ones among all presentations: BPCER, or APCER of what the light decided.</param>
/// <param name="Undecided">Share of the abstentions among all presentations.</param>
/// <param name="Why">How often each reason was given.</param>
public sealed record LightRow(
    string Species, string Room, int Presentations, int Wrong, int Abstained, double Share, Bounds Bounds, double Undecided,
    Bounds UndecidedBounds, IReadOnlyDictionary<LightReason, int> Why, IReadOnlyList<LightFinding> Findings);

/// <summary>Result of <c>kiosk-lab bench pad-light</c>.</summary>
/// <param name="ReturnLux">Median over the live people in the office: for <see cref="LightRule.ReturnLux"/>.</param>
public sealed record LightReport(int People, LightRule Rule, double ReturnLux, IReadOnlyList<LightRow> Rows, string Note)
{
    /// <summary>For <c>face.light</c>. The names of camera and panel are written by whoever measured them.</summary>
    [JsonIgnore]
    public LightLimits Limits => new("drawn", "drawn", Rule with { ReturnLux = Math.Round(ReturnLux) }, new());

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>
/// <c>kiosk-lab bench pad-light</c>: the light's steps on drawn people and attacks, in rooms with office light and by a window. Drawn by a
/// renderer, not filmed.
/// </summary>
public sealed class LightBench(ModelStore store)
{
    /// <summary>Time between two frames that the check takes, as on a board that is busy: two frames in each step.</summary>
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(300);

    /// <summary>From the request of a step until the camera sees it.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Rooms = ["office", "window"];

    private static readonly Dictionary<string, Func<Mat, FaceShape, LitRoom, Random, LitPresentation>> Kinds = new()
    {
        ["live"] = (view, shape, room, random) => LitPresentation.Live(view, shape, room, random),
        ["print-flat"] = (view, shape, room, random) => LitPresentation.Print(view, shape, 0, room, random),
        ["print-bent-35"] = (view, shape, room, random) => LitPresentation.Print(view, shape, 35 * Math.PI / 180, room, random),
        ["print-bent-70"] = (view, shape, room, random) => LitPresentation.Print(view, shape, 70 * Math.PI / 180, room, random),
        ["tablet-still"] = (view, shape, room, random) => LitPresentation.Tablet(view, shape, false, room, random),
        ["tablet-film-cued"] = (view, shape, room, random) => LitPresentation.Tablet(view, shape, true, room, random),
    };

    /// <param name="images">One folder of pictures for each person.</param>
    /// <param name="half">0 or 1: every second person, so that limits are chosen on other people than those of the figures.</param>
    /// <param name="officeOnly">Leaves out the rooms with a window.</param>
    /// <param name="only">One kind of presentation; null: all.</param>
    /// <param name="readings">Written: what was measured of each presentation, one JSON object a line; null: nothing.</param>
    /// <exception cref="InvalidDataException">The folder has no pictures of people.</exception>
    public LightReport Run(string images, int people, int? half, bool officeOnly, string? only, TextWriter? readings,
        IProgress<string> progress, CancellationToken stop)
    {
        LightRule rule = new();
        using FaceFinder finder = new(store);
        ConcurrentDictionary<(string, string), ConcurrentQueue<LightFinding>> found = [];
        using ThreadLocal<FaceFinder> finders = new(() => new FaceFinder(store), trackAllValues: true);
        int done = 0;
        Parallel.ForEach(
            Partitioner.Create(LitPeople.In(finder, images, half).Take(people).Select((p, i) => (p.View, p.Shape, Number: i)),
                EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount },
            person =>
            {
                using Mat view = person.View;
                foreach ((string room, string species, int seed) in Combinations(officeOnly).Where(c => only is null || c.Species == only))
                {
                    stop.ThrowIfCancellationRequested();
                    // A fixed seed for each: the same command gives the same figures.
                    Random random = new((1000 * ((2 * person.Number) + (half ?? 0))) + seed);
                    LitRoom lit = room == "office" ? LitRoom.Office(random) : LitRoom.Window(random);
                    using LitPresentation presentation = Kinds[species](view, person.Shape, lit, random);
                    LightFinding finding = Present(finders.Value!, presentation, rule, reading => readings?.WriteLine(
                        LightReadingLine.Of(person.Number, species, room, presentation.Lux, reading)));
                    found.GetOrAdd((species, room), _ => []).Enqueue(finding);
                }

                int now = Interlocked.Increment(ref done);
                if (now % 5 == 0) progress.Report($"{now} people");
            });
        foreach (FaceFinder one in finders.Values) one.Dispose();
        if (done == 0) throw new InvalidDataException($"{images}: no face in any picture");
        if (found.IsEmpty) throw new InvalidDataException($"--only: {string.Join(", ", Kinds.Keys)}");
        return Report(found, done, rule, officeOnly);
    }

    /// <summary>Judges what an earlier run measured, with the present rule.</summary>
    /// <param name="readings">File of <c>--readings</c>.</param>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static LightReport Judge(string readings, CancellationToken stop)
    {
        LightRule rule = new();
        ConcurrentDictionary<(string, string), ConcurrentQueue<LightFinding>> found = [];
        LightReadingLine[] lines = [.. File.ReadLines(readings).Select(LightReadingLine.Parse)];
        if (lines.Length == 0) throw new InvalidDataException($"{readings}: empty");
        int people = lines.Select(l => l.Person).Distinct().Count();
        Parallel.ForEach(lines, new ParallelOptions { CancellationToken = stop }, line => found
            .GetOrAdd((line.Species, line.Room), _ => []).Enqueue(LightJudge.Judge(line.Reading(), rule, line.Lux, new())));
        // A presentation whose steps were not completed wrote no line.
        foreach (ConcurrentQueue<LightFinding> findings in found.Values)
        {
            while (findings.Count < people) findings.Enqueue(LightFinding.NotShown);
        }

        return Report(found, people, rule, !lines.Any(l => l.Room == Rooms[1]));
    }

    private static LightReport Report(
        ConcurrentDictionary<(string, string), ConcurrentQueue<LightFinding>> found, int done, LightRule rule, bool officeOnly)
    {
        LightRow[] rows = [.. Combinations(officeOnly).Where(c => found.ContainsKey((c.Species, c.Room)))
            .Select(c => Row(c.Species, c.Room, [.. found[(c.Species, c.Room)]]))];
        double[] returns = [.. found.GetValueOrDefault(("live", "office"), [])
            .Select(f => f.Return * rule.ReturnLux).Where(double.IsFinite).Order()];
        return new(done, rule, returns.Length == 0 ? double.NaN : returns[returns.Length / 2], rows,
            "drawn by a renderer, not filmed, and not tested to ISO/IEC 30107-3; bounds 95 % (Wilson), people taken as independent");
    }

    private static IEnumerable<(string Room, string Species, int Seed)> Combinations(bool officeOnly) =>
        (officeOnly ? Rooms[..1] : Rooms).SelectMany((room, r) => Kinds.Keys.Select((species, s) => (room, species, (100 * r) + s)));

    private static LightRow Row(string species, string room, List<LightFinding> findings)
    {
        bool live = species == "live";
        int wrong = findings.Count(f => f.Answer == (live ? LightAnswer.Attack : LightAnswer.Live)), all = findings.Count;
        int abstained = findings.Count(f => f.Answer == LightAnswer.Abstains);
        return new(species, room, all, wrong, abstained, (double)wrong / all, PadBench.Wilson(wrong, all), (double)abstained / all,
            PadBench.Wilson(abstained, all), findings.CountBy(f => f.Why).ToDictionary(), findings);
    }

    /// <summary>Runs the steps as a visit does, with the time of the drawing.</summary>
    internal static LightFinding Present(FaceFinder finder, LitPresentation presentation, LightRule rule, Action<LightReading>? read)
    {
        SteppedTime time = new();
        ShownLight light = new(presentation.Lux);
        using LightWitness witness = new(rule, new(), time) { Read = read };
        using Mat frame = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
        FaceShape shape = new();
        witness.Begin(light);
        TimeSpan since = Frame;
        for (int i = 0; i < 60 && witness.Finding is null; i++)
        {
            presentation.Draw(light.Step, since.TotalSeconds, frame);
            LightStep before = light.Step;
            bool usable = CardReference.Finds(finder, frame, shape);
            witness.Look(frame, shape, usable);
            // Frames that the check does not use, because the step is not yet on the screen, need not be drawn.
            since = light.Step == before ? Frame : TimeSpan.FromMilliseconds(rule.SettleMs) + (Delay / 10);
            time.Advance(since);
        }

        witness.End();
        return witness.Finding!;
    }

    private sealed class ShownLight(double lux) : IFaceLight
    {
        public LightStep Step { get; private set; }

        public bool Allowed => true;

        public double? RoomLux => lux;

        public void Show(LightStep step) => Step = step;
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
