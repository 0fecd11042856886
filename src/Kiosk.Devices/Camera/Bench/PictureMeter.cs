namespace Kiosk.Devices.Camera.Bench;

/// <summary>Measurements of one frame: light and optics.</summary>
/// <param name="Luma">Mean brightness, 0 to 255.</param>
/// <param name="ClippedPercent">Pixels below 4 or above 251, per cent.</param>
/// <param name="Sharpness">Variance of the Laplacian divided by the variance of the brightness, in the middle half; 0: flat, about 0.01 and
/// more: in focus.</param>
/// <param name="FlickerPercent">Strongest of 1 to 8 horizontal bright-dark stripes, compared with the previous frame, per cent of the mean:
/// mains light in a rolling shutter. NaN for the first frame.</param>
public readonly record struct PictureFigures(double Luma, double ClippedPercent, double Sharpness, double FlickerPercent);

/// <summary>Measures the frames of one stream, in order. Keeps only the mean of each row, never a picture.</summary>
public sealed class PictureMeter
{
    private const int Width = CameraFrame.Width, Height = CameraFrame.Height;
    private const int MostStripes = 8;

    private readonly byte[] _luma = GC.AllocateArray<byte>(Width * Height, pinned: true);
    private readonly double[] _rows = new double[Height];
    private readonly double[] _before = new double[Height];
    private bool _isFirst = true;

    /// <param name="bgr">640 x 480 x 3 bytes, <see cref="CameraFrame.Bgr"/>.</param>
    public PictureFigures Measure(ReadOnlySpan<byte> bgr)
    {
        double luma = Rows(bgr, out int clipped);
        double flicker = _isFirst ? double.NaN : Flicker(luma);
        _rows.CopyTo(_before, 0);
        _isFirst = false;
        double sharpness = Sharpness();
        Array.Clear(_luma);
        return new PictureFigures(luma, 100.0 * clipped / (Width * Height), sharpness, flicker);
    }

    private double Rows(ReadOnlySpan<byte> bgr, out int clipped)
    {
        clipped = 0;
        long all = 0;
        for (int y = 0, at = 0, to = 0; y < Height; y++)
        {
            int row = 0;
            for (int x = 0; x < Width; x++, at += 3, to++)
            {
                // BT.601 in 1/256: 29 B + 150 G + 77 R.
                int value = ((29 * bgr[at]) + (150 * bgr[at + 1]) + (77 * bgr[at + 2])) >> 8;
                _luma[to] = (byte)value;
                row += value;
                if (value is < 4 or > 251) clipped++;
            }

            _rows[y] = (double)row / Width;
            all += row;
        }

        return (double)all / (Width * Height);
    }

    /// <summary>Stripes of mains light move between two frames; a still scene cancels out.</summary>
    private double Flicker(double luma)
    {
        double strongest = 0;
        for (int stripes = 1; stripes <= MostStripes; stripes++)
        {
            double re = 0, im = 0;
            for (int y = 0; y < Height; y++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * stripes * y / Height);
                double difference = _rows[y] - _before[y];
                re += difference * cos;
                im += difference * sin;
            }

            strongest = Math.Max(strongest, 2 * Math.Sqrt((re * re) + (im * im)) / Height);
        }

        return 100 * strongest / Math.Max(luma, 1);
    }

    private double Sharpness()
    {
        double sum = 0, squares = 0, edges = 0;
        int count = 0;
        for (int y = Height / 4; y < Height * 3 / 4; y++)
        {
            for (int x = Width / 4; x < Width * 3 / 4; x++, count++)
            {
                int at = (y * Width) + x;
                int here = _luma[at];
                int laplacian = _luma[at - 1] + _luma[at + 1] + _luma[at - Width] + _luma[at + Width] - (4 * here);
                sum += here;
                squares += here * here;
                edges += laplacian * laplacian;
            }
        }

        double variance = (squares / count) - (sum / count * (sum / count));
        return edges / count / Math.Max(variance, 1);
    }
}
