using System.Buffers.Binary;
using System.Security.Cryptography;
using Kiosk.Core.Failures;
using OpenCvSharp;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>
/// The decoder process, <c>kiosk decode-image</c>: reads pictures from stdin and writes pixels to stdout until stdin ends. It opens no
/// file and holds no key. Before the first picture it limits its memory, CPU time and files (<see cref="ChildLimits"/>).
/// <code>
/// child:  'R'                                       loaded and limited
/// parent: kind u8, length i32, picture              numbers little-endian
/// child:  width i32, height i32, BGR triples        a photo; 0, 0: refused
///         length i32, PNG                           a name; 0: refused
/// </code>
/// </summary>
public static class DecoderChild
{
    public const string Command = "decode-image";

    internal const byte Ready = (byte)'R';
    internal const byte Photo = (byte)'P';
    internal const byte Name = (byte)'N';

    /// <returns>Exit code: 0 at the end of stdin, 70 if the limits could not be set, 76 for input that breaks the protocol.</returns>
    public static int Run()
    {
        using Stream from = Console.OpenStandardInput();
        using Stream to = Console.OpenStandardOutput();
        WarmUp();
        if (!ChildLimits.Set()) return 70;
        to.WriteByte(Ready);
        to.Flush();
        byte[] buffer = GC.AllocateArray<byte>(Math.Max(CardPortrait.MostBytes, NamePicture.MostBytes), pinned: true);
        Span<byte> header = stackalloc byte[5];
        while (from.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(header[1..]);
            if (length < 1 || length > buffer.Length || !ChildLimits.RenewCpu()) return 76;
            Span<byte> picture = buffer.AsSpan(0, length);
            from.ReadExactly(picture);
            if (header[0] == Photo) AnswerPhoto(picture, to);
            else if (header[0] == Name) AnswerName(picture, to);
            else return 76;
            CryptographicOperations.ZeroMemory(picture);
            to.Flush();
        }

        return 0;
    }

    private static void AnswerPhoto(ReadOnlySpan<byte> jpeg2000, Stream to)
    {
        Span<byte> size = stackalloc byte[8];
        size.Clear();
        try
        {
            using Mat picture = CardPortrait.Decode(jpeg2000);
            BinaryPrimitives.WriteInt32LittleEndian(size, picture.Width);
            BinaryPrimitives.WriteInt32LittleEndian(size[4..], picture.Height);
            to.Write(size);
            to.Write(CardPortrait.Pixels(picture));
            picture.SetTo(Scalar.All(0));
        }
        catch (FailureException)
        {
            to.Write(size);
        }
    }

    private static void AnswerName(ReadOnlySpan<byte> png, Stream to)
    {
        byte[] anew = NamePicture.WriteAnew(png) ?? [];
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, anew.Length);
        to.Write(length);
        to.Write(anew);
        CryptographicOperations.ZeroMemory(anew);
    }

    /// <summary>Loads the native library and compiles the code once: 0.3 s for which no patient waits.</summary>
    private static void WarmUp()
    {
        using Mat grey = new(64, 64, MatType.CV_8UC1, Scalar.All(128));
        Cv2.ImEncode(".jp2", grey, out byte[] jp2);
        CardPortrait.Decode(jp2).Dispose();
        Cv2.ImEncode(".png", grey, out byte[] png, [(int)ImwriteFlags.PngBilevel, 1]);
        NamePicture.WriteAnew(png);
    }
}
