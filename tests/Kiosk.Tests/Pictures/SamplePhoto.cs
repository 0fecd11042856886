using OpenCvSharp;

namespace Kiosk.Tests.Pictures;

/// <summary>A grey picture as a card holds one: 240 x 320, JPEG 2000.</summary>
internal static class SamplePhoto
{
    public static byte[] Jp2()
    {
        using Mat picture = new(320, 240, MatType.CV_8UC1);
        Cv2.Randu(picture, Scalar.All(0), Scalar.All(255));
        Cv2.GaussianBlur(picture, picture, new Size(0, 0), 6);
        Cv2.ImEncode(".jp2", picture, out byte[] file, [(int)ImwriteFlags.Jpeg2000CompressionX1000, 64]);
        return file;
    }
}
