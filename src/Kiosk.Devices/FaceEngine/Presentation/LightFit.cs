using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Fits the tint of each cell over the steps (logarithm of red against blue) to the light that the cell gets if its surface has a given
/// normal (Lambert). The tint of a cell is: its own constant (skin colour, room light) + the camera's white balance in that step, one for
/// all cells + its own factor, 0 or more (screen light per room light), times red minus blue of the light by the normal. Constant and
/// factor of the cell are free, so neither skin colour nor the direction of the room's light matters: only how the light moves
/// over the face. A
/// head or a hand that moves changes red and blue alike, so it does not matter either.
/// </summary>
internal sealed class LightFit
{
    private readonly int _steps;
    private readonly int _cells;

    /// <summary>[cell * steps + step], mean over the steps removed.</summary>
    private readonly double[] _seen;
    private readonly double[] _light;

    /// <summary>[cell * steps + step]: light in red and in blue (<see cref="LightGeometry.LightAt"/>).</summary>
    private readonly Vector3[] _red;
    private readonly Vector3[] _blue;

    /// <param name="table">Light of every step at every cell.</param>
    /// <param name="steps">The steps that light the face, one for each of <paramref name="seen"/>.</param>
    /// <param name="seen">[step][3 * cell + channel] (<see cref="LightReading.Face"/>).</param>
    public LightFit(LightTable table, IReadOnlyList<LightStep> steps, double[][] seen)
    {
        (_steps, _cells) = (steps.Count, table.Cells);
        _seen = new double[_cells * _steps];
        _light = new double[_seen.Length];
        _red = new Vector3[_seen.Length];
        _blue = new Vector3[_seen.Length];
        for (int cell = 0, at = 0; cell < _cells; cell++, at += _steps)
        {
            for (int k = 0; k < _steps; k++)
            {
                ReadOnlySpan<Vector3> light = table.At(steps[k], cell);
                (_red[at + k], _blue[at + k], _seen[at + k]) = (light[0], light[2], LightReading.Tint(seen[k], cell));
            }

            RemoveMean(_seen.AsSpan(at, _steps));
        }
    }

    private LightFit(LightFit other)
    {
        (_steps, _cells, _red, _blue) = (other._steps, other._cells, other._red, other._blue);
        _seen = [.. other._seen];
        _light = new double[other._light.Length];
    }

    /// <summary>Sum of squares that is left with these normals and the best white balance.</summary>
    /// <param name="normals">One unit normal for each cell.</param>
    public double Rest(IReadOnlyList<Vector3> normals)
    {
        Light(normals);
        Span<double> balance = stackalloc double[_steps];
        BestBalance(balance);
        return Rest(balance);
    }

    /// <summary>The fit with a known white balance.</summary>
    /// <param name="balance">Change of red against blue in each step.</param>
    /// <returns>Sum of squares that is left; the factor of all cells together; its standard error for a noise of 1; the factor of the
    /// cells at the 15th percentile, as a share of the median.</returns>
    public (double Left, double Factor, double Error, double Evenness) Fit(IReadOnlyList<Vector3> normals, ReadOnlySpan<double> balance)
    {
        Light(normals);
        double[] one = balance.ToArray();
        RemoveMean(one);
        double left = Rest(one), both = 0, light = 0;
        double[] factors = new double[_cells];
        for (int cell = 0, at = 0; cell < _cells; cell++, at += _steps)
        {
            double b = 0, l = 1e-30;
            for (int k = 0; k < _steps; k++)
            {
                b += (_seen[at + k] - one[k]) * _light[at + k];
                l += _light[at + k] * _light[at + k];
            }

            (both, light, factors[cell]) = (both + b, light + l, b / l);
        }

        Array.Sort(factors);
        double median = factors[_cells / 2];
        return (left, both / light, 1 / Math.Sqrt(light), median > 0 ? factors[_cells * 15 / 100] / median : 0);
    }

    /// <summary>What a face with these normals and these factors would show: for the difference to be expected between two
    /// shapes.</summary>
    public LightFit Predicted(IReadOnlyList<Vector3> normals)
    {
        Light(normals);
        LightFit copy = new(this);
        double both = 0, square = 0;
        for (int i = 0; i < _seen.Length; i++) (both, square) = (both + (_seen[i] * _light[i]), square + (_light[i] * _light[i]));
        double factor = Math.Max(0, both / Math.Max(square, 1e-30));
        for (int i = 0; i < _seen.Length; i++) copy._seen[i] = factor * _light[i];
        return copy;
    }

    /// <summary>Tint of the light on each cell over the steps, mean removed.</summary>
    private void Light(IReadOnlyList<Vector3> normals)
    {
        for (int cell = 0, at = 0; cell < _cells; cell++, at += _steps)
        {
            for (int k = 0; k < _steps; k++)
                _light[at + k] = Math.Max(0, Vector3.Dot(normals[cell], _red[at + k]))
                    - Math.Max(0, Vector3.Dot(normals[cell], _blue[at + k]));
            RemoveMean(_light.AsSpan(at, _steps));
        }
    }

    /// <summary>Least squares: every cell leaves what its own light does not explain; the white balance explains the most of it.</summary>
    private void BestBalance(Span<double> balance)
    {
        int n = _steps;
        double[] matrix = new double[n * n];
        Span<double> right = stackalloc double[n];
        right.Clear();
        for (int at = 0; at < _seen.Length; at += n)
        {
            ReadOnlySpan<double> seen = _seen.AsSpan(at, n), light = _light.AsSpan(at, n);
            double square = 1e-30, both = 0;
            for (int i = 0; i < n; i++) (square, both) = (square + (light[i] * light[i]), both + (seen[i] * light[i]));
            for (int i = 0; i < n; i++)
            {
                right[i] += seen[i] - (both / square * light[i]);
                for (int j = 0; j < n; j++)
                    matrix[(i * n) + j] += (i == j ? 1 : 0) - (1.0 / n) - (light[i] * light[j] / square);
            }
        }

        // The mean of the balance is free and is set to 0. What all cells share cannot be told from their light: there it stays 0.
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) matrix[(i * n) + j] += (i == j ? 1e-6 * _cells : 0) + (1.0 / n);
        }

        Solve(matrix, right, balance);
        RemoveMean(balance);
    }

    private double Rest(ReadOnlySpan<double> balance)
    {
        double rest = 0;
        for (int at = 0; at < _seen.Length; at += _steps)
        {
            double square = 0, both = 0, light = 1e-30;
            for (int k = 0; k < _steps; k++)
            {
                double left = _seen[at + k] - balance[k];
                square += left * left;
                both += left * _light[at + k];
                light += _light[at + k] * _light[at + k];
            }

            // A factor below 0 would be light that darkens.
            rest += both > 0 ? square - (both * both / light) : square;
        }

        return rest;
    }

    private static void RemoveMean(Span<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        for (int i = 0; i < values.Length; i++) values[i] -= sum / values.Length;
    }

    /// <summary>Gaussian elimination; the matrix is symmetric and positive definite, so no pivot is needed.</summary>
    private static void Solve(double[] matrix, Span<double> right, Span<double> solution)
    {
        int n = right.Length;
        for (int i = 0; i < n; i++)
        {
            for (int row = i + 1; row < n; row++)
            {
                double factor = matrix[(row * n) + i] / matrix[(i * n) + i];
                for (int j = i; j < n; j++) matrix[(row * n) + j] -= factor * matrix[(i * n) + j];
                right[row] -= factor * right[i];
            }
        }

        for (int i = n - 1; i >= 0; i--)
        {
            double sum = right[i];
            for (int j = i + 1; j < n; j++) sum -= matrix[(i * n) + j] * solution[j];
            solution[i] = sum / matrix[(i * n) + i];
        }
    }
}
