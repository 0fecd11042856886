using Kiosk.Devices.FaceEngine.Bench;

namespace Kiosk.Tests.Faces;

public sealed class CurveTests
{
    private static readonly double[] Impostor = [.. Enumerable.Range(1, 1000).Select(i => i / 1000.0)];

    [Fact]
    public void Rates_count_accepted_impostors_and_refused_holders()
    {
        WorkingPoint point = new Curve([0.1, 0.2, 0.6, 0.9], Impostor).At(0.5);
        Assert.Equal(0.5, point.Fmr, 6);
        Assert.Equal(0.5, point.Fnmr, 6);
    }

    [Fact]
    public void The_distance_for_a_rate_accepts_no_more_than_that()
    {
        Curve curve = new([0.01], Impostor);
        Assert.InRange(curve.AtFmr(1e-2).Fmr, 0.0099, 0.0100001);
        Assert.DoesNotContain(curve.ToFigures("all", 0.5).AtFmr, p => p.Fmr > 0.0100001);
        Assert.Equal(2, curve.ToFigures("all", 0.5).AtFmr.Count);
    }
}
