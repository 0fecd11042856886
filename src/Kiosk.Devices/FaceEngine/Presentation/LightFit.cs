using System.Numerics;
using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// Fits the tint of each cell over the steps (logarithm of red against blue) to the light that the cell gets if its surface has a given
/// normal (Lambert). The tint of a cell is: its own constant (skin colour, room light) + the camera's white balance in that step, near to
/// what the background shows + its own factor (screen light per room light) times red minus blue of the light by the normal. The share of
/// the light that comes from either half of the page is uncertain by a tenth, because texts and buttons do not change. All of these are
/// free, so neither skin colour nor the direction of the room's light matters: only how the light moves over the face. Shading and
/// exposure change red and blue alike and fall out.
/// </summary>
internal sealed class LightFit
{
    /// <summary>Standard deviation of the white balance around that of the background.</summary>
    private const double Balance = 0.002;

    /// <summary>Standard deviation of a cell's factor, as a share of the factor of all cells.</summary>
    private const double Uneven = 0.3;

    /// <summary>Standard deviation of the light of one half of the page, as a share of the light of the page.</summary>
    private const double Halves = 0.1;

    private readonly int _steps;
    private readonly int _cells;

    /// <summary>[cell * steps + step].</summary>
    private readonly double[] _seen;
    private readonly double[] _weight;
    private readonly double[] _light;
    private readonly double[] _full;
    private readonly Vector3[] _red;
    private readonly Vector3[] _blue;
    private readonly Vector3[] _white;
    private readonly double[] _balance;

    /// <summary>For the pairs left and right, top and bottom: 1 in the first step, -1 in the second.</summary>
    private readonly double[] _pairs;

    /// <param name="steps">The steps that light the face, one for each of the reading.</param>
    /// <param name="balance">Change of red against blue of the background in each step.</param>
    public LightFit(LightTable table, IReadOnlyList<LightStep> steps, LightReading reading, double[] balance)
    {
        (_steps, _cells, _balance) = (steps.Count, table.Cells, balance);
        int all = _cells * _steps;
        (_seen, _light, _full) = (new double[all], new double[all], new double[_cells]);
        (_red, _blue, _white) = (new Vector3[all], new Vector3[all], new Vector3[_cells]);
        _weight = reading.Weights();
        _pairs = new double[2 * _steps];
        LightStep whole = new(LightSide.Whole, LightHue.Warm);
        for (int cell = 0; cell < _cells; cell++)
        {
            for (int k = 0; k < _steps; k++)
            {
                ReadOnlySpan<Vector3> light = table.At(steps[k], cell);
                int at = (cell * _steps) + k;
                (_red[at], _blue[at], _seen[at]) = (light[0], light[2], LightReading.Tint(reading.Face[k], cell));
            }

            ReadOnlySpan<Vector3> page = table.At(whole, cell);
            _white[cell] = page[0] - page[2];
        }

        for (int k = 0; k < _steps; k++)
        {
            (_pairs[k], _pairs[_steps + k]) = steps[k].Side switch
            {
                LightSide.Left => (1, 0),
                LightSide.Right => (-1, 0),
                LightSide.Top => (0, 1),
                LightSide.Bottom => (0, -1),
                _ => (0.0, 0.0),
            };
        }
    }

    private LightFit(LightFit other, double factor)
    {
        (_steps, _cells, _red, _blue, _white) = (other._steps, other._cells, other._red, other._blue, other._white);
        (_weight, _pairs, _balance) = (other._weight, other._pairs, new double[_steps]);
        _seen = [.. other._light.Select(light => factor * light)];
        (_light, _full) = (new double[_seen.Length], new double[_cells]);
    }

    /// <summary>Values that no free number takes up.</summary>
    public int Freedom => _cells * (_steps - 2);

    /// <summary>The factor of all cells together, and its standard error.</summary>
    public (double Factor, double Error) Factor(IReadOnlyList<Vector3> normals)
    {
        Light(normals);
        double both = 0, square = 0;
        for (int cell = 0, at = 0; cell < _cells; cell++, at += _steps)
        {
            double weight = 0, seen = 0, light = 0, seenLight = 0, lightLight = 0;
            for (int k = at; k < at + _steps; k++)
            {
                double y = _seen[k] - _balance[k - at], w = _weight[k];
                (weight, seen, light) = (weight + w, seen + (w * y), light + (w * _light[k]));
                (seenLight, lightLight) = (seenLight + (w * y * _light[k]), lightLight + (w * _light[k] * _light[k]));
            }

            both += seenLight - (seen * light / weight);
            square += lightLight - (light * light / weight);
        }

        return (both / Math.Max(square, 1e-30), 1 / Math.Sqrt(Math.Max(square, 1e-30)));
    }

    /// <summary>Weighted sum of squares that is left with these normals when everything free is at its best; about
    /// <see cref="Freedom"/> if the normals are right.</summary>
    /// <param name="normals">One unit normal for each cell.</param>
    /// <param name="factor">Of all cells; more than 0.</param>
    public double Left(IReadOnlyList<Vector3> normals, double factor)
    {
        Light(normals);
        int s = _steps, n = s + 2;
        double[] matrix = new double[n * n], right = new double[n], m = new double[s * s], a = new double[s], my = new double[s];
        double left = 0;
        for (int cell = 0, at = 0; cell < _cells; cell++, at += s)
        {
            double weight = 0, light = 0, square = 1 / (Uneven * Uneven * factor * factor);
            for (int k = 0; k < s; k++) (weight, light) = (weight + _weight[at + k], light + (_weight[at + k] * _light[at + k]));
            for (int k = 0; k < s; k++)
            {
                double centred = _light[at + k] - (light / weight);
                a[k] = _weight[at + k] * centred;
                square += a[k] * centred;
            }

            // What the constant and the factor of the cell leave of its values: a quadratic form.
            for (int i = 0; i < s; i++)
            {
                my[i] = 0;
                for (int j = 0; j < s; j++)
                {
                    double value = (i == j ? _weight[at + i] : 0) - (_weight[at + i] * _weight[at + j] / weight) - (a[i] * a[j] / square);
                    m[(i * s) + j] = value;
                    my[i] += value * (_seen[at + j] - (factor * _light[at + j]));
                    matrix[(i * n) + j] += value;
                }

                left += my[i] * (_seen[at + i] - (factor * _light[at + i]));
                right[i] += my[i];
            }

            AddPairs(matrix, right, m, my, factor * _full[cell]);
        }

        for (int i = 0; i < n; i++)
        {
            double precision = i < s ? 1 / (Balance * Balance) : 1 / (Halves * Halves), expected = i < s ? _balance[i] : 0;
            matrix[(i * n) + i] += precision;
            right[i] += precision * expected;
            left += precision * expected * expected;
        }

        double[] solution = new double[n], copy = [.. right];
        Solve(matrix, copy, solution);
        for (int i = 0; i < n; i++) left -= solution[i] * right[i];
        return left;
    }

    /// <summary>What a surface with these normals would show, without noise: for the difference to be expected between two
    /// shapes.</summary>
    public LightFit Predicted(IReadOnlyList<Vector3> normals, double factor)
    {
        Light(normals);
        return new(this, factor);
    }

    private void AddPairs(double[] matrix, double[] right, double[] m, double[] my, double scale)
    {
        int s = _steps, n = s + 2;
        for (int pair = 0; pair < 2; pair++)
        {
            for (int i = 0; i < s; i++)
            {
                double column = 0;
                for (int j = 0; j < s; j++) column += m[(i * s) + j] * _pairs[(pair * s) + j] * scale;
                matrix[(i * n) + s + pair] += column;
                matrix[((s + pair) * n) + i] += column;
                for (int other = 0; other < 2; other++)
                    matrix[((s + other) * n) + s + pair] += scale * _pairs[(other * s) + i] * column;
                right[s + pair] += scale * _pairs[(pair * s) + i] * my[i];
            }
        }
    }

    /// <summary>Red minus blue of the light on each cell in each step, and that of a wholly warm page.</summary>
    private void Light(IReadOnlyList<Vector3> normals)
    {
        for (int cell = 0, at = 0; cell < _cells; cell++, at += _steps)
        {
            for (int k = at; k < at + _steps; k++)
                _light[k] = Math.Max(0, Vector3.Dot(normals[cell], _red[k])) - Math.Max(0, Vector3.Dot(normals[cell], _blue[k]));
            _full[cell] = Math.Max(0, Vector3.Dot(normals[cell], _white[cell]));
        }
    }

    /// <summary>Gaussian elimination; the matrix is symmetric and positive definite, so no pivot is needed.</summary>
    private static void Solve(double[] matrix, double[] right, double[] solution)
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
