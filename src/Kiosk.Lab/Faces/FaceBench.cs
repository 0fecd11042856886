using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Recognition;
using OpenCvSharp;

namespace Kiosk.Lab.Faces;

/// <summary>Options of <c>bench face</c>.</summary>
/// <param name="Folder">One folder of pictures for each person; the first picture by name becomes the card photo.</param>
/// <param name="Group">Folder names of a group that is also measured separately; null: none.</param>
/// <param name="Engine">Model id; null: the preferred recogniser that is present.</param>
/// <param name="Conditions">Also measure disturbed live pictures.</param>
/// <param name="Cohort">File of templates to normalise against; its people must not be in the folder. The bench then finds the
/// threshold.</param>
/// <param name="Independent">Folders of other people, in the same form: the threshold found on each set is judged on each other
/// set.</param>
public sealed record FaceBenchOptions(string Folder, IReadOnlySet<string>? Group = null, string? Engine = null, bool Conditions = false,
    string? Cohort = null, IReadOnlyList<string>? Independent = null);

/// <summary>
/// <c>kiosk bench face</c>, the card-photo protocol: every card photo (240 x 320, grey, JP2 of 4.9 KB) against every live
/// picture, singly and as means of three. Pictures and templates are never written.
/// </summary>
public sealed class FaceBench
{
    private readonly ModelStore _store;
    private readonly Func<Mat, FaceShape, byte[]> _card;

    /// <param name="card">Makes the card photo (JPEG 2000) from a live picture and the shape of its face.</param>
    internal FaceBench(ModelStore store, Func<Mat, FaceShape, byte[]> card) => (_store, _card) = (store, card);

    /// <summary>Live pictures averaged to one template, as many as the kiosk averages.</summary>
    public const int Averaged = 3;

    /// <exception cref="InvalidDataException">A folder or the group's file is not as expected, or two sets have the same
    /// picture.</exception>
    /// <exception cref="Core.Failures.FailureException">ModelMissing, ModelNotListed.</exception>
    public FaceBenchReport Run(FaceBenchOptions options, IProgress<string> progress, CancellationToken stop)
    {
        BenchPictures pictures = new(options.Folder);
        BenchPictures[] others = [.. (options.Independent ?? []).Select(folder => new BenchPictures(folder))];
        if (options.Group is { } names && pictures.People.Count(names.Contains) < 2)
            throw new InvalidDataException("the group's file names fewer than two of the folders");
        if (others.Length > 0) BenchPictures.CheckDistinct([pictures, .. others]);
        progress.Report($"{pictures.People.Count} people, {pictures.Count} "
            + $"pictures{(options.Group is null ? "" : $", {pictures.People.Count(options.Group.Contains)} people in the group")}");
        StageTimes stages = StageTimes.Measure(_store, options.Engine, _card, pictures, stop);
        progress.Report($"whole frame {stages.Ms["frame"]:F1} ms (median, one core)");
        using IFaceMatcher plain = Matchers.Open(_store, options.Engine, "dev");
        using CohortMatcher? normal = options.Cohort is null ? null
            : new(Matchers.Open(_store, options.Engine, "dev"), Cohort.Read(options.Cohort, plain), CohortMatcher.Most);
        IFaceMatcher matcher = normal ?? plain;
        MeasuredSet set = Measured(pictures);
        MeasuredSet[] independent = [.. others.Select(Measured)];
        (Scores single, Scores averaged, Scores? group, Scores? groupAveraged) = (set.Single, set.Averaged, set.Group, set.GroupAveraged);
        progress.Report("bounds");
        int people = pictures.People.Count;
        Rates rates = new(single, people);
        Rates? groupRates = group is null ? null : new(group, people);
        double found = ((group ?? single).AtFmr(1e-3) ?? single.AtFmr(1e-3))?.Distance ?? 0;
        (double threshold, double means) = normal is null ? (matcher.Facts.Threshold, matcher.Facts.ThresholdFor(Averaged))
            : (found, found);
        IReadOnlyList<ConditionRates> conditions = options.Conditions
            ? LiveConditions.Measure(_store, matcher, pictures, [.. set.Templates.Where(t => t.IsCard)], progress, stop)
            : [];
        return new(
            matcher.Facts.Id, "staffed", threshold, means, pictures.Name, people, pictures.Count,
            options.Group is null ? null : set.GroupPeople,
            new(single.Genuine.Count, single.Impostor.Count, averaged.Genuine.Count, averaged.Impostor.Count, group?.Genuine.Count,
            group?.Impostor.Count),
            Shipped(threshold, means, single, averaged, group, groupAveraged, rates, groupRates, new(averaged, people),
            people),
            group is null ? null : SplitRates.Measure(single, group, people, threshold),
            groupAveraged is null ? null : SplitRates.Measure(averaged, groupAveraged, people, means),
            ConfusablePair.Find(group ?? single, single, threshold, people),
            ConfusablePair.Find(groupAveraged ?? averaged, averaged, means, people),
            FrameCount.Measure(set, n => n == 1 ? threshold : means), IndependentRates.Cross([set, .. independent]),
            rates.ByRate, groupRates?.ByRate ?? new Dictionary<string, double?>(), rates.Points, groupRates?.Points ?? [],
            1 - ((double)set.Templates.Count / pictures.Count),
            stages.Ms, stages.MsP95, stages.MemoryMib, conditions, single.Roc(), group?.Roc() ?? [], averaged.Roc());

        MeasuredSet Measured(BenchPictures folder)
        {
            List<BenchTemplate> templates = folder.Templates(_store, options.Engine, _card, progress, stop);
            progress.Report($"comparing {folder.Name}");
            return new(folder, templates, matcher, options.Group);
        }
    }

    private static ShippedRates Shipped(
        double threshold, double means, Scores single, Scores averaged, Scores? group, Scores? groupAveraged, Rates rates,
        Rates? groupRates, SubjectBootstrap averagedBounds, int people)
    {
        WorkingPoint all = single.At(threshold);
        WorkingPoint? inside = group?.At(threshold);
        bool hasAveraged = averaged.Genuine.Count > 0;
        return new(
            all.Fmr, rates.Bootstrap.Fmr(threshold), inside?.Fmr, groupRates?.Bootstrap.Fmr(threshold),
            all.Fnmr, rates.Bootstrap.Fnmr(threshold), group is { Genuine.Count: > 0 } ? inside!.Fnmr
            : null, groupRates?.Bootstrap.Fnmr(threshold),
            hasAveraged ? averaged.At(means).Fnmr : null, hasAveraged ? averagedBounds.Fnmr(means) : null,
            hasAveraged ? averaged.At(means).Fmr : null, groupAveraged is { Impostor.Count: > 0 } ? groupAveraged.At(means).Fmr : null,
            groupAveraged is { Impostor.Count: > 0 } ? new SubjectBootstrap(groupAveraged, people).Fmr(means) : null);
    }

    /// <summary>FNMR where FMR is 1e-2, 1e-3, 1e-4, with bounds.</summary>
    private sealed class Rates
    {
        private static readonly (string Name, double Value)[] Asked = [("1e-2", 1e-2), ("1e-3", 1e-3), ("1e-4", 1e-4)];

        public Rates(Scores scores, int people)
        {
            Bootstrap = new(scores, people);
            Points = [.. from rate in Asked
                         let point = scores.AtFmr(rate.Value)
                         where point is not null && scores.Genuine.Count > 0
                         select new RatePoint(rate.Name, point.Distance, point.Fnmr, Bootstrap.FnmrAtFmr(rate.Value))];
            ByRate = Asked.ToDictionary(r => r.Name, r => Points.FirstOrDefault(p => p.Rate == r.Name)?.Fnmr);
        }

        public SubjectBootstrap Bootstrap { get; }

        public IReadOnlyList<RatePoint> Points { get; }

        public Dictionary<string, double?> ByRate { get; }
    }
}
