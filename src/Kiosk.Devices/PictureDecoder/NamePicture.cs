using System.Buffers.Binary;
using System.IO.Compression;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>
/// DF25, 氏名 as a 1-bit PNG (<c>src/Kiosk.Core/Cards/README.md</c>), read here and not by a library: only one colour type is needed, and
/// libraries reserve gigabytes for chunks that claim a large size. Sizes are checked before anything is unpacked (PNG, third edition).
/// </summary>
internal static class NamePicture
{
    public const int MostBytes = 16 * 1024;

    private const int MostWidth = 2048;
    private const int MostHeight = 512;
    private const int HeaderLength = 33;
    private const uint Ihdr = 0x49484452;
    private const uint Idat = 0x49444154;
    private const uint Iend = 0x49454E44;
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <returns>The same pixels as a PNG written by this program, without any other content; null if it is damaged or not a 1-bit greyscale
    /// picture.</returns>
    public static byte[]? WriteAnew(ReadOnlySpan<byte> png)
    {
        if (png.Length > MostBytes || !TrySize(png, out int width, out int height)) return null;
        int stride = (width + 7) / 8;
        byte[] rows = new byte[height * (stride + 1)];
        byte[]? anew = Unpack(png, rows) && Unfilter(rows, stride) ? Write(rows, width, height) : null;
        Array.Clear(rows);
        return anew is { Length: <= MostBytes } ? anew : null;
    }

    private static bool TrySize(ReadOnlySpan<byte> png, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (png.Length < HeaderLength || !png.StartsWith(Signature) || BinaryPrimitives.ReadUInt32BigEndian(png[8..]) != 13
            || BinaryPrimitives.ReadUInt32BigEndian(png[12..]) != Ihdr) return false;
        width = BinaryPrimitives.ReadInt32BigEndian(png[16..]);
        height = BinaryPrimitives.ReadInt32BigEndian(png[20..]);
        // Depth 1, greyscale, deflate, adaptive filters, not interlaced.
        return width is > 0 and <= MostWidth && height is > 0 and <= MostHeight
            && png[24..29].SequenceEqual((ReadOnlySpan<byte>)[1, 0, 0, 0, 0]);
    }

    /// <summary>Unpacks the image data of all IDAT chunks. It must have exactly as many bytes as the size says.</summary>
    private static bool Unpack(ReadOnlySpan<byte> png, byte[] rows)
    {
        using MemoryStream packed = new(png.Length);
        for (int at = 8; at + 12 <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12) return false;
            if (BinaryPrimitives.ReadUInt32BigEndian(png[(at + 4)..]) == Idat) packed.Write(png.Slice(at + 8, (int)length));
            at += 12 + (int)length;
        }

        packed.Position = 0;
        try
        {
            using ZLibStream unpacking = new(packed, CompressionMode.Decompress);
            return unpacking.ReadAtLeast(rows, rows.Length, throwOnEndOfStream: false) == rows.Length;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException)
        {
            return false;
        }
    }

    /// <summary>Removes the filters in place (clause 9). A pixel is smaller than a byte, so "left" is the previous byte.</summary>
    private static bool Unfilter(byte[] rows, int stride)
    {
        for (int at = 0; at < rows.Length; at += stride + 1)
        {
            int filter = rows[at];
            if (filter > 4) return false;
            for (int i = at + 1; i <= at + stride; i++)
            {
                int left = i > at + 1 ? rows[i - 1] : 0;
                int up = at > 0 ? rows[i - stride - 1] : 0;
                int corner = i > at + 1 && at > 0 ? rows[i - stride - 2] : 0;
                rows[i] += (byte)(filter switch
                {
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, corner),
                    _ => 0,
                });
            }

            rows[at] = 0;
        }

        return true;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        (int a, int b, int c) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    internal static byte[] Write(byte[] rows, int width, int height)
    {
        using MemoryStream png = new();
        png.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 1;
        Chunk(png, Ihdr, header);
        using MemoryStream packed = new();
        using (ZLibStream packing = new(packed, CompressionLevel.Optimal, leaveOpen: true)) packing.Write(rows);
        Chunk(png, Idat, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(png, Iend, []);
        Array.Clear(packed.GetBuffer());
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(four, data.Length);
        png.Write(four);
        int start = (int)png.Length;
        BinaryPrimitives.WriteUInt32BigEndian(four, type);
        png.Write(four);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(four, Crc(png.GetBuffer().AsSpan(start, 4 + data.Length)));
        png.Write(four);
    }

    /// <summary>CRC-32 of a chunk's type and data (annex D).</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
