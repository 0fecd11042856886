using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Recognition;

namespace Kiosk.Lab.Faces;

/// <summary>
/// All comparisons of one set of people: every card photo against every live picture, and against means of live pictures.
/// </summary>
internal sealed class MeasuredSet
{
    /// <summary>Live pictures of a person that are combined; 84 means of three.</summary>
    private const int MostForSubsets = 9;

    private readonly IFaceMatcher _matcher;
    private readonly bool[]? _inGroup;

    /// <param name="templates">Of all pictures of the set.</param>
    /// <param name="group">Folder names of the group; null, or fewer than two of them in this set: no group.</param>
    public MeasuredSet(BenchPictures pictures, List<BenchTemplate> templates, IFaceMatcher matcher, IReadOnlySet<string>? group)
    {
        (Pictures, Templates, _matcher) = (pictures, templates, matcher);
        bool[] named = [.. pictures.People.Select(p => group?.Contains(p) ?? false)];
        GroupPeople = named.Count(g => g);
        if (GroupPeople >= 2) _inGroup = named;
        Single = new(Compare([.. templates.Where(t => !t.IsCard)]));
        Averaged = Means(FaceBench.Averaged);
        (Group, GroupAveraged) = (Inside(Single), Inside(Averaged));
    }

    public BenchPictures Pictures { get; }

    public List<BenchTemplate> Templates { get; }

    /// <summary>People of the set whose folders the group names.</summary>
    public int GroupPeople { get; }

    /// <summary>Single live pictures.</summary>
    public Scores Single { get; }

    /// <summary>Means of <see cref="FaceBench.Averaged"/> live pictures.</summary>
    public Scores Averaged { get; }

    /// <summary>Both persons in the group; null: the set has none.</summary>
    public Scores? Group { get; }

    /// <inheritdoc cref="Group"/>
    public Scores? GroupAveraged { get; }

    /// <summary>Means of so many live pictures of one person; no picture is used twice.</summary>
    public Scores Means(int frames) => new(Compare(
        [.. Live().SelectMany(g => g.Chunk(frames)).Where(c => c.Length == frames).Select(Mean)]));

    /// <summary>
    /// Every mean of so many live pictures inside the group. Few people are in a group, and a false match rate of 1e-3 needs more means
    /// than those in which no picture is used twice. Null: the set has no group.
    /// </summary>
    public Scores? EveryMeanInGroup(int frames) => _inGroup is not { } inside ? null : Inside(new(Compare(
        [.. Live().Where(g => inside[g.Key]).SelectMany(g => Subsets([.. g.Take(MostForSubsets)], frames)).Select(Mean)])));

    /// <summary>The comparisons with both persons in the group; null: the set has none.</summary>
    public Scores? Inside(Scores scores) => _inGroup is not { } inside ? null
        : new(scores.Genuine.Concat(scores.Impostor).Where(p => inside[p.Card] && inside[p.Probe]));

    private static IEnumerable<BenchTemplate[]> Subsets(BenchTemplate[] pictures, int count) =>
        count == 0 ? [[]] : from first in Enumerable.Range(0, pictures.Length)
                            from others in Subsets(pictures[(first + 1)..], count - 1)
                            select (BenchTemplate[])[pictures[first], .. others];

    private IEnumerable<IGrouping<int, BenchTemplate>> Live() => Templates.Where(t => !t.IsCard).GroupBy(t => t.Person);

    private BenchTemplate Mean(BenchTemplate[] some)
    {
        float[] mean = new float[_matcher.TemplateLength];
        _matcher.Average(some.SelectMany(t => t.Values).ToArray(), mean);
        return new(some[0].Person, false, mean);
    }

    private IEnumerable<Pair> Compare(List<BenchTemplate> probes)
    {
        List<BenchTemplate> cards = [.. Templates.Where(t => t.IsCard)];
        if (_matcher is not CohortMatcher normal)
            return from reference in cards
                   from probe in probes
                   select new Pair(reference.Person, probe.Person, (float)_matcher.Compare(reference.Values, probe.Values));
        // The usual distance of strangers is computed once for each template, not for each pair.
        (double, double)[] ofCards = [.. cards.Select(t => normal.Strangers(t.Values))],
            ofProbes = [.. probes.Select(t => normal.Strangers(t.Values))];
        return from i in Enumerable.Range(0, cards.Count)
               from j in Enumerable.Range(0, probes.Count)
               select new Pair(cards[i].Person, probes[j].Person,
               (float)CohortMatcher.Normalise(normal.Plain(cards[i].Values, probes[j].Values), ofCards[i], ofProbes[j]));
    }
}
