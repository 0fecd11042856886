namespace Kiosk.Lab.Faces;

/// <summary>
/// A threshold that was found on one set of people and judged on another, so that the people who set it do not also judge it. Where a
/// set has people of the group, false matches are those inside the group.
/// </summary>
/// <param name="FoundOn">Set on which the threshold gives an FMR of 1e-3 (its folder's name).</param>
/// <param name="JudgedOn">Set on which the rates were measured.</param>
/// <param name="Averaged">Live pictures in a mean; 1: single pictures.</param>
/// <param name="Threshold">Null: the first set has too few pairs for FMR 1e-3. Then there are no rates.</param>
/// <param name="Impostor">Impostor pairs behind <paramref name="Fmr"/>.</param>
/// <param name="Genuine">Genuine pairs behind <paramref name="Fnmr"/>.</param>
/// <param name="Fnmr">Null: no genuine pair.</param>
public sealed record IndependentRates(string FoundOn, string JudgedOn, int Averaged, double? Threshold, int Impostor, int Genuine,
    double? Fmr, Bounds? FmrBounds, double? Fnmr, Bounds? FnmrBounds)
{
    private const double Rate = 1e-3;

    /// <summary>Each set's threshold, judged on each other set, singly and with means.</summary>
    internal static IReadOnlyList<IndependentRates> Cross(IReadOnlyList<MeasuredSet> sets) =>
        [.. from found in sets
            from judged in sets
            where found != judged
            from averaged in (bool[])[false, true]
            select Judge(found, judged, averaged)];

    private static IndependentRates Judge(MeasuredSet found, MeasuredSet judged, bool averaged)
    {
        double? threshold = Impostors(found, averaged).AtFmr(Rate)?.Distance;
        (Scores impostors, Scores all) = (Impostors(judged, averaged), averaged ? judged.Averaged : judged.Single);
        IndependentRates rates = new(found.Pictures.Name, judged.Pictures.Name, averaged ? FaceBench.Averaged : 1, threshold,
            impostors.Impostor.Count, all.Genuine.Count, null, null, null, null);
        if (threshold is not { } distance) return rates;
        int people = judged.Pictures.People.Count;
        rates = rates with { Fmr = impostors.At(distance).Fmr, FmrBounds = new SubjectBootstrap(impostors, people).Fmr(distance) };
        return all.Genuine.Count == 0 ? rates
            : rates with { Fnmr = all.At(distance).Fnmr, FnmrBounds = new SubjectBootstrap(all, people).Fnmr(distance) };
    }

    private static Scores Impostors(MeasuredSet set, bool averaged) =>
        averaged ? set.GroupAveraged ?? set.Averaged : set.Group ?? set.Single;
}
