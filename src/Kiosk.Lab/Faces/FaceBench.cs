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
public sealed record FaceBenchOptions(string Folder, IReadOnlySet<string>? Group = null, string? Engine = null, bool Conditions = false,
    string? Cohort = null);

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

    /// <exception cref="InvalidDataException">The folder or the group's file is not as expected.</exception>
    /// <exception cref="Core.Failures.FailureException">ModelMissing, ModelNotListed.</exception>
    public FaceBenchReport Run(FaceBenchOptions options, IProgress<string> progress, CancellationToken stop)
    {
        BenchPictures pictures = new(options.Folder);
        bool[] inGroup = [.. pictures.People.Select(p => options.Group?.Contains(p) ?? false)];
        if (options.Group is not null && inGroup.Count(g => g) < 2)
            throw new InvalidDataException("the group's file names fewer than two of the folders");
        progress.Report($"{pictures.People.Count} people, {pictures.Count} "
            + $"pictures{(options.Group is null ? "" : $", {inGroup.Count(g => g)} people in the group")}");
        StageTimes stages = StageTimes.Measure(_store, options.Engine, _card, pictures, stop);
        progress.Report($"whole frame {stages.Ms["frame"]:F1} ms (median, one core)");
        List<BenchTemplate> templates = pictures.Templates(_store, options.Engine, _card, progress, stop);

        using IFaceMatcher plain = Matchers.Open(_store, options.Engine, "dev");
        using CohortMatcher? normal = options.Cohort is null ? null
            : new(Matchers.Open(_store, options.Engine, "dev"), Cohort.Read(options.Cohort, plain), CohortMatcher.Most);
        IFaceMatcher matcher = normal ?? plain;
        progress.Report("comparing");
        Scores single = new(Compare(matcher, templates, [.. templates.Where(t => !t.IsCard)]));
        Scores averaged = new(Compare(matcher, templates, Means(matcher, templates)));
        Scores? group = options.Group is null ? null : Inside(single, inGroup);
        Scores? groupAveraged = options.Group is null ? null : Inside(averaged, inGroup);
        progress.Report("bounds");
        Rates rates = new(single, pictures.People.Count);
        Rates? groupRates = group is null ? null : new(group, pictures.People.Count);
        double found = ((group ?? single).AtFmr(1e-3) ?? single.AtFmr(1e-3))?.Distance ?? 0;
        (double threshold, double means) = normal is null ? (matcher.Facts.Threshold, matcher.Facts.ThresholdFor(Averaged))
            : (found, found);
        IReadOnlyList<ConditionRates> conditions = options.Conditions
            ? LiveConditions.Measure(_store, matcher, pictures, [.. templates.Where(t => t.IsCard)], progress, stop)
            : [];
        return new(
            matcher.Facts.Id, "staffed", threshold, means, Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Folder)),
            pictures.People.Count, pictures.Count, options.Group is null ? null : inGroup.Count(g => g),
            new(single.Genuine.Count, single.Impostor.Count, averaged.Genuine.Count, averaged.Impostor.Count, group?.Genuine.Count,
            group?.Impostor.Count),
            Shipped(threshold, means, single, averaged, group, groupAveraged, rates, groupRates, new(averaged, pictures.People.Count),
            pictures.People.Count),
            group is null ? null : SplitRates.Measure(single, group, pictures.People.Count, threshold),
            rates.ByRate, groupRates?.ByRate ?? new Dictionary<string, double?>(), rates.Points, groupRates?.Points ?? [],
            1 - ((double)templates.Count / pictures.Count),
            stages.Ms, stages.MsP95, stages.MemoryMib, conditions, single.Roc(), group?.Roc() ?? [], averaged.Roc());
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

    private static IEnumerable<Pair> Compare(IFaceMatcher matcher, List<BenchTemplate> templates, List<BenchTemplate> probes)
    {
        List<BenchTemplate> cards = [.. templates.Where(t => t.IsCard)];
        if (matcher is not CohortMatcher normal)
            return from reference in cards
                   from probe in probes
                   select new Pair(reference.Person, probe.Person, (float)matcher.Compare(reference.Values, probe.Values));
        // The usual distance of strangers is computed once for each template, not for each pair.
        (double, double)[] ofCards = [.. cards.Select(t => normal.Strangers(t.Values))],
            ofProbes = [.. probes.Select(t => normal.Strangers(t.Values))];
        return from i in Enumerable.Range(0, cards.Count)
               from j in Enumerable.Range(0, probes.Count)
               select new Pair(cards[i].Person, probes[j].Person,
               (float)CohortMatcher.Normalise(normal.Plain(cards[i].Values, probes[j].Values), ofCards[i], ofProbes[j]));
    }

    /// <summary>Means of three live pictures of one person; no picture is used twice.</summary>
    private static List<BenchTemplate> Means(IFaceMatcher matcher, List<BenchTemplate> templates)
    {
        List<BenchTemplate> means = [];
        foreach (BenchTemplate[] three in templates.Where(t => !t.IsCard).GroupBy(t => t.Person).SelectMany(g => g.Chunk(Averaged))
            .Where(c => c.Length == Averaged))
        {
            float[] mean = new float[matcher.TemplateLength];
            matcher.Average(three.SelectMany(t => t.Values).ToArray(), mean);
            means.Add(new(three[0].Person, false, mean));
        }

        return means;
    }

    private static Scores Inside(Scores scores, bool[] inGroup) =>
        new(scores.Genuine.Concat(scores.Impostor).Where(p => inGroup[p.Card] && inGroup[p.Probe]));

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
