using System.Globalization;
using System.Text.Json;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Devices.PictureDecoder;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Bench;

/// <summary>One working point of a receiver operating characteristic.</summary>
/// <param name="Fmr">Impostor pairs at or below the distance, share.</param>
/// <param name="Fnmr">Genuine pairs above it, share.</param>
public sealed record WorkingPoint(double Distance, double Fmr, double Fnmr);

/// <summary>Figures of one group: references and probes both from it.</summary>
/// <param name="AtThreshold">At the threshold of the profile in use.</param>
/// <param name="AtFmr">At 1e-2, 1e-3 and 1e-4; those with fewer than one expected accept are left out.</param>
/// <param name="Roc">Every 0.02 of distance where anything changes.</param>
public sealed record GroupFigures(string Group, int Genuine, int Impostor, WorkingPoint AtThreshold, IReadOnlyList<WorkingPoint> AtFmr, IReadOnlyList<WorkingPoint> Roc);

/// <param name="Unused">Pictures without exactly one sure face.</param>
public sealed record BenchReport(string Engine, double Threshold, string DataSet, int People, int Unused, IReadOnlyList<GroupFigures> Groups);

/// <summary>
/// <c>kiosk bench face</c>: the card-photo protocol on a folder with one folder per person. Each person's first picture is
/// cut and coded as a card would hold it (240 x 320, grey, JP2 of 4.9 KB); all others are single live probes.
/// </summary>
/// <param name="store">Models.</param>
/// <param name="card">Makes the card's picture; null: the picture as it is, without the card's loss.</param>
public sealed class FaceBench(ModelStore store, Func<Mat, byte[]>? card)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Some 100 ms a picture on one core.</summary>
    /// <param name="group">Names a group of people by their folders; null: only all.</param>
    public BenchReport Run(string folder, string? engine, IReadOnlyDictionary<string, IReadOnlySet<string>>? group, IProgress<string> progress, CancellationToken stop)
    {
        using IFaceMatcher matcher = Matchers.Open(store, engine, "dev");
        using FaceFinder finder = new(store);
        List<(string Person, float[] Template)> references = [], probes = [];
        int unused = 0;
        foreach (string person in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            string[] files = [.. Directory.EnumerateFiles(person, "*.jpg").Order(StringComparer.Ordinal)];
            for (int i = 0; i < files.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                float[]? template = Template(finder, matcher, files[i], i == 0);
                if (template is null) unused++;
                else (i == 0 ? references : probes).Add((Path.GetFileName(person), template));
            }

            if (references.Count % 50 == 0) progress.Report(references.Count.ToString(CultureInfo.InvariantCulture));
        }

        List<GroupFigures> groups = [Figures("all", matcher, references, probes, _ => true)];
        foreach ((string name, IReadOnlySet<string> members) in group ?? new Dictionary<string, IReadOnlySet<string>>())
        {
            groups.Add(Figures(name, matcher, references, probes, members.Contains));
        }

        return new(matcher.Facts.Id, matcher.Facts.Threshold, Path.GetFileName(folder), references.Count, unused, groups);
    }

    public static string ToJson(BenchReport report) => JsonSerializer.Serialize(report, Json);

    private static GroupFigures Figures(
        string name, IFaceMatcher matcher, List<(string Person, float[] Template)> references, List<(string Person, float[] Template)> probes, Func<string, bool> member)
    {
        List<double> genuine = [], impostor = [];
        foreach ((string person, float[] reference) in references.Where(r => member(r.Person)))
        {
            foreach ((string other, float[] probe) in probes.Where(p => member(p.Person)))
            {
                (other == person ? genuine : impostor).Add(matcher.Compare(reference, probe));
            }
        }

        return new Curve(genuine, impostor).ToFigures(name, matcher.Facts.Threshold);
    }

    private float[]? Template(FaceFinder finder, IFaceMatcher matcher, string file, bool asCard)
    {
        using Mat photo = Cv2.ImRead(file, ImreadModes.Color);
        using Mat live = new();
        // A face in lfw has the eyes 45 pixels apart; before the camera some 90.
        Cv2.Resize(photo, live, new Size(photo.Width * 2, photo.Height * 2), 0, 0, InterpolationFlags.Cubic);
        FaceShape shape = new();
        if (asCard && card is not null)
        {
            if (finder.Find(live, shape) is not null and not FaceGuidance.OnlyOnePerson) return null;
            using Mat picture = CardPortrait.Decode(card(live));
            return Template(finder, matcher, picture, shape);
        }

        return Template(finder, matcher, live, shape);
    }

    private static float[]? Template(FaceFinder finder, IFaceMatcher matcher, Mat picture, FaceShape shape)
    {
        // Others in the background of a press photograph do not spoil the nearest, most central face.
        if (finder.Find(picture, shape) is not null and not FaceGuidance.OnlyOnePerson) return null;
        float[] template = new float[matcher.TemplateLength];
        matcher.CreateTemplate(new(Pixels.Bytes(picture), picture.Width, picture.Height, shape.Points), template);
        return template;
    }
}
