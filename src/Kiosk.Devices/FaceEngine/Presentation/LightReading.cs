using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>What the camera saw of the light's steps: figures only, no picture.</summary>
/// <param name="Places">Middle of each cell of skin, mm (<see cref="LightGeometry"/>).</param>
/// <param name="Normals">Unit normal of each cell by the mesh, towards the camera.</param>
/// <param name="Steps">The steps in the order in which they were shown. The first one is <c>default</c>: the page before the steps.
/// </param>
/// <param name="Face">[step][3 * cell + channel]: logarithm of the mean of the pixel values; red, green, blue.</param>
/// <param name="Rim">[step][3 * patch + channel]: the same of the background; NaN: black or white.</param>
/// <param name="Noise">Of each cell: variance of its tint in one frame, from the differences between the frames of a step.</param>
/// <param name="Frames">Frames of each step.</param>
internal sealed record LightReading(
    IReadOnlyList<Vector3> Places, IReadOnlyList<Vector3> Normals, IReadOnlyList<LightStep> Steps, double[][] Face, double[][] Rim,
    double[] Noise, int[] Frames)
{
    /// <summary>Red against blue of a cell: what the tints change. Shading and exposure, which change both, fall out.</summary>
    public static double Tint(double[] step, int cell) => step[3 * cell] - step[(3 * cell) + 2];

    /// <summary>1 / variance of each mean tint, [cell * steps + step]: the noise of the cell, pulled towards that of all cells because
    /// few frames say little; and what no model of a surface explains, as a share of what the whole page changes.</summary>
    public double[] Weights()
    {
        const double Pull = 6, Least = 0.0005, Unexplained = 0.03;
        int cells = Noise.Length, steps = Steps.Count, repeats = Math.Max(0, Frames.Sum() - Frames.Length);
        double middle = Median(Noise), whole = 0;
        for (int k = 0; k < steps; k++)
        {
            if (Steps[k].Side is LightSide.Whole)
                whole = Median([.. Enumerable.Range(0, cells).Select(c => Math.Abs(Tint(Face[k], c) - Tint(Face[0], c)))]);
        }

        double[] weights = new double[cells * steps];
        for (int cell = 0; cell < cells; cell++)
        {
            double variance = ((Pull * middle) + (repeats * Noise[cell])) / (Pull + repeats);
            for (int k = 0; k < steps; k++)
            {
                weights[(cell * steps) + k] = 1 / ((variance / Frames[k]) + (Least * Least)
                    + (Unexplained * Unexplained * whole * whole));
            }
        }

        return weights;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Change of the background since the first step, [step][channel]: the camera's exposure and white balance, mostly. Median
    /// of the patches. Null: fewer than three patches are neither black nor white.</summary>
    public double[][]? Exposure()
    {
        double[][] changes = [.. Steps.Select(_ => new double[3])];
        for (int channel = 0; channel < 3; channel++)
        {
            for (int k = 0; k < Steps.Count; k++)
            {
                List<double> patches = [];
                for (int i = channel; i < Rim[k].Length; i += 3)
                {
                    double change = Rim[k][i] - Rim[0][i];
                    if (double.IsFinite(change)) patches.Add(change);
                }

                if (patches.Count < 3) return null;
                patches.Sort();
                changes[k][channel] = patches[patches.Count / 2];
            }
        }

        return changes;
    }
}
