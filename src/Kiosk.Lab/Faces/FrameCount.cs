namespace Kiosk.Lab.Faces;

/// <summary>
/// What a mean of so many live pictures gives: the threshold for FMR 1e-3 (inside the group where there is one, with every mean that its
/// pictures allow) and FNMR there; and both rates at the shipped threshold.
/// </summary>
/// <param name="Frames">Live pictures in a mean.</param>
/// <param name="Genuine">Genuine pairs; only people with enough live pictures, no picture used twice.</param>
/// <param name="Distance">Null: too few impostor pairs for this rate.</param>
/// <param name="Fnmr">FNMR at the distance.</param>
/// <param name="FnmrBounds">95 % of that rate, people drawn with replacement, at the fixed distance.</param>
/// <param name="Shipped">The threshold that ships for so many frames.</param>
public sealed record FrameCount(int Frames, int Genuine, int Impostor, double? Distance, double? Fnmr, Bounds? FnmrBounds,
    double Shipped, double FmrShipped, Bounds FmrShippedBounds, double? FnmrShipped)
{
    private const int Most = 5;

    /// <summary>For 1 to 5 live pictures.</summary>
    /// <param name="shipped">The threshold that ships for so many frames.</param>
    internal static IReadOnlyList<FrameCount> Measure(MeasuredSet set, Func<int, double> shipped) =>
        [.. Enumerable.Range(1, Most).Select(n => Of(set, n, shipped(n)))];

    private static FrameCount Of(MeasuredSet set, int frames, double shipped)
    {
        Scores all = frames == 1 ? set.Single : frames == FaceBench.Averaged ? set.Averaged : set.Means(frames);
        Scores impostors = set.EveryMeanInGroup(frames) ?? all;
        int people = set.Pictures.People.Count;
        double? distance = impostors.AtFmr(1e-3)?.Distance;
        bool measured = distance is not null && all.Genuine.Count > 0;
        return new(frames, all.Genuine.Count, impostors.Impostor.Count, distance,
            measured ? all.At(distance!.Value).Fnmr : null,
            measured ? new SubjectBootstrap(all, people).Fnmr(distance!.Value) : null,
            shipped, impostors.At(shipped).Fmr, new SubjectBootstrap(impostors, people).Fmr(shipped),
            all.Genuine.Count > 0 ? all.At(shipped).Fnmr : null);
    }
}
