using OpenCvSharp;

namespace Kiosk.Devices.Pictures;

/// <summary>Converts 8-bit BGR pictures into a network's input values. Pictures must be continuous (no padding between rows).</summary>
internal static class Pixels
{
    public static unsafe ReadOnlySpan<byte> Bytes(Mat picture) =>
        new((void*)picture.Data, checked((int)(picture.Total() * picture.ElemSize())));

    /// <summary>Rows of RGB triples, x * factor + offset (NHWC).</summary>
    public static void ToInterleaved(Mat bgr, Span<float> rgb, float factor, float offset)
    {
        ReadOnlySpan<byte> bytes = Bytes(bgr);
        for (int i = 0; i + 2 < bytes.Length; i += 3)
        {
            rgb[i] = (bytes[i + 2] * factor) + offset;
            rgb[i + 1] = (bytes[i + 1] * factor) + offset;
            rgb[i + 2] = (bytes[i] * factor) + offset;
        }
    }

    /// <summary>Three planes R, G, B, (x - mean) * factor, each three values in the order of the planes (NCHW).</summary>
    /// <param name="isBgr">True: the planes are in the order B, G, R.</param>
    public static void ToPlanes(Mat bgr, Span<float> planes, ReadOnlySpan<float> mean, ReadOnlySpan<float> factor, bool isBgr = false)
    {
        ReadOnlySpan<byte> bytes = Bytes(bgr);
        int size = bytes.Length / 3;
        for (int c = 0; c < 3; c++)
        {
            Span<float> plane = planes.Slice(c * size, size);
            for (int i = 0, at = isBgr ? c : 2 - c; i < size; i++, at += 3) plane[i] = (bytes[at] - mean[c]) * factor[c];
        }
    }

    /// <summary>A view of bytes that the caller owns and keeps pinned while the view is used.</summary>
    public static unsafe Mat View(ReadOnlySpan<byte> bgr, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bgr.Length, width * height * 3);
        fixed (byte* first = bgr) return Mat.FromPixelData(height, width, MatType.CV_8UC3, (nint)first);
    }
}
