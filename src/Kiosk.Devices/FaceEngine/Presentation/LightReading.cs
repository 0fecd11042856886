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
