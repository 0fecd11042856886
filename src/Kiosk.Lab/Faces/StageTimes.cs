using System.Diagnostics;
using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Quality;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Lab.Faces;

/// <summary>Time and memory of each stage, one after the other on one core, with pictures of the camera's size.</summary>
internal sealed record StageTimes(IReadOnlyDictionary<string, double> Ms, IReadOnlyDictionary<string, double> MsP95,
    IReadOnlyDictionary<string, double> MemoryMib)
{
    private const int Frames = 60;
    private const int WarmUpFrames = 5;

    /// <summary>Takes about 10 s.</summary>
    public static StageTimes Measure(ModelStore store, string? engine, Func<Mat, FaceShape, byte[]> card, BenchPictures pictures,
        CancellationToken stop)
    {
        Dictionary<string, List<double>> times = [];
        Dictionary<string, double> memory = [];
        double before = Resident();
        using FaceDetector detector = new(store);
        Grown("detect");
        using FaceMesh mesh = new(store);
        Grown("mesh");
        using IFaceMatcher matcher = Matchers.Open(store, engine, "dev");
        Grown("embed");
        using QualityMeter meter = new();
        FaceShape shape = new();
        float[] template = new float[matcher.TemplateLength], other = new float[matcher.TemplateLength];
        FaceFinder? finder = null;
        int count = 0;
        foreach ((_, string file) in pictures.Live.Take(Frames + WarmUpFrames))
        {
            stop.ThrowIfCancellationRequested();
            if (count++ == WarmUpFrames) times.Clear();
            using Mat frame = AsFrame(file);
            IReadOnlyList<DetectedFace> faces = Time("detect", () => detector.Detect(frame));
            if (faces.Count == 0) continue;
            Time("mesh", () => Do(() => mesh.Fit(frame, faces[0], shape)));
            Time("quality", () => meter.Measure(frame, shape));
            Time("embed", () => Do(() =>
                matcher.CreateTemplate(new(Pixels.Bytes(frame), frame.Width, frame.Height, shape.Points), template)));
            Time("compare", () => matcher.Compare(template, other));
            times.TryAdd("frame", []);
            times["frame"].Add(new[] { "detect", "mesh", "quality", "embed" }.Sum(s => times[s][^1]));
            times.TryAdd("verdict", []);
            times["verdict"].Add(times["frame"][^1] + times["compare"][^1]);
            if (count % 4 != 0 || !CardReference.Finds(Finder(), frame, shape)) continue;
            byte[] photo = card(frame, shape);
            Time("card", () =>
            {
                using Mat picture = CardPortrait.Decode(photo);
                return CardReference.TryMake(Finder(), matcher, picture, shape, other);
            });
        }

        finder?.Dispose();
        memory["whole"] = Math.Round(Resident(), 1);
        if (times.Count == 0) throw new InvalidDataException("no face in the first pictures");
        return new(Percentile(0.5), Percentile(0.95), memory);

        FaceFinder Finder() => finder ??= new(store);

        static bool Do(Action work)
        {
            work();
            return true;
        }

        void Grown(string stage)
        {
            memory[stage] = Math.Round(Resident() - before, 1);
            before = Resident();
        }

        T Time<T>(string stage, Func<T> work)
        {
            long begun = Stopwatch.GetTimestamp();
            T result = work();
            times.TryAdd(stage, []);
            times[stage].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            return result;
        }

        Dictionary<string, double> Percentile(double share) => times.ToDictionary(
            t => t.Key, t => Math.Round(t.Value.Order().ElementAt(Math.Min(t.Value.Count - 1, (int)(share * t.Value.Count))), 3));
    }
    private static double Resident()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1048576.0;
    }

    /// <summary>Puts the picture into the middle of a frame of the camera's size.</summary>
    private static Mat AsFrame(string file)
    {
        using Mat live = BenchPictures.Open(file);
        Mat frame = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3, Scalar.All(120));
        double scale = Math.Min((double)CameraFrame.Width / live.Width, (double)CameraFrame.Height / live.Height);
        using Mat fitted = new();
        Cv2.Resize(live, fitted, new Size((int)(live.Width * scale), (int)(live.Height * scale)), 0, 0, InterpolationFlags.Area);
        using Mat middle = frame.SubMat(
            new Rect((frame.Width - fitted.Width) / 2, (frame.Height - fitted.Height) / 2, fitted.Width, fitted.Height));
        fitted.CopyTo(middle);
        return frame;
    }
}
