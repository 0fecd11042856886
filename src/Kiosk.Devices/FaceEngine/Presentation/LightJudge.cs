using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Judges what came back of the light's steps. In this order: the white balance must have been held; the room must not be too bright;
/// the light must come back in the order shown (a film was lit in another one); it must come back at all (a tablet gives its own), and
/// not as from a mirror (its glass); and it must move over the face as over a head, not as over a flat or bent sheet. Where it cannot
/// tell, it abstains and the other checks decide.
/// </summary>
internal static class LightJudge
{
    /// <summary>Change of the background, as a logarithm of pixel values, from which on the camera has changed its exposure too much.
    /// </summary>
    private const double MostExposure = 0.25;

    /// <summary>The same of red against blue: the white balance, to which the tints are compared.</summary>
    private const double MostBalance = 0.04;

    /// <summary>Standard errors that a return must be away from nothing.</summary>
    private const double Sure = 4;

    /// <summary>A head's relief may be flatter or deeper than the mesh says, and not alike to the side and up.</summary>
    private static readonly float[] Sideways = [0.85f, 1, 1.2f, 1.45f];
    private static readonly float[] Upwards = [0.6f, 0.85f, 1.1f, 1.4f];
    private static readonly float[] Turns = [-0.1f, 0, 0.1f];

    /// <param name="lux">Light in the room; null: unknown.</param>
    public static LightFinding Judge(LightReading reading, LightRule rule, double? lux, LightGeometry geometry)
    {
        if (reading.Places.Count < 12 || reading.Steps.Count < LightStep.Count + 1) return LightFinding.NotShown;
        if (reading.Exposure() is not { } exposure || exposure.Any(step => step.Any(change => Math.Abs(change) > MostExposure)))
            return new(LightAnswer.Abstains, LightReason.ExposureNotHeld);
        double[] balance = [.. exposure.Select(step => step[0] - step[2])];
        if (balance.Any(change => Math.Abs(change) > MostBalance)) return new(LightAnswer.Abstains, LightReason.ExposureNotHeld);
        LightTable table = new(reading.Places, geometry);
        LightFit fit = new(table, reading.Steps, reading, balance);
        (double factor, double error) = fit.Factor(reading.Normals);
        double expected = lux is { } room && room > 1 ? rule.ReturnLux / room : double.NaN;
        LightFinding found = new(LightAnswer.Abstains, LightReason.TooBright, factor / expected);
        if (expected * rule.LeastReturn < Sure * error) return found;
        double shown = fit.Left(reading.Normals, Math.Max(factor, error));
        found = found with { Misfit = shown / fit.Freedom, Order = Order(reading, balance, shown, table) };
        if (found.Order < -rule.LeastOrder) return found with { Answer = LightAnswer.Attack, Why = LightReason.OtherOrder };
        if (factor < expected * rule.LeastReturn) return found with { Answer = LightAnswer.Attack, Why = LightReason.NoReturn };
        if (factor < Sure * error || found.Order < rule.LeastOrder) return found;
        if (factor > expected * rule.MostReturn || found.Misfit > rule.MostMisfit)
            return found with { Answer = LightAnswer.Attack, Why = LightReason.Mirror };

        (double relief, double clarity) = Relief(fit, reading, factor);
        found = found with { Relief = relief, Clarity = clarity, Why = LightReason.NotClear };
        if (clarity < rule.LeastClarity) return found;
        if (relief < rule.MostSheet) return found with { Answer = LightAnswer.Attack, Why = LightReason.Sheet };
        return relief > rule.LeastHead ? found with { Answer = LightAnswer.Live, Why = LightReason.Head } : found;
    }

    /// <summary>What is left with the best other order of the steps, minus what is left with the shown one.</summary>
    private static double Order(LightReading reading, double[] balance, double shown, LightTable table)
    {
        double best = double.MaxValue;
        foreach (LightStep[] other in LightStep.AllOrders())
        {
            // The page before the steps stays in its place.
            if (other.SequenceEqual(reading.Steps.Skip(1))) continue;
            LightFit fit = new(table, [default, .. other], reading, balance);
            (double factor, double error) = fit.Factor(reading.Normals);
            if (factor > Sure * error) best = Math.Min(best, fit.Left(reading.Normals, factor));
        }

        // No other order explains it either: nothing came back, or only the shown one fits.
        return best == double.MaxValue ? double.PositiveInfinity : best - shown;
    }

    /// <summary>What is left with the best sheet minus what is left with the best head; and what that would be for the head of the mesh
    /// without noise.</summary>
    private static (double Relief, double Clarity) Relief(LightFit fit, LightReading reading, double factor)
    {
        double head = double.MaxValue, sheet = double.MaxValue, apart = double.MaxValue;
        foreach (Vector3[] normals in Heads(reading.Normals)) head = Math.Min(head, fit.Left(normals, factor));
        LightFit expected = fit.Predicted(reading.Normals, factor);
        foreach (Vector3[] normals in Sheets.For(reading.Places))
        {
            sheet = Math.Min(sheet, fit.Left(normals, factor));
            apart = Math.Min(apart, expected.Left(normals, factor));
        }

        return (sheet - head, apart);
    }

    private static IEnumerable<Vector3[]> Heads(IReadOnlyList<Vector3> mesh) =>
        from sideways in Sideways
        from upwards in Upwards
        from yaw in Turns
        from pitch in Turns
        select mesh.Select(n => Vector3.Normalize(new((n.X * sideways) + yaw, (n.Y * upwards) + pitch, n.Z))).ToArray();
}
