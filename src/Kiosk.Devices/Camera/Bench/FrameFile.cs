using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.Camera.Bench;

/// <summary>Writes a camera's frame as a JPEG file. Only for recordings of people who agreed to it (<c>bench record</c>).</summary>
public static class FrameFile
{
    private static readonly ImageEncodingParam _quality = new(ImwriteFlags.JpegQuality, 95);

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, CameraFrame frame)
    {
        using Mat picture = Pixels.View(frame.Bgr, CameraFrame.Width, CameraFrame.Height);
        Cv2.ImEncode(".jpg", picture, out byte[] jpeg, _quality);
        File.WriteAllBytes(path, jpeg);
    }
}
