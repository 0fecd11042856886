using System.Text.Json;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using OpenCvSharp;

namespace Kiosk.Lab.Faces;

/// <summary>One kind of attack (ISO/IEC 30107-3: presentation attack instrument species).</summary>
/// <param name="Accepted">Judged to be a live head.</param>
/// <param name="NoFace">No face was found: not accepted either.</param>
/// <param name="Apcer">Share of accepted presentations.</param>
public sealed record PadSpecies(string Species, int Presentations, int Accepted, int NoFace, double Apcer, Bounds Bounds);

/// <summary>Result of <c>kiosk bench pad</c>.</summary>
/// <param name="Refused">Presentations of live people that were not judged live.</param>
/// <param name="Bpcer">Share of refused presentations.</param>
/// <param name="WorstApcer">Of the worst species; this figure decides.</param>
public sealed record PadReport(
    int BonaFide, int Refused, int NoFace, double Bpcer, Bounds BpcerBounds, double? WorstApcer, IReadOnlyList<PadSpecies> Species,
    string Layer, string Note)
{
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>
/// <c>kiosk bench pad</c>: the planarity test of the head turn on recorded presentations. A presentation is a video, or a folder of
/// frames in the order of their names, in which a head or a print is turned. <c>--bonafide DIR/PRESENTATION</c>,
/// <c>--attacks DIR/SPECIES/PRESENTATION</c>.
/// </summary>
public sealed class PadBench(ModelStore store)
{
    /// <summary>Frames that must show the turn, as in a visit.</summary>
    private const int Needed = 2;
    private const int MostFrames = 300;
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".bmp"];
    private static readonly string[] Videos = [".mp4", ".avi", ".mov", ".mkv", ".webm"];

    private enum Outcome
    {
        Live,
        NotLive,
        NoFace,
    }

    /// <exception cref="InvalidDataException">A folder is not as expected.</exception>
    public PadReport Run(string bonaFide, string attacks, IProgress<string> progress, CancellationToken stop)
    {
        using FaceFinder finder = new(store);
        Outcome[] live = Judge(bonaFide);
        List<PadSpecies> species = [];
        foreach (string kind in Directory.Exists(attacks) ? Directory.EnumerateDirectories(attacks)
            .Order(StringComparer.Ordinal) : throw Expected(attacks))
        {
            Outcome[] outcomes = Judge(kind);
            int accepted = outcomes.Count(o => o == Outcome.Live);
            species.Add(new(Path.GetFileName(kind), outcomes.Length, accepted, outcomes.Count(o => o == Outcome.NoFace),
                (double)accepted / outcomes.Length, Wilson(accepted, outcomes.Length)));
            progress.Report($"{species[^1].Species}: {accepted} of {outcomes.Length} accepted");
        }

        if (species.Count == 0) throw Expected(attacks);
        int refused = live.Count(o => o != Outcome.Live);
        return new(
            live.Length, refused, live.Count(o => o == Outcome.NoFace), (double)refused / live.Length, Wilson(refused, live.Length),
            species.Max(s => s.Apcer), species,
            "head turn: parallax and homography residual",
            "not tested to ISO/IEC 30107-3; bounds 95 % (Wilson), presentations taken as independent");

        Outcome[] Judge(string folder)
        {
            string[] all = Presentations(folder);
            Outcome[] outcomes = new Outcome[all.Length];
            for (int i = 0; i < all.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                outcomes[i] = JudgeOne(finder, all[i]);
                if ((i + 1) % 20 == 0) progress.Report($"{Path.GetFileName(folder)}: {i + 1} of {all.Length}");
            }

            return outcomes;
        }
    }

    /// <summary>95 % bounds of a share (Wilson score interval).</summary>
    internal static Bounds Wilson(int hits, int tries)
    {
        const double Z = 1.959964;
        double p = (double)hits / tries, square = Z * Z / tries;
        double middle = p + (square / 2), half = Z * Math.Sqrt((p * (1 - p) / tries) + (square / (4 * tries)));
        return new(Math.Max(0, (middle - half) / (1 + square)), Math.Min(1, (middle + half) / (1 + square)));
    }

    private static string[] Presentations(string folder)
    {
        if (!Directory.Exists(folder)) throw Expected(folder);
        string[] all = [.. Directory.EnumerateDirectories(folder)
            .Concat(Directory.EnumerateFiles(folder).Where(f => Videos.Contains(Path.GetExtension(f).ToLowerInvariant())))
            .Order(StringComparer.Ordinal)];
        return all.Length > 0 ? all : throw Expected(folder);
    }

    private static InvalidDataException Expected(string folder) =>
        new($"{folder}: presentations are expected, each a video ({string.Join(", ", Videos)}) or a folder of frames; attacks one level "
            + $"deeper, by species");

    private static Outcome JudgeOne(FaceFinder finder, string presentation)
    {
        List<FaceShape> shapes = [];
        FaceShape shape = new();
        foreach (Mat frame in Frames(presentation))
        {
            using (frame)
            {
                if (!CardReference.Finds(finder, frame, shape)) continue;
                FaceShape kept = new();
                shape.CopyTo(kept);
                shapes.Add(kept);
            }
        }

        if (shapes.Count == 0) return Outcome.NoFace;
        // The baseline is the straightest frame, as in a visit, where the challenge takes it before it asks.
        FaceShape straight = shapes.MinBy(s => Math.Abs(Planarity.Parallax(s.Points)))!;
        double baseline = Planarity.Parallax(straight.Points);
        int row = 0;
        foreach (FaceShape turned in shapes)
        {
            bool shows = Math.Abs(Planarity.Parallax(turned.Points) - baseline) >= Planarity.LeastParallaxChange
                && Planarity.Residual(straight.Points, turned.Points) >= Planarity.LeastResidual;
            row = shows ? row + 1 : 0;
            if (row >= Needed) return Outcome.Live;
        }

        return Outcome.NotLive;
    }

    private static IEnumerable<Mat> Frames(string presentation)
    {
        if (Directory.Exists(presentation))
        {
            foreach (string file in Directory.EnumerateFiles(presentation)
                .Where(f => Pictures.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal).Take(MostFrames))
            {
                Mat picture = Cv2.ImRead(file, ImreadModes.Color);
                if (!picture.Empty()) yield return picture;
            }

            yield break;
        }

        using VideoCapture video = new(presentation, VideoCaptureAPIs.FFMPEG);
        for (int i = 0; i < MostFrames; i++)
        {
            Mat frame = new();
            if (!video.Read(frame) || frame.Empty())
            {
                frame.Dispose();
                yield break;
            }

            yield return frame;
        }
    }
}
