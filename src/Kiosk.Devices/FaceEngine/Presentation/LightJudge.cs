using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Judges what came back of the light's steps. In this order: the exposure must have been held; the room must not be too bright; light
/// must come back (a tablet gives its own), and not as from a mirror (its glass); it must come back in the order shown (a film was lit in
/// another one); and it must move over the face as over a head, not as over a flat or bent sheet. Where it cannot tell, it
/// abstains and the other checks decide.
/// </summary>
internal static class LightJudge
{
    /// <summary>Change of the background, as a logarithm, from which on the camera has changed its exposure.</summary>
    private const double MostExposure = 0.06;

    /// <summary>Standard errors that a return must be away from nothing.</summary>
    private const double Sure = 4;

    /// <summary>The head's relief may be flatter or deeper than the mesh says.</summary>
    private static readonly float[] Reliefs = [0.75f, 1, 1.3f];

    /// <param name="lux">Light in the room; null: unknown.</param>
    public static LightFinding Judge(LightReading reading, LightRule rule, double? lux, LightGeometry geometry)
    {
        if (reading.Places.Count < 12 || reading.Steps.Count < LightStep.Count + 1) return LightFinding.NotShown;
        if (reading.Exposure() is not { } exposure || exposure.Any(step => step.Any(change => Math.Abs(change) > MostExposure)))
            return new(LightAnswer.Abstains, LightReason.ExposureNotHeld);
        LightTable table = new(reading.Places, geometry);
        LightFit fit = new(table, reading.Steps, reading.Face);
        double[] balance = [.. exposure.Select(step => step[0] - step[2])];
        (double shown, double factor, double unit, double evenness) = fit.Fit(reading.Normals, balance);
        double error = unit * 0.001;
        double expected = lux is { } room && room > 1 ? rule.ReturnLux / room : double.NaN;
        LightFinding found = new(LightAnswer.Abstains, LightReason.TooBright, factor / expected, evenness);
        if (expected * rule.LeastReturn < Sure * error) return found;
        if (factor < expected * rule.LeastReturn) return found with { Answer = LightAnswer.Attack, Why = LightReason.NoReturn };
        if (factor < Sure * error) return found;
        if (factor > expected * rule.MostReturn || evenness < rule.LeastEvenness)
            return found with { Answer = LightAnswer.Attack, Why = LightReason.Mirror };

        found = found with { Order = Order(reading, balance, shown, table) };
        if (found.Order < -rule.LeastOrder) return found with { Answer = LightAnswer.Attack, Why = LightReason.OtherOrder };
        if (found.Order < rule.LeastOrder) return found;

        (double relief, double clarity) = Relief(fit, reading);
        found = found with { Relief = relief, Clarity = clarity };
        if (clarity < rule.LeastClarity) return found;
        return relief >= rule.LeastRelief
            ? found with { Answer = LightAnswer.Live, Why = LightReason.Head }
            : found with { Answer = LightAnswer.Attack, Why = LightReason.Sheet };
    }

    /// <summary>Logarithm of the ratio: what is left with the best other order of the steps, to what is left with the shown one.</summary>
    private static double Order(LightReading reading, double[] balance, double shown, LightTable table)
    {
        double best = double.MaxValue;
        foreach (LightStep[] other in LightStep.AllOrders())
        {
            // The page before the steps stays in its place. An order with the same sides is the same but for its tints.
            LightStep[] steps = [.. reading.Steps];
            bool isOther = false;
            for (int i = 0; i < other.Length; i++)
            {
                isOther |= steps[i + 1].Side != other[i].Side;
                steps[i + 1] = other[i];
            }

            if (isOther) best = Math.Min(best, new LightFit(table, steps, reading.Face).Fit(reading.Normals, balance).Left);
        }

        return Math.Log(best / shown);
    }

    /// <summary>
    /// What is left with the best sheet minus what is left with the head, as a share of what a head would give; and that difference in
    /// standard deviations of the noise.
    /// </summary>
    private static (double Relief, double Clarity) Relief(LightFit fit, LightReading reading)
    {
        IReadOnlyList<Vector3>[] heads = [.. Reliefs.Select(relief => Deeper(reading.Normals, relief))];
        double head = heads.Min(fit.Rest), sheet = double.MaxValue, apart = double.MaxValue;
        LightFit expected = fit.Predicted(reading.Normals);
        foreach (Vector3[] normals in Sheets.For(reading.Places))
        {
            sheet = Math.Min(sheet, fit.Rest(normals));
            apart = Math.Min(apart, expected.Rest(normals));
        }

        return ((sheet - head) / Math.Max(apart, 1e-30), Math.Sqrt(apart) / 0.001);
    }

    private static Vector3[] Deeper(IReadOnlyList<Vector3> normals, float relief) =>
        [.. normals.Select(n => Vector3.Normalize(new(n.X * relief, n.Y * relief, n.Z)))];
}
