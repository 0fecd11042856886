using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Kiosk.Core.Failures;
using Microsoft.Win32.SafeHandles;
using OpenCvSharp;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>
/// The decoder process, <c>kiosk decode-image</c>: reads pictures from stdin and writes pixels to stdout until stdin ends. It opens no
/// file and holds no key. Before the first picture it closes itself for ever (<see cref="DecoderLock"/>).
/// <code>
/// child:  'R'                                       loaded and closed
///      or 'U', length u8, reason in ASCII           loaded; this system does not give all that closes it
/// parent: kind u8, length i32, picture              numbers little-endian
/// child:  width i32, height i32, BGR triples        a photo; 0, 0: refused
///         length i32, PNG                           a name; 0: refused
/// </code>
/// </summary>
public static class DecoderChild
{
    public const string Command = "decode-image";

    internal const byte Ready = (byte)'R';
    internal const byte ReadyNotConfined = (byte)'U';
    internal const byte Photo = (byte)'P';
    internal const byte Name = (byte)'N';

    /// <returns>Exit code: 0 at the end of stdin, 70 if the limits could not be set, 76 for input that breaks the protocol.</returns>
    public static int Run()
    {
        using Stream from = Standard(FileAccess.Read);
        using Stream to = Standard(FileAccess.Write);
        WarmUp();
        if (!DecoderLock.Close(out string? missing)) return 70;
        to.Write(missing is null ? [Ready] : [ReadyNotConfined, (byte)missing.Length, .. Encoding.ASCII.GetBytes(missing)]);
        to.Flush();
        return Serve(from, to);
    }

    /// <summary>Standard input or output. On Linux not from <see cref="Console"/>, which loads a library with the first byte.</summary>
    private static Stream Standard(FileAccess access)
    {
        if (!OperatingSystem.IsLinux()) return access == FileAccess.Read ? Console.OpenStandardInput() : Console.OpenStandardOutput();
        return new FileStream(new SafeFileHandle(access == FileAccess.Read ? 0 : 1, ownsHandle: false), access, bufferSize: 0);
    }

    private static int Serve(Stream from, Stream to)
    {
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

    /// <summary>Answers good and damaged pictures, so that every library is loaded and the code is compiled: afterwards no file can be
    /// opened. 0.3 s for which no patient waits.</summary>
    internal static void WarmUp()
    {
        using Mat grey = new(64, 64, MatType.CV_8UC1, Scalar.All(128));
        Cv2.ImEncode(".jp2", grey, out byte[] jp2);
        Cv2.ImEncode(".png", grey, out byte[] png, [(int)ImwriteFlags.PngBilevel, 1]);
        using MemoryStream pictures = new();
        Add(Photo, jp2);
        Add(Photo, jp2.AsSpan(0, jp2.Length - (jp2.Length / 4)));
        Add(Photo, jp2.AsSpan(0, 20));
        Add(Name, png);
        Add(Name, png.AsSpan(0, png.Length / 2));
        pictures.Position = 0;
        Serve(pictures, Stream.Null);

        void Add(byte kind, ReadOnlySpan<byte> picture)
        {
            Span<byte> header = stackalloc byte[5];
            header[0] = kind;
            BinaryPrimitives.WriteInt32LittleEndian(header[1..], picture.Length);
            pictures.Write(header);
            pictures.Write(picture);
        }
    }
}
