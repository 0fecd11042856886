namespace Kiosk.Lab.Faces;

/// <summary>
/// The two persons who make most false matches at a threshold, and the rates without the comparisons between them. No names.
/// </summary>
/// <param name="FalseMatches">False matches between the two.</param>
/// <param name="AllFalseMatches">All false matches at the threshold.</param>
/// <param name="Fmr">False match rate without the two.</param>
/// <param name="FmrBounds">95 % of that rate, people drawn with replacement.</param>
/// <param name="At1e3">The threshold for FMR 1e-3 without the two; null: too few pairs.</param>
/// <param name="FnmrAt1e3">FNMR of all people there.</param>
public sealed record ConfusablePair(int FalseMatches, int AllFalseMatches, double Fmr, Bounds FmrBounds, double? At1e3, double? FnmrAt1e3)
{
    /// <param name="inside">The impostor pairs to look at: all, or those inside the group.</param>
    /// <param name="all">The genuine pairs of all people are taken from here.</param>
    /// <param name="people">Their numbers are 0 to people - 1.</param>
    /// <returns>Null: no false match at the threshold.</returns>
    public static ConfusablePair? Find(Scores inside, Scores all, double threshold, int people)
    {
        Pair[] wrong = [.. inside.Impostor.TakeWhile(p => p.Distance <= threshold)];
        if (wrong.Length == 0) return null;
        IGrouping<(int, int), Pair> most = wrong.GroupBy(Persons).MaxBy(g => g.Count())!;
        Scores without = new(inside.Impostor.Where(p => Persons(p) != most.Key).Concat(all.Genuine));
        WorkingPoint? at = without.AtFmr(1e-3);
        return new(most.Count(), wrong.Length, without.At(threshold).Fmr, new SubjectBootstrap(without, people).Fmr(threshold),
            at?.Distance, all.Genuine.Count == 0 ? null : at?.Fnmr);
    }

    private static (int, int) Persons(Pair pair) => (Math.Min(pair.Card, pair.Probe), Math.Max(pair.Card, pair.Probe));
}
