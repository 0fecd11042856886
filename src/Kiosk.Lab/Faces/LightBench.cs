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
/// <param name="Wrong">Live: refused. Attack: not refused, also where the light abstained.</param>
/// <param name="Abstained">The light said nothing: today's other checks decide.</param>
/// <param name="Share">Of the wrong ones: BPCER or APCER of the light alone.</param>
public sealed record LightRow(
    string Species, string Room, int Presentations, int Wrong, int Abstained, double Share, Bounds Bounds,
    IReadOnlyList<LightFinding> Findings);

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
    /// <summary>Time between two frames that the check takes, as on a busy board.</summary>
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(150);

    /// <summary>From the request of a step until the camera sees it.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Rooms = ["office", "window"];

    private static readonly (string Species, Func<Mat, FaceShape, LitRoom, Random, LitPresentation> Make)[] Kinds =
    [
        ("live", (view, shape, room, random) => LitPresentation.Live(view, shape, room, random)),
        ("print-flat", (view, shape, room, random) => LitPresentation.Print(view, shape, 0, room, random)),
        ("print-bent-35", (view, shape, room, random) => LitPresentation.Print(view, shape, 35 * Math.PI / 180, room, random)),
        ("print-bent-70", (view, shape, room, random) => LitPresentation.Print(view, shape, 70 * Math.PI / 180, room, random)),
        ("tablet-still", (view, shape, room, random) => LitPresentation.Tablet(view, shape, false, room, random)),
        ("tablet-film-cued", (view, shape, room, random) => LitPresentation.Tablet(view, shape, true, room, random)),
    ];

    /// <param name="images">One folder of pictures for each person.</param>
    /// <param name="officeOnly">Leaves out the rooms with a window.</param>
    /// <exception cref="InvalidDataException">The folder has no pictures of people.</exception>
    public LightReport Run(string images, int people, bool officeOnly, IProgress<string> progress, CancellationToken stop)
    {
        LightRule rule = new();
        using FaceFinder finder = new(store);
        Dictionary<(string, string), List<LightFinding>> found = [];
        int done = 0;
        foreach ((Mat view, FaceShape shape) in LitPeople.In(finder, images))
        {
            using (view)
            {
                if (done == people) break;
                done++;
                foreach (string room in officeOnly ? Rooms[..1] : Rooms)
                {
                    foreach ((string species, Func<Mat, FaceShape, LitRoom, Random, LitPresentation> make) in Kinds)
                    {
                        stop.ThrowIfCancellationRequested();
                        Random random = new(HashCode.Combine(done, room.Length, species.Length));
                        LitRoom lit = room == "office" ? LitRoom.Office(random) : LitRoom.Window(random);
                        using LitPresentation presentation = make(view, shape, lit, random);
                        if (!found.TryGetValue((species, room), out List<LightFinding>? list)) found[(species, room)] = list = [];
                        list.Add(Present(finder, presentation, rule));
                    }
                }

                if (done % 5 == 0) progress.Report($"{done} people");
            }
        }

        if (done == 0) throw new InvalidDataException($"{images}: no face in any picture");
        LightRow[] rows = [.. found.Select(f => Row(f.Key.Item1, f.Key.Item2, f.Value))];
        double[] returns = [.. found[("live", "office")].Select(f => f.Return * rule.ReturnLux).Where(double.IsFinite).Order()];
        return new(done, rule, returns.Length == 0 ? double.NaN : returns[returns.Length / 2], rows,
            "drawn by a renderer, not filmed, and not tested to ISO/IEC 30107-3; bounds 95 % (Wilson), people taken as independent");
    }

    private static LightRow Row(string species, string room, List<LightFinding> findings)
    {
        bool live = species == "live";
        int wrong = findings.Count(f => live == (f.Answer == LightAnswer.Attack));
        return new(species, room, findings.Count, wrong, findings.Count(f => f.Answer == LightAnswer.Abstains),
            (double)wrong / findings.Count, PadBench.Wilson(wrong, findings.Count), findings);
    }

    /// <summary>Runs the steps as a visit does, with the time of the drawing.</summary>
    internal static LightFinding Present(FaceFinder finder, LitPresentation presentation, LightRule rule)
    {
        SteppedTime time = new();
        ShownLight light = new(presentation.Lux);
        using LightWitness witness = new(rule, new(), time);
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
