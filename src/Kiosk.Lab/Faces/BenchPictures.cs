using System.Security.Cryptography;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Lab.Faces;

/// <summary>One template and the number of its person.</summary>
internal sealed record BenchTemplate(int Person, bool IsCard, float[] Values);

/// <summary>
/// A folder with one folder of pictures for each person. The first picture becomes the card photo, the others are the live pictures.
/// </summary>
internal sealed class BenchPictures
{
    /// <summary>
    /// Larger side of a live picture, pixels. In a picture of lfw (250 pixels) the eyes are then as far apart as in front of the camera.
    /// </summary>
    private const int LiveSide = 500;

    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".bmp"];
    private readonly List<(int Person, bool IsCard, string File)> _files = [];

    /// <exception cref="InvalidDataException">No such folder, or pictures of fewer than two people; says what is expected.</exception>
    public BenchPictures(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"{folder}: no such folder; one folder of pictures for each person is expected");
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        string[] people = [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)];
        foreach (string person in people)
        {
            string[] files = [.. Directory.EnumerateFiles(person).Where(f => Endings.Contains(Path.GetExtension(f).ToLowerInvariant()))
                .Order(StringComparer.Ordinal)];
            if (files.Length == 0) continue;
            _files.AddRange(files.Select((f, i) => (People.Count, i == 0, f)));
            People.Add(Path.GetFileName(person));
        }

        if (People.Count < 2)
            throw new InvalidDataException(
                $"{folder}: pictures of {People.Count} people; two or more folders with {string.Join(", ", Endings)} files are expected");
    }

    /// <summary>The folder's own name.</summary>
    public string Name { get; }

    /// <summary>Folder names; the index is the person's number.</summary>
    public List<string> People { get; } = [];

    public int Count => _files.Count;

    public IEnumerable<(int Person, string File)> Live => _files.Where(f => !f.IsCard).Select(f => (f.Person, f.File));

    /// <summary>Compares the pictures of several sets byte by byte, by their digests.</summary>
    /// <exception cref="InvalidDataException">Two sets have the same picture, so they do not hold different people.</exception>
    public static void CheckDistinct(IReadOnlyList<BenchPictures> sets)
    {
        Dictionary<string, BenchPictures> seen = [];
        foreach (BenchPictures set in sets)
        {
            foreach ((_, _, string file) in set._files)
            {
                using FileStream picture = File.OpenRead(file);
                string digest = Convert.ToHexStringLower(SHA256.HashData(picture));
                if (!seen.TryAdd(digest, set) && seen[digest] != set)
                    throw new InvalidDataException(
                        $"{file}: the same picture is also in {seen[digest].Name}; independent sets must hold different people");
            }
        }
    }

    /// <summary>Templates of all pictures in which a face was found. Two threads work, each with its own recogniser.</summary>
    /// <param name="card">Makes the card photo from the first picture; null: all pictures are live.</param>
    public List<BenchTemplate> Templates(ModelStore store, string? engine, Func<Mat, FaceShape, byte[]>? card, IProgress<string> progress,
        CancellationToken stop)
    {
        BenchTemplate?[] made = new BenchTemplate?[_files.Count];
        int done = 0, next = -1;
        Parallel.For(0, 2, new ParallelOptions { CancellationToken = stop }, _ =>
        {
            using IFaceMatcher matcher = Matchers.Open(store, engine, "dev");
            using FaceFinder finder = new(store);
            FaceShape shape = new();
            for (int i = Interlocked.Increment(ref next); i < _files.Count
                && !stop.IsCancellationRequested; i = Interlocked.Increment(ref next))
            {
                (int person, bool isCard, string file) = _files[i];
                using Mat live = Open(file);
                if (!live.Empty() && Template(finder, matcher, live, shape, isCard ? card : null) is { } values)
                    made[i] = new(person, isCard, values);
                if (Interlocked.Increment(ref done) % 250 == 0) progress.Report($"{done} of {_files.Count} pictures");
            }
        });
        stop.ThrowIfCancellationRequested();
        return [.. made.OfType<BenchTemplate>()];
    }

    /// <summary>Reads a picture at the size it has in front of the camera; empty when it cannot be read. The caller disposes it.</summary>
    public static Mat Open(string file)
    {
        Mat photo = Cv2.ImRead(file, ImreadModes.Color);
        double scale = photo.Empty() ? 1 : (double)LiveSide / Math.Max(photo.Width, photo.Height);
        if (scale > 1) Cv2.Resize(photo, photo, new Size(0, 0), scale, scale, InterpolationFlags.Cubic);
        return photo;
    }

    private static float[]? Template(FaceFinder finder, IFaceMatcher matcher, Mat live, FaceShape shape, Func<Mat, FaceShape, byte[]>? card)
    {
        if (!CardReference.Finds(finder, live, shape)) return null;
        float[] template = new float[matcher.TemplateLength];
        if (card is not null)
        {
            using Mat picture = CardPortrait.Decode(card(live, shape));
            return CardReference.TryMake(finder, matcher, picture, shape, template) ? template : null;
        }

        matcher.CreateTemplate(new(Pixels.Bytes(live), live.Width, live.Height, shape.Points), template);
        return template;
    }
}
