using System.Buffers.Binary;
using Kiosk.Core.Failures;
using OpenCvSharp;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>Decodes the card's photo. The photo comes from outside, so its size is checked before a decoder reads it.</summary>
internal static class CardPortrait
{
    /// <summary>A card's photo has about 5 KB. A larger one is not from a card.</summary>
    public const int MostBytes = 64 * 1024;

    public const int MostSide = 1024;
    private const uint Codestream = 0xFF4FFF51;
    private static ReadOnlySpan<byte> Signature => [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A];

    /// <summary>8-bit BGR, 3 channels, top row first; the caller zeroes and disposes it.</summary>
    /// <param name="jpeg2000">JP2 file or raw codestream (ISO/IEC 15444-1).</param>
    /// <exception cref="FailureException">PhotoUnreadable; contains nothing of the picture.</exception>
    public static Mat Decode(ReadOnlySpan<byte> jpeg2000)
    {
        int start = jpeg2000.Length > MostBytes ? -1 : StartOfCodestream(jpeg2000);
        if (start < 0 || !TrySize(jpeg2000[start..], out uint width, out uint height, out ushort components))
        {
            throw Unreadable();
        }

        byte[] file = Wrap(jpeg2000[start..], width, height, components);
        Mat picture = new();
        try
        {
            using Mat decoded = Cv2.ImDecode(file, ImreadModes.Color);
            decoded.CopyTo(picture);
            decoded.SetTo(Scalar.All(0));
        }
        catch (OpenCVException)
        {
            // OpenCV returns an empty picture for any other damage that OpenJPEG finds.
        }
        finally
        {
            Array.Clear(file);
        }

        if (!picture.Empty()) return picture;
        picture.Dispose();
        throw Unreadable();
    }

    /// <summary>All bytes of a picture that has no padding between rows.</summary>
    public static unsafe Span<byte> Pixels(Mat picture) => new((void*)picture.Data, checked((int)(picture.Total() * picture.ElemSize())));

    /// <summary>The picture is damaged, not of this kind, or without a face.</summary>
    public static FailureException Unreadable() => new(Failure.PhotoUnreadable);

    /// <summary>Wraps a codestream in the boxes of a JP2 file, because OpenCV decodes a raw codestream only from disk.</summary>
    internal static byte[] Wrap(ReadOnlySpan<byte> codestream, uint width, uint height, ushort components)
    {
        byte[] file = new byte[85 + codestream.Length];
        Span<byte> at = file;
        Signature.CopyTo(at);
        Box(at[12..], 20, "ftyp"u8);
        "jp2 "u8.CopyTo(at[20..]);
        "jp2 "u8.CopyTo(at[28..]);
        Box(at[32..], 45, "jp2h"u8);
        Box(at[40..], 22, "ihdr"u8);
        BinaryPrimitives.WriteUInt32BigEndian(at[48..], height);
        BinaryPrimitives.WriteUInt32BigEndian(at[52..], width);
        BinaryPrimitives.WriteUInt16BigEndian(at[56..], components);
        (at[58], at[59]) = (7, 7);
        Box(at[62..], 15, "colr"u8);
        at[70] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(at[73..], components == 1 ? 17u : 16u);
        Box(at[77..], (uint)codestream.Length + 8, "jp2c"u8);
        codestream.CopyTo(at[85..]);
        return file;
    }

    private static void Box(Span<byte> at, uint length, ReadOnlySpan<byte> type)
    {
        BinaryPrimitives.WriteUInt32BigEndian(at, length);
        type.CopyTo(at[4..]);
    }

    /// <returns>Offset; -1 if there is none.</returns>
    private static int StartOfCodestream(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 4 && BinaryPrimitives.ReadUInt32BigEndian(bytes) == Codestream) return 0;
        if (!bytes.StartsWith(Signature)) return -1;
        for (int at = 0; at + 12 <= bytes.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (bytes.Slice(at + 4, 4).SequenceEqual("jp2c"u8)) return at + 8;
            if (length < 8 || length > bytes.Length) return -1;
            at += (int)length;
        }

        return -1;
    }

    /// <summary>Reads the SIZ marker, which comes first (ISO/IEC 15444-1 A.5.1).</summary>
    private static bool TrySize(ReadOnlySpan<byte> codestream, out uint width, out uint height, out ushort components)
    {
        (width, height, components) = (0, 0, 0);
        if (codestream.Length < 42 || BinaryPrimitives.ReadUInt32BigEndian(codestream) != Codestream) return false;
        uint left = BinaryPrimitives.ReadUInt32BigEndian(codestream[16..]);
        uint top = BinaryPrimitives.ReadUInt32BigEndian(codestream[20..]);
        uint right = BinaryPrimitives.ReadUInt32BigEndian(codestream[8..]);
        uint bottom = BinaryPrimitives.ReadUInt32BigEndian(codestream[12..]);
        if (right <= left || bottom <= top) return false;
        (width, height) = (right - left, bottom - top);
        components = BinaryPrimitives.ReadUInt16BigEndian(codestream[40..]);
        return width is >= 32 and <= MostSide && height is >= 32 and <= MostSide && components is 1 or 3;
    }
}
