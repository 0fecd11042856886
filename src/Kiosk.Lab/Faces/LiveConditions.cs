using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Quality;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Lab.Faces;

/// <summary>Applies every disturbance to one live picture of up to 150 people; counts what the gates and the comparison do.</summary>
internal static class LiveConditions
{
    private const int People = 150;

    /// <summary>These gates are ignored: place and size of the face depend on the camera, not on these pictures.</summary>
    private static readonly FaceGuidance[] OfPlace =
        [FaceGuidance.MoveLeft, FaceGuidance.MoveRight, FaceGuidance.MoveUp, FaceGuidance.MoveDown, FaceGuidance.StepBack];

    public static IReadOnlyList<ConditionRates> Measure(
        ModelStore store, IFaceMatcher matcher, BenchPictures pictures, IReadOnlyList<BenchTemplate> cards, IProgress<string> progress,
        CancellationToken stop)
    {
        using FaceFinder finder = new(store);
        using QualityMeter meter = new();
        Gates gates = new(60);
        Dictionary<int, float[]> byPerson = cards.ToDictionary(c => c.Person, c => c.Values);
        (int Person, string File)[] tried =
            [.. pictures.Live.Where(l => byPerson.ContainsKey(l.Person)).DistinctBy(l => l.Person).Take(People)];
        List<ConditionRates> all = [];
        foreach (Disturbance disturbance in Disturbance.All)
        {
            Tally tally = new();
            foreach ((int person, string file) in tried)
            {
                stop.ThrowIfCancellationRequested();
                Try(disturbance, person, file, tally);
            }

            all.Add(tally.ToRates(disturbance.Name));
            progress.Report($"condition {disturbance.Name}: {all[^1].NoFace:P1} no face, {all[^1].Gated:P1} gated, FNMR {all[^1].Fnmr:P1}");
        }

        return all;

        void Try(Disturbance disturbance, int person, string file, Tally tally)
        {
            using Mat live = BenchPictures.Open(file);
            FaceShape shape = new();
            if (!CardReference.Finds(finder, live, shape)) return;
            disturbance.Apply(live, shape);
            tally.Pictures++;
            if (finder.Find(live, shape) is { } lost and not FaceGuidance.OnlyOnePerson)
            {
                tally.AddLost(lost);
                return;
            }

            FaceGuidance? told = gates.Check(meter.Measure(live, shape), shape, live.Size());
            if (told is { } place && OfPlace.Contains(place)) told = null;
            float[] probe = new float[matcher.TemplateLength];
            matcher.CreateTemplate(new(Pixels.Bytes(live), live.Width, live.Height, shape.Points), probe);
            tally.AddComparison(
                told,
                matcher.Compare(byPerson[person], probe) <= matcher.Facts.Threshold,
                tried.Count(t => t.Person != person && matcher.Compare(byPerson[t.Person], probe) <= matcher.Facts.Threshold),
                tried.Length - 1);
        }
    }

    private sealed class Tally
    {
        private readonly Dictionary<FaceGuidance, int> _told = [];
        private int _noFace, _gated, _compared, _refused, _usable, _usableRefused, _others, _othersAccepted;

        public int Pictures { get; set; }

        public void AddLost(FaceGuidance told)
        {
            _noFace++;
            _told[told] = _told.GetValueOrDefault(told) + 1;
        }

        public void AddComparison(FaceGuidance? told, bool accepted, int othersAccepted, int others)
        {
            _compared++;
            if (!accepted) _refused++;
            _others += others;
            _othersAccepted += othersAccepted;
            if (told is { } wrong)
            {
                _gated++;
                _told[wrong] = _told.GetValueOrDefault(wrong) + 1;
                return;
            }

            _usable++;
            if (!accepted) _usableRefused++;
        }

        public ConditionRates ToRates(string name) => new(
            name, Pictures, Share(_noFace, Pictures), Share(_gated, Pictures),
            _told.Count == 0 ? "" : _told.MaxBy(t => t.Value).Key.ToString(),
            Share(_refused, _compared), _usable == 0 ? null : Share(_usableRefused, _usable), Share(_othersAccepted, _others));

        private static double Share(int part, int whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 6);
    }
}
